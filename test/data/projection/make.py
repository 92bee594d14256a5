# How jaxopt.json was made: JAXopt 0.8.3, jax 0.4.30, jaxlib 0.4.30, numpy 1.26.4, Python 3.11, in double precision.
# Each case: arguments, the projection, and its Jacobian with respect to every argument.
import json
import jax
import jax.numpy as jnp
import numpy as np
import jaxopt
from functools import partial
from jaxopt import projection as P
from jaxopt._src import projection as inner

jax.config.update('jax_enable_x64', True)
# By default JAXopt finds the multiplier of a box section to 1e-5 only.
inner.Bisection = partial(inner.Bisection, tol=1e-16, maxiter=200)
inner.EqualityConstrainedQP = partial(inner.EqualityConstrainedQP, tol=1e-15, refine_regularization=0)
rng = np.random.default_rng(0)
cases = []


def case(name, f, **arguments):
    arguments = {key: jnp.asarray(value, dtype=jnp.float64) for key, value in arguments.items()}
    keys = list(arguments)
    value = f(*arguments.values())
    jacobians = jax.jacobian(f, argnums=tuple(range(len(keys))))(*arguments.values())
    cases.append({
        'name': name,
        'arguments': {key: np.asarray(arguments[key]).tolist() for key in keys},
        'value': np.asarray(value).tolist(),
        'jacobians': {key: np.asarray(j).tolist() for key, j in zip(keys, jacobians)},
    })


n = 7
for trial in range(3):
    x = rng.normal(size=n)
    a = rng.normal(size=n)
    case('projectNonNegative', lambda x: P.projection_non_negative(x), x=x)
    case('projectBox', lambda x, lower, upper: P.projection_box(x, (lower, upper)),
         x=2 * x, lower=-rng.random(n), upper=rng.random(n))
    case('projectHypercube', lambda x, unit: P.projection_hypercube(x, unit), x=2 * x, unit=0.7)
    case('projectSimplex', lambda x, scale: P.projection_simplex(x, scale), x=x, scale=[1.0, 0.3, 2.5][trial])
    case('projectL1Sphere', lambda x, radius: P.projection_l1_sphere(x, radius), x=x, radius=[1.0, 0.3, 9.0][trial])
    case('projectL1Ball', lambda x, radius: P.projection_l1_ball(x, radius), x=x, radius=[1.0, 0.3, 90.0][trial])
    case('projectL2Sphere', lambda x, radius: P.projection_l2_sphere(x, radius), x=x, radius=[1.0, 0.3, 9.0][trial])
    case('projectL2Ball', lambda x, radius: P.projection_l2_ball(x, radius), x=x, radius=[1.0, 0.3, 90.0][trial])
    case('projectLinfBall', lambda x, radius: P.projection_linf_ball(x, radius), x=2 * x, radius=0.7)
    case('projectHyperplane', lambda x, normal, offset: P.projection_hyperplane(x, (normal, offset)),
         x=x, normal=a, offset=0.4)
    case('projectHalfSpace', lambda x, normal, offset: P.projection_halfspace(x, (normal, offset)),
         x=x, normal=a, offset=float(a @ x) + [-1.0, 1.0, -0.2][trial])
    case('projectAffineSet', lambda x, matrix, rightHandSide: P.projection_affine_set(x, (matrix, rightHandSide)),
         x=x, matrix=rng.normal(size=(3, n)), rightHandSide=rng.normal(size=3))
    lower, upper, weights = -rng.random(n), rng.random(n), 0.2 + rng.random(n)
    case('projectBoxSection',
         lambda x, lower, upper, weights, total: P.projection_box_section(x, (lower, upper, weights, total)),
         x=x, lower=lower, upper=upper, weights=weights, total=float(weights @ (0.3 * lower + 0.7 * upper)))
    case('projectKlSimplex', lambda x, scale: scale * jax.nn.softmax(x), x=x, scale=1.7)

# Transport plans come from L-BFGS on the semi-dual; their derivatives are held against differences instead.
for trial in range(3):
    S = rng.normal(size=(5, 4))
    rows = 0.2 + rng.random(5)
    columns = 0.2 + rng.random(4)
    columns *= rows.sum() / columns.sum()
    solver = lambda fun: jaxopt.LBFGS(fun=fun, tol=1e-13, maxiter=5000, linesearch='zoom')
    for name, f in [('projectTransport', P.projection_transport), ('projectKlTransport', P.kl_projection_transport)]:
        plan = f(jnp.asarray(S), (jnp.asarray(rows), jnp.asarray(columns)), make_solver=solver)
        cases.append({'name': name, 'arguments': {'x': S.tolist(), 'rows': rows.tolist(), 'columns': columns.tolist()},
                      'value': np.asarray(plan).tolist()})
    S = 0.3 * rng.normal(size=(5, 5))
    plan = P.projection_birkhoff(jnp.asarray(S), make_solver=solver)
    cases.append({'name': 'projectBirkhoff', 'arguments': {'x': S.tolist()}, 'value': np.asarray(plan).tolist()})

with open('jaxopt.json', 'w') as file:
    file.write('[\n' + ',\n'.join(json.dumps(c) for c in cases) + '\n]\n')
