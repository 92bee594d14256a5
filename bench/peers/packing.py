"""JAX-MD and JAXopt on a packing of soft spheres: relaxed by FIRE, differentiated by the implicit function theorem.

Answers requests of one JSON line each. `prepare` compiles one of the programs for a packing and says how long that
took; `run` runs one of them and says how long that took, and on `values` what came out. Double precision, CPU.
"""
import functools
import json
import sys
import time

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import numpy as np
from jax_md import energy, minimize, space
from jaxopt import implicit_diff, linear_solve


class Packing:
    def __init__(self, request):
        self.start = jnp.array(request["positions"], dtype=jnp.float64)
        self.diameters = jnp.array(request["diameters"], dtype=jnp.float64)
        self.second = jnp.array(request["second"], dtype=jnp.float64)
        tolerance, linear = request["maxForce"], request["linearTolerance"]
        displacement, shift = space.periodic(request["edge"])
        potential = energy.soft_sphere_pair(displacement, sigma=1.0)
        solve = functools.partial(linear_solve.solve_cg, tol=linear, maxiter=20 * self.start.size)

        def energy_of(positions, diameters):
            return potential(positions, sigma=0.5 * (diameters[:, None] + diameters[None, :]))

        forces = jax.grad(energy_of)

        def relax(diameters):
            def force(positions, **_):
                return -forces(positions, diameters)

            init, apply = minimize.fire_descent(force, shift)

            def unfinished(carry):
                state, step = carry
                largest = jnp.sqrt(jnp.max(jnp.sum(state.force**2, axis=1)))
                return (largest > tolerance) & (step < 10_000)

            def advance(carry):
                state, step = carry
                return apply(state), step + 1

            state, steps = jax.lax.while_loop(unfinished, advance, (init(self.start), 0))
            return state.position, steps

        def along(positions, diameters, direction):
            return implicit_diff.root_jvp(forces, positions, (diameters,), (direction,), solve=solve)

        def one(diameters):
            positions, steps = relax(diameters)
            return positions, steps, along(positions, diameters, self.second), energy_of(positions, diameters)

        def every(positions, diameters):
            return jax.vmap(lambda direction: along(positions, diameters, direction))(jnp.eye(len(diameters)))

        self.functions = {
            "relax": relax,
            "one": one,
            "every": every,
        }
        self.compiled = {}
        self.positions = None

    def arguments(self, name):
        if name in ("one", "relax"):
            return (self.diameters,)
        return (self.positions, self.diameters)

    def prepare(self, name):
        began = time.perf_counter()
        self.compiled[name] = jax.jit(self.functions[name]).lower(*self.arguments(name)).compile()
        return {"seconds": time.perf_counter() - began}

    def run(self, name, values):
        began = time.perf_counter()
        out = jax.block_until_ready(self.compiled[name](*self.arguments(name)))
        answer = {"seconds": time.perf_counter() - began}
        if name in ("one", "relax"):
            self.positions = out[0]
            answer["steps"] = int(out[1])
        if values and name == "relax":
            answer["positions"] = out[0].tolist()
        if values and name == "one":
            answer.update(sensitivity=np.ravel(out[2]).tolist(), energy=float(out[3]))
        if values and name == "every":
            answer["sensitivity"] = np.ravel(out).tolist()
        return answer


packing = None
for line in sys.stdin:
    request = json.loads(line)
    if "positions" in request:
        packing = Packing(request)
        answer = {}
    elif "prepare" in request:
        answer = packing.prepare(request["prepare"])
    else:
        answer = packing.run(request["run"], request.get("values", False))
    print(json.dumps(answer), flush=True)
