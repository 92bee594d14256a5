"""Outer losses of distillation and their gradients by JAX 0.10 and JAXopt 0.8.5, for test/distillation.

The inner problem is solved by jaxopt.LBFGS to 1e-12 and differentiated implicitly by conjugate gradients to 1e-14, in double
precision. Writes reference.json.
"""
import functools
import json
from importlib.metadata import version

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import jaxopt
import numpy as np

exactly = functools.partial(jaxopt.linear_solve.solve_cg, tol=1e-14)


def loss(W, X, Y):
    return -jnp.mean(jnp.sum(Y * jax.nn.log_softmax(X @ W), axis=1))


def inner(W, X, Y, l2):
    return loss(W, X, Y) + 0.5 * l2 * jnp.sum(W**2)


def case(seed, count, width, classes, per_class, l2, learnt):
    rng = np.random.default_rng(seed)
    labels = rng.permutation(np.arange(count) % classes)
    X = rng.normal(size=(count, width)) + 2 * np.eye(classes, width)[labels]
    features = rng.normal(size=(classes * per_class, width))
    one_hot = np.eye(classes)[np.repeat(np.arange(classes), per_class)]
    # As the library starts labels that are learnt: 0.9 for the sample's own class.
    logits = np.log(np.where(one_hot == 1, 0.9, 0.1 / (classes - 1)))
    solver = jaxopt.LBFGS(fun=inner, tol=1e-12, maxiter=1000, implicit_diff_solve=exactly)
    Y = np.eye(classes)[labels]

    def outer(features, logits):
        labels = jax.nn.softmax(logits) if learnt else one_hot
        W = solver.run(jnp.zeros((width, classes)), features, labels, l2).params
        return loss(W, X, Y)

    value, (by_features, by_logits) = jax.value_and_grad(outer, argnums=(0, 1))(features, logits)
    flat = lambda array: np.asarray(array).ravel().tolist()
    return {
        "width": width,
        "classes": classes,
        "perClass": per_class,
        "l2": l2,
        "X": flat(X),
        "labels": labels.tolist(),
        "start": flat(features),
        "learnt": learnt,
        "loss": float(value),
        "byFeatures": flat(by_features),
        **({"byLogits": flat(by_logits)} if learnt else {}),
    }


cases = [
    case(0, 40, 6, 3, 1, 0.1, False),
    case(1, 40, 6, 3, 2, 0.5, False),
    case(2, 30, 12, 4, 1, 0.1, True),
]
about = f"jax {jax.__version__}, jaxopt {version('jaxopt')}; made with make.py"
with open("reference.json", "w") as file:
    json.dump({"about": about, "cases": cases}, file)
    file.write("\n")
