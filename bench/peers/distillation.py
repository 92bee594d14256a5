"""JAXopt on data set distillation: the outer loss and its gradient by the distilled samples.

A problem has its data in files of doubles; `prepare`, with the number of `steps` where they are unrolled, compiles the
program and says how long that took and how many bytes it needs.
"""
import functools

from serve import compiled, doubles, serve, timed

import jax
import jax.numpy as jnp
import jaxopt
import numpy as np


def loss(W, X, Y):
    return -jnp.mean(jnp.sum(Y * jax.nn.log_softmax(X @ W), axis=1))


def inner(W, X, Y, l2):
    return loss(W, X, Y) + 0.5 * l2 * jnp.sum(W**2)


class Problem:
    def __init__(self, request):
        count, width, classes = request["count"], request["width"], request["classes"]
        self.shape, self.l2, self.tolerances = (width, classes), request["l2"], request
        self.X = doubles(request["X"], count, width)
        self.Y = jnp.eye(classes)[np.fromfile(request["labels"], dtype=np.int32)]
        self.features = doubles(request["features"], -1, width)
        self.own = jnp.eye(classes)

    def function(self, steps):
        start = jnp.zeros(self.shape)
        solve = functools.partial(jaxopt.linear_solve.solve_cg, tol=self.tolerances["linearTolerance"])
        solver = jaxopt.LBFGS(
            fun=inner, tol=self.tolerances["tolerance"], maxiter=10_000, implicit_diff_solve=solve
        )

        def implicitly(features):
            return solver.run(start, features, self.own, self.l2).params

        def unrolled(features):
            step = 1 / (self.l2 + 0.5 * jnp.sum(features**2) / features.shape[0])
            descend = lambda W, _: (W - step * jax.grad(inner)(W, features, self.own, self.l2), None)
            return jax.lax.scan(descend, start, None, length=steps)[0]

        train = implicitly if steps is None else unrolled
        return jax.value_and_grad(lambda features, X, Y: loss(train(features), X, Y))

    def prepare(self, steps=None):
        self.program, seconds = compiled(self.function(steps), self.features, self.X, self.Y)
        return {"seconds": seconds, "bytes": self.program.memory_analysis().temp_size_in_bytes}

    def run(self):
        (value, gradient), seconds = timed(self.program, self.features, self.X, self.Y)
        return {"seconds": seconds, "value": float(value), "gradient": np.asarray(gradient).ravel().tolist()}


serve(Problem)
