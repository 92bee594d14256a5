"""Steps of gradient descent on a packing of soft spheres, differentiated in reverse by JAX; and JAXopt's implicit way.

Answers requests of one JSON line each. The pairs within `reach` of each other at the start or at rest are listed once
and kept.
Memory is the growth of the process's resident size from before the run to its peak, as /proc/self/status has them.
Double precision, CPU.
"""
import functools
import json
import sys
import time

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
from jaxopt import implicit_diff, linear_solve
from scipy.spatial import cKDTree


def resident(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(name))


class Packing:
    def __init__(self, request):
        self.start = jnp.array(request["positions"], dtype=jnp.float64)
        self.diameters = jnp.array(request["diameters"], dtype=jnp.float64)
        self.weights = jnp.array(request["weights"], dtype=jnp.float64)
        self.rest = jnp.array(request["rest"], dtype=jnp.float64)
        edge, self.rate = request["edge"], request["rate"]
        self.tolerance = request["linearTolerance"]
        near = [
            cKDTree(np.asarray(places) % edge, boxsize=edge).query_pairs(request["reach"], output_type="ndarray")
            for places in (self.start, self.rest)
        ]
        pairs = np.unique(np.concatenate(near), axis=0)
        first, second = jnp.array(pairs[:, 0]), jnp.array(pairs[:, 1])

        def energy(positions, diameters):
            d = positions[first] - positions[second]
            d = d - edge * jnp.round(d / edge)
            overlap = 1 - jnp.sqrt(jnp.sum(d**2, axis=1)) / (0.5 * (diameters[first] + diameters[second]))
            return 0.5 * jnp.sum(jnp.where(overlap > 0, overlap**2, 0))

        self.gradient = jax.grad(energy)

    def prepare(self, steps):
        """Compiles the program for so many steps (None: the implicit one), and says how much memory it needs."""
        if steps is None:
            solve = functools.partial(linear_solve.solve_cg, tol=self.tolerance, maxiter=20 * self.start.size)

            def program(diameters):
                return implicit_diff.root_vjp(self.gradient, self.rest, (diameters,), self.weights, solve=solve)[0]

        else:

            def descend(diameters):
                def step(positions, _):
                    return positions - self.rate * self.gradient(positions, diameters), None

                end, _ = jax.lax.scan(step, self.start, length=steps)
                return jnp.sum(self.weights * end)

            program = jax.grad(descend)
        self.compiled = jax.jit(program).lower(self.diameters).compile()
        return {"bytes": self.compiled.memory_analysis().temp_size_in_bytes}

    def run(self):
        with open("/proc/self/clear_refs", "w") as peak:
            peak.write("5")
        before = resident("VmRSS")
        began = time.perf_counter()
        out = jax.block_until_ready(self.compiled(self.diameters))
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "grown": resident("VmHWM") - before, "gradient": out.tolist()}


packing = None
for line in sys.stdin:
    request = json.loads(line)
    if "positions" in request:
        packing, answer = Packing(request), {}
    elif "prepare" in request:
        answer = packing.prepare(request["prepare"])
    else:
        answer = packing.run()
    print(json.dumps(answer), flush=True)
