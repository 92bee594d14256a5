"""JAXopt on the experiment of `stillpoint tune --experiment svm`: the dual of a multiclass support vector machine, its penalty
tuned by Adam on log θ, with three inner solvers, differentiated implicitly and through unrolled steps.

Reads one JSON request, writes one JSON line a run: seconds of each outer step, losses, the derivative by log θ at
`checkedAt`, seconds of compiling. Double precision, CPU.
"""
import json
import sys
import time

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import jaxopt
import numpy as np
from jaxopt.base import LinearOperator

request = json.load(sys.stdin)
m, n, p, k = (request[name] for name in ("training", "validation", "width", "classes"))
read = lambda name, rows: jnp.array(np.fromfile(request["files"][name]).reshape(rows, -1))
X, Y, Z, Yz = read("X", m), read("Y", m), read("Z", n), read("Yz", n)
if p > m:
    # In the span of the samples, with m coordinates in place of p: the same dual, as with X Xᵀ in the other program.
    Q, R = jnp.linalg.qr(X.T)
    X, Z = R.T, Z @ Q
largest = float(jnp.linalg.norm(X, 2)) ** 2
tolerance = request["tolerance"]
project = jax.vmap(jaxopt.projection.projection_simplex)


class BlockDual(jaxopt.objective.CompositeLinearFunction):
    """The dual as block coordinate descent takes it, with Xᵀ Y formed once."""

    def subfun(self, product, theta, data):
        X, Y, XtY = data
        return 0.5 / largest * jnp.sum((XtY - product) ** 2)

    def make_linop(self, theta, data):
        return LinearOperator(data[0].T)

    def columnwise_lipschitz_const(self, theta, data):
        return self.make_linop(theta, data).column_l2_norms(squared=True) / largest

    def b(self, theta, data):
        return theta / largest * data[1]


def dual(x, theta, data):
    """Scaled by its largest curvature, so that a step of 1 suits and errors mean the same in both programs."""
    X, Y, _ = data
    return (0.5 * jnp.sum((X.T @ (Y - x)) ** 2) + theta * jnp.vdot(x, Y)) / largest


def solver_of(name, adjoint, inner_steps):
    implicit = adjoint == "implicit"
    options = {
        "tol": tolerance if implicit else 0.0,
        "maxiter": inner_steps if implicit else request["unrolledSteps"],
        "implicit_diff": implicit,
        "implicit_diff_solve": lambda *args, **kwargs: jaxopt.linear_solve.solve_normal_cg(
            *args, **{**kwargs, "tol": tolerance, "maxiter": 1000}
        ),
    }
    if name == "mirror-descent":
        step = jaxopt.MirrorDescent.make_projection_grad(
            lambda y, _: jax.nn.softmax(y, axis=-1), lambda x: jnp.log(jnp.maximum(x, 1e-300))
        )
        return jaxopt.MirrorDescent(fun=dual, projection_grad=step, stepsize=1.0, **options)
    if name == "projected-gradient":
        return jaxopt.ProjectedGradient(fun=dual, projection=lambda x, _: project(x), stepsize=1.0, **options)
    prox = jaxopt.prox.make_prox_from_projection(jaxopt.projection.projection_simplex)
    return jaxopt.BlockCoordinateDescent(fun=BlockDual(), block_prox=prox, **options)


def run(solver, adjoint, innerSteps):
    inner = solver_of(solver, adjoint, innerSteps)

    def outer(u, start, data, Z, Yz):
        theta = jnp.exp(u)
        x = inner.run(start, None, theta, data).params
        X, Y, _ = data
        scores = Z @ (X.T @ (Y - x)) / theta
        return 0.5 * jnp.sum((scores - Yz) ** 2) / n, x

    fixed = ((X, Y, X.T @ Y), Z, Yz)
    cold = jnp.full((m, k), 1 / k)
    began = time.perf_counter()
    function = jax.jit(jax.value_and_grad(outer, has_aux=True)).lower(jnp.array(0.0), cold, *fixed).compile()
    compiling = time.perf_counter() - began

    u, x = np.log(request["start"]), cold
    mean = square = 0.0
    times, losses = [], []
    first = time.perf_counter()
    for step in range(1, request["outerSteps"] + 1):
        began = time.perf_counter()
        (loss, found), slope = jax.block_until_ready(function(jnp.array(u), x, *fixed))
        times.append(time.perf_counter() - began)
        losses.append(float(loss))
        if time.perf_counter() - first >= request["seconds"]:
            break
        # As in the other program: unrolled steps begin anew, solves at the last solution; not on the border, where entries
        # of mirror descent would stay zero.
        if adjoint == "implicit":
            x = found if solver != "mirror-descent" else (1 - 1e-6) * found + 1e-6 / k
        mean = 0.9 * mean + 0.1 * float(slope)
        square = 0.999 * square + 0.001 * float(slope) ** 2
        u -= request["stepSize"] * (mean / (1 - 0.9**step)) / np.sqrt(square / (1 - 0.999**step))
    (_, _), slope = function(jnp.array(np.log(request["checkedAt"])), cold, *fixed)
    return {"times": times, "losses": losses, "slope": float(slope), "compiling": compiling}


for variant in request["runs"]:
    print(json.dumps(run(**variant)), flush=True)
