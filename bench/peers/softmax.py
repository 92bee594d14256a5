"""JAX's value and gradient of a softmax regression.

A problem has its data in files of doubles; `run` takes the weights times a factor, so that no two calls are the same.
"""
from serve import compiled, doubles, serve, timed

import jax
import jax.numpy as jnp
import numpy as np


def loss(W, X, Y):
    return -jnp.mean(jnp.sum(Y * jax.nn.log_softmax(X @ W), axis=1))


class Problem:
    def __init__(self, request):
        count, width, classes = request["count"], request["width"], request["classes"]
        self.X, self.Y = doubles(request["X"], count, width), doubles(request["Y"], count, classes)
        self.W = doubles(request["W"], width, classes)

    def prepare(self):
        self.program, seconds = compiled(jax.value_and_grad(loss), self.W, self.X, self.Y)
        return {"seconds": seconds}

    def run(self, factor):
        W = jax.block_until_ready(self.W * factor)
        (value, gradient), seconds = timed(self.program, W, self.X, self.Y)
        return {"seconds": seconds, "value": float(value), "gradient": np.asarray(gradient).ravel().tolist()}


serve(Problem)
