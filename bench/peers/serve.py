"""What the scripts beside it share: requests of one JSON line each, answered with one JSON line, and double precision on the CPU.

A request with `prepare` or `run` goes to the problem's method of that name, with whatever else it holds; any other makes a
new problem. Import this before anything of JAX makes an array.
"""
import json
import sys
import time

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np


def serve(problem_of):
    problem = None
    for line in sys.stdin:
        request = json.loads(line)
        if request.pop("prepare", False):
            answer = problem.prepare(**request)
        elif request.pop("run", False):
            answer = problem.run(**request)
        else:
            problem, answer = problem_of(request), {}
        print(json.dumps(answer), flush=True)


def doubles(file, *shape):
    """The array in a file of doubles."""
    return jnp.array(np.fromfile(file).reshape(shape))


def compiled(function, *arguments):
    """The program, and the seconds that compiling it took."""
    began = time.perf_counter()
    program = jax.jit(function).lower(*arguments).compile()
    return program, time.perf_counter() - began


def timed(program, *arguments):
    """What a program gives, and the seconds that it took."""
    began = time.perf_counter()
    result = jax.block_until_ready(program(*arguments))
    return result, time.perf_counter() - began
