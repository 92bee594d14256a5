"""Solutions and hypergradients by scikit-learn and JAXopt, for the tests of src/hyperparameter.

Run twice, because the two packages need not live in one environment:
  python make.py data      (numpy, scikit-learn)     writes scikit-learn.json, with the data
  python make.py jaxopt    (numpy, jax, jaxopt)      reads those data, writes jaxopt.json
"""
import json
import sys
from importlib import metadata
from pathlib import Path

import numpy as np

here = Path(__file__).parent


def flat(a):
    return np.asarray(a, dtype=float).ravel().tolist()


def data():
    import sklearn
    from sklearn.kernel_ridge import KernelRidge
    from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge
    from sklearn.svm import LinearSVC

    rng = np.random.default_rng(7)
    m, n, p = 30, 20, 8
    truth = np.where(np.arange(p) % 2 == 0, rng.normal(size=p), 0)
    X = np.round(rng.normal(size=(m + n, p)), 3)
    y = np.round(X @ truth + rng.normal(size=m + n), 3)
    scores = X[:, :3] + 0.7 * rng.normal(size=(m + n, 3))
    labels = scores.argmax(1)
    binary = (y > 0).astype(int)
    Xt, yt = X[:m], y[:m]
    out = {
        "versions": {"numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "training": m,
        "validation": n,
        "features": p,
        "X": flat(X),
        "y": flat(y),
        "labels": labels.tolist(),
        "binary": binary.tolist(),
    }
    strengths = [0.01, 0.1, 0.5]
    exact = {"tol": 1e-15, "max_iter": 10**6}
    out["ridge"] = [
        {"l2": s, "w": flat(Ridge(alpha=s * m, tol=1e-15).fit(Xt, yt).coef_)} for s in strengths
    ]
    out["lasso"] = [{"l1": s, "w": flat(Lasso(alpha=s, **exact).fit(Xt, yt).coef_)} for s in strengths]
    out["elasticNet"] = [
        {"l1": s / 2, "l2": s / 2, "w": flat(ElasticNet(alpha=s, l1_ratio=0.5, **exact).fit(Xt, yt).coef_)}
        for s in strengths
    ]

    def logistic(target, s):
        fit = LogisticRegression(C=1 / (s * m), tol=1e-14, max_iter=10**5, solver="newton-cg").fit(Xt, target)
        return {"l2": s, "W": flat(fit.coef_.T), "b": flat(fit.intercept_)}

    out["logistic"] = [logistic(labels[:m], s) for s in strengths]
    out["binaryLogistic"] = [logistic(binary[:m], s) for s in strengths]
    out["svm"] = [
        {
            "theta": theta,
            "W": flat(
                LinearSVC(
                    C=1 / theta,
                    multi_class="crammer_singer",
                    fit_intercept=False,
                    tol=1e-12,
                    max_iter=10**7,
                    random_state=0,
                ).fit(Xt, labels[:m]).coef_.T
            ),
        }
        for theta in [2.0, 10.0, 40.0]
    ]
    out["kernelRidge"] = [
        {"l2": a, "gamma": g, "dual": flat(KernelRidge(alpha=a, kernel="rbf", gamma=g).fit(Xt, yt - yt.mean()).dual_coef_)}
        for a, g in [(0.1, 0.05), (1.0, 0.2)]
    ]
    (here / "scikit-learn.json").write_text(json.dumps(out))


def jaxopt_numbers():
    import functools

    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import jaxopt

    given = json.loads((here / "scikit-learn.json").read_text())
    m, p = given["training"], given["features"]
    X = jnp.array(given["X"]).reshape(-1, p)
    y = jnp.array(given["y"])
    mean, offset = X[:m].mean(0), y[:m].mean()
    Xc, yc = X - mean, y - offset
    labels = jnp.array(given["labels"])
    Y = jax.nn.one_hot(labels, 3, dtype=jnp.float64)
    solve = functools.partial(jaxopt.linear_solve.solve_normal_cg, tol=1e-13, maxiter=10_000)
    out = {"versions": {"jax": jax.__version__, "jaxopt": metadata.version("jaxopt")}}

    def mse(w):
        return jnp.mean((Xc[m:] @ w - yc[m:]) ** 2)

    # Ridge, one penalty a feature.
    def ridge_loss(l2):
        F = lambda w, l2: Xc[:m].T @ (Xc[:m] @ w - yc[:m]) / m + l2 * w
        def run(_, l2):
            return jnp.linalg.solve(Xc[:m].T @ Xc[:m] / m + jnp.diag(l2), Xc[:m].T @ yc[:m] / m)
        return mse(jaxopt.implicit_diff.custom_root(F, solve=solve)(run)(None, l2))

    l2 = jnp.linspace(0.05, 0.4, p)
    loss, gradient = jax.value_and_grad(ridge_loss)(l2)
    out["ridge"] = {"l2": flat(l2), "loss": float(loss), "gradient": flat(gradient)}

    def lasso_loss(l1):
        f = lambda w: 0.5 * jnp.mean((Xc[:m] @ w - yc[:m]) ** 2)
        solver = jaxopt.ProximalGradient(
            fun=f, prox=jaxopt.prox.prox_lasso, tol=1e-14, maxiter=100_000, implicit_diff_solve=solve
        )
        return mse(solver.run(jnp.zeros(p), l1).params)

    loss, gradient = jax.value_and_grad(lasso_loss)(0.1)
    out["lasso"] = {"l1": 0.1, "loss": float(loss), "gradient": float(gradient)}

    theta0, largest = 10.0, float(jnp.linalg.norm(X[:m], 2) ** 2)

    def svm_loss(theta):
        def dual(x, theta):
            W = X[:m].T @ (Y[:m] - x) / theta
            return 0.5 * theta * jnp.sum(W**2) + jnp.sum(x * Y[:m])
        projection = lambda x, _: jax.vmap(jaxopt.projection.projection_simplex)(x)
        solver = jaxopt.ProjectedGradient(
            fun=dual, projection=projection, stepsize=theta0 / largest, tol=1e-13, maxiter=200_000,
            implicit_diff_solve=functools.partial(jaxopt.linear_solve.solve_gmres, tol=1e-13, restart=90),
        )
        x = solver.run(jnp.full((m, 3), 1 / 3), hyperparams_proj=None, theta=theta).params
        scores = X[m:] @ (X[:m].T @ (Y[:m] - x)) / theta
        return 0.5 * jnp.sum((scores - Y[m:]) ** 2) / (len(y) - m), x

    (loss, x), gradient = jax.value_and_grad(svm_loss, has_aux=True)(theta0)
    out["svm"] = {"theta": theta0, "loss": float(loss), "gradient": float(gradient), "x": flat(x)}

    def logistic_loss(l2):
        def f(params, l2):
            scores = X[:m] @ params["W"] + params["b"]
            return -jnp.mean(jnp.sum(Y[:m] * jax.nn.log_softmax(scores), 1)) + 0.5 * l2 * jnp.sum(params["W"] ** 2)
        solver = jaxopt.LBFGS(fun=f, tol=1e-13, maxiter=10_000, implicit_diff_solve=solve)
        found = solver.run({"W": jnp.zeros((p, 3)), "b": jnp.zeros(3)}, l2).params
        scores = X[m:] @ found["W"] + found["b"]
        return -jnp.mean(jnp.sum(Y[m:] * jax.nn.log_softmax(scores), 1))

    loss, gradient = jax.value_and_grad(logistic_loss)(0.05)
    out["logistic"] = {"l2": 0.05, "loss": float(loss), "gradient": float(gradient)}
    (here / "jaxopt.json").write_text(json.dumps(out))


{"data": data, "jaxopt": jaxopt_numbers}[sys.argv[1]]()
