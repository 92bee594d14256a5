"""JAX's value and gradient of a softmax regression.

Answers requests of one JSON line each: the problem with its data, in files of doubles, which compiles the program; `run`
with the number of a factor that the weights are taken times. Double precision, CPU, all cores.
"""
import json
import sys
import time

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np


def loss(W, X, Y):
    return -jnp.mean(jnp.sum(Y * jax.nn.log_softmax(X @ W), axis=1))


compiled = arguments = weights = None
for line in sys.stdin:
    request = json.loads(line)
    if "count" in request:
        shapes = {"X": ("count", "width"), "Y": ("count", "classes"), "W": ("width", "classes")}
        X, Y, weights = (
            jnp.array(np.fromfile(request[name]).reshape([request[size] for size in shape]))
            for name, shape in shapes.items()
        )
        arguments = (X, Y)
        began = time.perf_counter()
        compiled = jax.jit(jax.value_and_grad(loss)).lower(weights, X, Y).compile()
        answer = {"seconds": time.perf_counter() - began}
    else:
        W = jax.block_until_ready(weights * request["run"])
        began = time.perf_counter()
        value, gradient = jax.block_until_ready(compiled(W, *arguments))
        seconds = time.perf_counter() - began
        answer = {"seconds": seconds, "value": float(value), "gradient": np.asarray(gradient).ravel().tolist()}
    print(json.dumps(answer), flush=True)
