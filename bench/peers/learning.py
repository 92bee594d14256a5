"""JAXopt on ridge, logistic and lasso regression: solved, and the solution differentiated by the penalty.

Answers requests of one JSON line each: the problem with its data, in files of doubles; `prepare`, which compiles the
program and says how long that took; `run`. Double precision, CPU.
"""
import functools
import json
import sys
import time

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import jaxopt
import numpy as np


class Problem:
    def __init__(self, request):
        count, width = request["count"], request["width"]
        read = lambda key: jnp.array(np.fromfile(request[key]))
        self.X, self.y, self.weights = read("X").reshape(count, width), read("y"), read("weights")
        self.theta = jnp.array(request["theta"], dtype=jnp.float64)
        tol, maxiter, kind = request["tolerance"], 10_000, request["kind"]

        def ridge(w, theta, X, y):
            return 0.5 * jnp.mean((X @ w - y) ** 2) + 0.5 * theta * jnp.sum(w**2)

        def logistic(w, theta, X, y):
            z = X @ w
            return jnp.mean(jax.nn.softplus(z) - y * z) + 0.5 * theta * jnp.sum(w**2)

        def squares(w, X, y):
            return 0.5 * jnp.mean((X @ w - y) ** 2)

        def implicitly(solve):
            return {"implicit_diff_solve": functools.partial(solve, tol=request["linearTolerance"])}

        options = {"tol": tol, "maxiter": maxiter}
        if kind == "lasso":
            options |= {"prox": jaxopt.prox.prox_lasso, **implicitly(jaxopt.linear_solve.solve_bicgstab)}
            solver = jaxopt.ProximalGradient(fun=squares, **options)
        else:
            options |= implicitly(jaxopt.linear_solve.solve_cg)
            solver = jaxopt.LBFGS(fun={"ridge": ridge, "logistic": logistic}[kind], **options)

        def outer(theta, X, y, weights):
            found = solver.run(jnp.zeros(width), theta, X, y)
            return weights @ found.params, (found.params, found.state.iter_num)

        self.function = jax.value_and_grad(outer, has_aux=True)
        self.arguments = (self.theta, self.X, self.y, self.weights)

    def prepare(self):
        began = time.perf_counter()
        self.compiled = jax.jit(self.function).lower(*self.arguments).compile()
        return {"seconds": time.perf_counter() - began}

    def run(self):
        began = time.perf_counter()
        (_, (solution, steps)), gradient = jax.block_until_ready(self.compiled(*self.arguments))
        seconds = time.perf_counter() - began
        return {
            "seconds": seconds,
            "solution": solution.tolist(),
            "gradient": float(gradient),
            "steps": int(steps),
        }


problem = None
for line in sys.stdin:
    request = json.loads(line)
    if "kind" in request:
        problem, answer = Problem(request), {}
    elif "prepare" in request:
        answer = problem.prepare()
    else:
        answer = problem.run()
    print(json.dumps(answer), flush=True)
