"""JAXopt tuning hyperparameters by the gradient of a validation loss: a support vector machine, ridge regression, the lasso.

A problem has its data in files of doubles; `prepare` compiles the value and the gradient of the outer loss; `run` takes steps
of Adam on the logarithm of the hyperparameter until the loss is at its target.
"""
import functools
import time

from serve import compiled, doubles, serve

import jax
import jax.numpy as jnp
import jaxopt
import numpy as np


class Problem:
    def __init__(self, request):
        m, n, p = request["training"], request["validation"], request["width"]
        X, Z = doubles(request["X"], m, p), doubles(request["Z"], n, p)
        y, yz = doubles(request["y"], -1), doubles(request["yz"], -1)
        tol, linear = request["tolerance"], request["linearTolerance"]
        self.request = request
        solve = functools.partial(jaxopt.linear_solve.solve_normal_cg, tol=linear, maxiter=1000)

        if request["kind"] == "svm":
            k = request["classes"]
            Y, Yz = y.reshape(m, k), yz.reshape(n, k)
            # What is formed once, where there are more features than samples, is so in both programs, or in neither.
            if request["gram"]:
                K, C = X @ X.T, Z @ X.T
                largest = jnp.linalg.norm(K, 2)
                data = (K, C)
                square = lambda r, data: jnp.vdot(r, data[0] @ r)
                scores = lambda r, data: data[1] @ r
            else:
                largest = jnp.linalg.norm(X, 2) ** 2
                data = (X, Z)
                square = lambda r, data: jnp.sum((data[0].T @ r) ** 2)
                scores = lambda r, data: data[1] @ (data[0].T @ r)

            def dual(x, theta, data):
                # Scaled by its largest curvature, so that the step is 1 and errors mean the same in both programs.
                return (0.5 * square(Y - x, data) + theta * jnp.vdot(x, Y)) / largest

            solver = jaxopt.ProjectedGradient(
                fun=dual,
                projection=lambda x, _: jax.vmap(jaxopt.projection.projection_simplex)(x),
                stepsize=1.0,
                tol=tol,
                maxiter=10_000,
                implicit_diff_solve=solve,
            )
            start = jnp.full((m, k), 1 / k)

            def outer(u, start, data):
                theta = jnp.exp(u)
                x = solver.run(start, hyperparams_proj=None, theta=theta, data=data).params
                return 0.5 * jnp.sum((scores(Y - x, data) / theta - Yz) ** 2) / n, x

        else:
            largest = jnp.linalg.norm(X, 2) ** 2 / m
            data = (X, Z)
            fit = lambda w, data: 0.5 * jnp.mean((data[0] @ w - y) ** 2)
            if request["kind"] == "ridge":
                solver = jaxopt.LBFGS(
                    fun=lambda w, theta, data: fit(w, data) + 0.5 * theta * jnp.sum(w**2),
                    tol=tol * float(largest), maxiter=10_000, implicit_diff_solve=functools.partial(jaxopt.linear_solve.solve_cg, tol=linear),
                )
            else:
                solver = jaxopt.ProximalGradient(
                    fun=fit, prox=jaxopt.prox.prox_lasso, tol=tol * float(largest), maxiter=10_000, implicit_diff_solve=solve,
                )
            start = jnp.zeros(p)

            def outer(u, start, data):
                theta = jnp.exp(u)
                w = (solver.run(start, theta, data) if request["kind"] == "ridge"
                     else solver.run(start, theta, data=data)).params
                return jnp.mean((data[1] @ w - yz) ** 2), w

        self.function = jax.value_and_grad(outer, has_aux=True)
        self.start, self.data = start, data

    def prepare(self):
        self.program, seconds = compiled(self.function, jnp.array(0.0), self.start, self.data)
        return {"seconds": seconds}

    def run(self):
        request = self.request
        u, x = np.log(request["initial"]), self.start
        mean = square = 0.0
        losses = []
        began = time.perf_counter()
        for step in range(1, request["maxSteps"] + 1):
            (loss, x), slope = jax.block_until_ready(self.program(jnp.array(u), x, self.data))
            losses.append(float(loss))
            if losses[-1] <= request["target"]:
                break
            slope = float(slope)
            mean = 0.9 * mean + 0.1 * slope
            square = 0.999 * square + 0.001 * slope**2
            u -= request["stepSize"] * (mean / (1 - 0.9**step)) / np.sqrt(square / (1 - 0.999**step))
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "loss": losses[-1], "first": losses[0], "steps": len(losses), "theta": float(np.exp(u))}


serve(Problem)
