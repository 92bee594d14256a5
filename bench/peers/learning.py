"""JAXopt on ridge, logistic and lasso regression: solved, and the solution differentiated by the penalty.

A problem has its data in files of doubles.
"""
import functools

from serve import compiled, doubles, serve, timed

import jax
import jax.numpy as jnp
import jaxopt


class Problem:
    def __init__(self, request):
        count, width = request["count"], request["width"]
        self.X = doubles(request["X"], count, width)
        self.y, self.weights = doubles(request["y"], count), doubles(request["weights"], width)
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
        self.program, seconds = compiled(self.function, *self.arguments)
        return {"seconds": seconds}

    def run(self):
        ((_, (solution, steps)), gradient), seconds = timed(self.program, *self.arguments)
        return {
            "seconds": seconds,
            "solution": solution.tolist(),
            "gradient": float(gradient),
            "steps": int(steps),
        }


serve(Problem)
