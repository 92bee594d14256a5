# How the files of test/data/proximal were made: JAXopt 0.8.3, jax 0.4.30, jaxlib 0.4.30, scikit-learn 1.9.1, numpy 1.26.4,
# Python 3.11, in double precision.
import json
import jax
import jax.numpy as jnp
import numpy as np
from jaxopt import prox as P
from sklearn.linear_model import ElasticNet, Lasso, MultiTaskLasso, Ridge

jax.config.update('jax_enable_x64', True)
rng = np.random.default_rng(1)


def listed(value):
    return np.asarray(value).tolist()


# jaxopt.json: the operator and its Jacobian with respect to every argument.
cases = []


def case(name, f, **arguments):
    arguments = {key: jnp.asarray(value, dtype=jnp.float64) for key, value in arguments.items()}
    jacobians = jax.jacobian(f, argnums=tuple(range(len(arguments))))(*arguments.values())
    cases.append({
        'name': name,
        'arguments': {key: listed(value) for key, value in arguments.items()},
        'value': listed(f(*arguments.values())),
        'jacobians': {key: listed(j) for key, j in zip(arguments, jacobians)},
    })


for trial in range(3):
    x = rng.normal(size=6)
    case('proxLasso', lambda x, l1, scaling: P.prox_lasso(x, l1, scaling), x=x, l1=rng.random(6), scaling=0.8)
    case('proxNonNegativeLasso', lambda x, l1, scaling: P.prox_non_negative_lasso(x, l1, scaling), x=x, l1=0.4, scaling=0.8)
    # JAXopt's second strength is relative to its first.
    case('proxElasticNet', lambda x, l1, l2, scaling: P.prox_elastic_net(x, (l1, l2 / l1), scaling),
         x=x, l1=0.3 + rng.random(6), l2=rng.random(6), scaling=0.8)
    case('proxGroupLasso', lambda x, l2, scaling: P.prox_group_lasso(x, l2, scaling), x=x, l2=[0.4, 2.0, 90.0][trial], scaling=0.8)
    case('proxRidge', lambda x, l2, scaling: P.prox_ridge(x, l2, scaling), x=x, l2=0.4, scaling=0.8)
with open('jaxopt.json', 'w') as file:
    file.write('[\n' + ',\n'.join(json.dumps(c) for c in cases) + '\n]\n')

# scikit-learn.json: solutions of regularised least squares, (1/2n) ‖X w − y‖² + penalty (for ridge ‖X w − y‖² + alpha ‖w‖²),
# which are fixed points of a gradient step followed by the proximal operator.
X = rng.normal(size=(30, 8))
y = X @ np.array([1.5, 0, 0, -2, 0, 0.7, 0, 0]) + 0.3 * rng.normal(size=30)
Y = np.stack([y, X @ np.array([0.5, 0, 0, 1, 0, 0, 0, 0]) + 0.3 * rng.normal(size=30)], axis=1)
exact = dict(fit_intercept=False, tol=1e-16, max_iter=1000000)
with open('scikit-learn.json', 'w') as file:
    json.dump({
        'X': listed(X), 'y': listed(y), 'Y': listed(Y),
        'lasso': {'alpha': 0.2, 'coefficients': listed(Lasso(alpha=0.2, **exact).fit(X, y).coef_)},
        'nonNegativeLasso': {'alpha': 0.2, 'coefficients': listed(Lasso(alpha=0.2, positive=True, **exact).fit(X, y).coef_)},
        'elasticNet': {'alpha': 0.3, 'ratio': 0.6,
                       'coefficients': listed(ElasticNet(alpha=0.3, l1_ratio=0.6, **exact).fit(X, y).coef_)},
        'groupLasso': {'alpha': 0.4, 'coefficients': listed(MultiTaskLasso(alpha=0.4, **exact).fit(X, Y).coef_.T)},
        'ridge': {'alpha': 3.0, 'coefficients': listed(Ridge(alpha=3.0, fit_intercept=False, solver='cholesky').fit(X, y).coef_)},
    }, file)
    file.write('\n')
