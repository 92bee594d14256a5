"""Solutions by other programs, for the tests of src/optimize.

Run once: pip install numpy scipy scikit-learn osqp jax jaxopt; python make.py
Writes reference.json beside this file: every problem's data and the solution that the named program found.
"""
import json
from importlib import metadata
from pathlib import Path

import jax
import jax.numpy as jnp
import jaxopt
import numpy as np
import scipy.optimize
import scipy.sparse
import osqp
import sklearn
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression
from sklearn.svm import SVC

rng = np.random.default_rng(20260)
out = {
    "versions": {
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "scikit-learn": sklearn.__version__,
        "osqp": osqp.__version__,
    }
}


def tolist(a):
    return np.asarray(a, dtype=float).ravel().tolist()


# Diabetes, 60 rows, columns of unit variance.
X, y = load_diabetes(return_X_y=True)
X, y = X[:60], y[:60]
X = (X - X.mean(0)) / X.std(0)
y = (y - y.mean()) / y.std()
X, y = np.round(X, 6), np.round(y, 6)
m, n = X.shape
lasso = Lasso(alpha=0.1, fit_intercept=False, tol=1e-15, max_iter=10**6).fit(X, y)
net = ElasticNet(alpha=0.1, l1_ratio=0.5, fit_intercept=False, tol=1e-15, max_iter=10**6).fit(X, y)
label = (y > 0).astype(float)
logistic = LogisticRegression(C=1.0, fit_intercept=False, tol=1e-14, max_iter=10**5, solver="newton-cg").fit(X, label)
out["regression"] = {
    "rows": m,
    "columns": n,
    "X": tolist(X),
    "y": tolist(y),
    "labels": tolist(label),
    "lasso": {"alpha": 0.1, "solution": tolist(lasso.coef_)},
    "elasticNet": {"alpha": 0.1, "l1Ratio": 0.5, "solution": tolist(net.coef_)},
    "logistic": {"C": 1.0, "solution": tolist(logistic.coef_)},
    "nonnegative": {"solution": tolist(scipy.optimize.nnls(X, y)[0])},
    "leastSquares": {"solution": tolist(np.linalg.lstsq(X, y, rcond=None)[0])},
}
lower, upper = -0.1 * np.ones(n), 0.2 * np.ones(n)
box = scipy.optimize.lsq_linear(X, y, (lower, upper), method="bvls", tol=1e-15)
out["regression"]["box"] = {"lower": -0.1, "upper": 0.2, "solution": tolist(box.x)}

# Dual of a support vector machine without intercept: min ½ aᵀ K a − 1ᵀ a on 0 ≤ a ≤ C.
sign = 2 * label - 1
K = (sign[:, None] * X) @ (sign[:, None] * X).T + 0.1 * np.eye(m)
svm = scipy.optimize.minimize(
    lambda a: (0.5 * a @ K @ a - a.sum(), K @ a - 1),
    np.zeros(m),
    jac=True,
    bounds=[(0, 1)] * m,
    method="L-BFGS-B",
    options={"ftol": 1e-17, "gtol": 1e-12, "maxiter": 10**5, "maxfun": 10**6},
)
out["svmDual"] = {"ridge": 0.1, "C": 1, "value": svm.fun}


def quadratic(P, q, A, l, u):
    solver = osqp.OSQP()
    solver.setup(
        scipy.sparse.csc_matrix(P),
        q,
        scipy.sparse.csc_matrix(A),
        l,
        u,
        eps_abs=1e-12,
        eps_rel=1e-12,
        max_iter=10**6,
        polishing=True,
        verbose=False,
    )
    result = solver.solve()
    return result


programs = []
for k, (n, m, equal, rank) in enumerate(
    [(2, 3, 1, 2), (10, 15, 3, 10), (30, 40, 8, 12), (60, 50, 10, 60), (20, 60, 0, 20), (40, 30, 30, 40)]
):
    F = rng.standard_normal((n, rank))
    P = np.round(F @ F.T / rank, 4)
    P = (P + P.T) / 2 + (0 if rank == n else 1e-3) * np.eye(n)
    if np.linalg.eigvalsh(P)[0] < 1e-6:
        P += 1e-3 * np.eye(n)
    q = np.round(rng.standard_normal(n), 4)
    A = np.round(rng.standard_normal((m, n)), 4)
    x0 = rng.standard_normal(n)
    mid = A @ x0
    l = np.round(mid - rng.uniform(0, 1, m), 4)
    u = np.round(mid + rng.uniform(0, 1, m), 4)
    if equal:
        l[:equal] = u[:equal] = np.round(mid[:equal], 4)
    one_sided = rng.uniform(size=m) < 0.4
    one_sided[:equal] = False
    l[one_sided] = -1e30
    result = quadratic(P, q, A, l, u)
    assert result.info.status == "solved" and result.info.status_polish == 1, result.info.status
    programs.append(
        {
            "size": n,
            "rows": m,
            "Q": tolist(P),
            "c": tolist(q),
            "A": tolist(A),
            "lower": tolist(l),
            "upper": tolist(u),
            "solution": tolist(result.x),
            "dual": tolist(result.y),
            "value": result.info.obj_val,
        }
    )
out["quadraticPrograms"] = programs

# Least squares on the probability simplex, and a Kullback–Leibler projection's neighbour: by SLSQP, polished by OSQP.
n = 8
B = np.round(rng.standard_normal((12, n)), 4)
b = np.round(rng.standard_normal(12), 4)
A = np.vstack([np.ones(n), np.eye(n)])
result = quadratic(B.T @ B, -B.T @ b, A, np.r_[1, np.zeros(n)], np.r_[1, np.full(n, np.inf)])
assert result.info.status_polish == 1
out["simplexLeastSquares"] = {"rows": 12, "columns": n, "B": tolist(B), "b": tolist(b), "solution": tolist(result.x)}

# Roots.
def broyden_tridiagonal(x):
    return (3 - 2 * x) * x - np.r_[0, x[:-1]] - 2 * np.r_[x[1:], 0] + 1


root = scipy.optimize.root(broyden_tridiagonal, -np.ones(20), method="hybr", options={"xtol": 1e-15})
out["broydenTridiagonal"] = {"size": 20, "solution": tolist(root.x)}
out["scalarRoots"] = {
    "cosine": scipy.optimize.brentq(lambda x: np.cos(x) - x, 0, 1, xtol=1e-15, rtol=1e-15),
    "cubic": scipy.optimize.brentq(lambda x: x**3 - x - 2, 1, 2, xtol=1e-15, rtol=1e-15),
    "flat": scipy.optimize.brentq(lambda x: np.exp(-x) - 1e-3, 0, 100, xtol=1e-15, rtol=1e-15),
}

# The obstacle problem on a line: lower bounds of the box as the obstacle.
n = 50
h = 1 / (n + 1)
T = (2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)) / h
t = np.arange(1, n + 1) * h
obstacle = np.round(0.2 - 2 * (t - 0.4) ** 2, 6)
result = quadratic(T, np.zeros(n), np.eye(n), obstacle, np.full(n, np.inf))
assert result.info.status_polish == 1
out["obstacle"] = {"size": n, "lower": tolist(obstacle), "solution": tolist(result.x)}

# The same problems by JAXopt's solvers, each to the tolerance that it reaches.
jax.config.update("jax_enable_x64", True)
Xj, yj, lj = jnp.array(X), jnp.array(y), jnp.array(label)
Bj, bj = jnp.array(B), jnp.array(b)
columns = X.shape[1]
zero = jnp.zeros(columns)
inner = jnp.full(Bj.shape[1], 1 / Bj.shape[1])


def misfit(w):
    return 0.5 * jnp.mean((Xj @ w - yj) ** 2)


def logistic_loss(w):
    return jnp.sum(jnp.logaddexp(0, -(2 * lj - 1) * (Xj @ w))) + 0.5 * jnp.sum(w**2)


def simplex_loss(x):
    return 0.5 * jnp.sum((Bj @ x - bj) ** 2)


def elastic(w, step):
    return jaxopt.prox.prox_elastic_net(w, (0.05, 1.0), step)


Kj = jnp.array(K)
options = {"tol": 1e-13, "maxiter": 100000}
program = programs[1]
P1 = jnp.array(program["Q"]).reshape(program["size"], -1)
A1 = jnp.array(program["A"]).reshape(program["rows"], -1)
smooth = {**options, "maxiter": 5000}
out["jaxopt"] = {
    "lasso": tolist(
        jaxopt.ProximalGradient(misfit, jaxopt.prox.prox_lasso, **options).run(zero, hyperparams_prox=0.1).params
    ),
    "elasticNet": tolist(
        jaxopt.ProximalGradient(misfit, lambda w, h, scaling=1.0: elastic(w, scaling), **options)
        .run(zero, hyperparams_prox=None)
        .params
    ),
    "nonnegative": tolist(
        jaxopt.ProjectedGradient(misfit, jaxopt.projection.projection_non_negative, **options).run(zero).params
    ),
    "simplex": tolist(
        jaxopt.ProjectedGradient(simplex_loss, jaxopt.projection.projection_simplex, **options).run(inner).params
    ),
    "logistic": tolist(jaxopt.LBFGS(logistic_loss, **smooth).run(zero).params),
    "svmDual": tolist(
        jaxopt.LBFGSB(lambda a: 0.5 * a @ Kj @ a - jnp.sum(a), **smooth)
        .run(jnp.full(len(y), 0.5), bounds=(jnp.zeros(len(y)), jnp.ones(len(y))))
        .params
    ),
    "misra1a": tolist(
        jaxopt.LevenbergMarquardt(
            lambda p, t, v: p[0] * (1 - jnp.exp(-p[1] * 1e-3 * t)) - v, tol=1e-12, maxiter=1000
        )
        .run(
            jnp.array([250.0, 0.5]),
            jnp.array([77.6, 114.9, 141.1, 190.8, 239.9, 289, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760]),
            jnp.array([10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.4, 75.47, 81.78]),
        )
        .params
    ),
    "quadraticProgram": tolist(
        jaxopt.BoxOSQP(tol=1e-10, maxiter=100000)
        .run(
            params_obj=(P1, jnp.array(program["c"])),
            params_eq=A1,
            params_ineq=(jnp.array(program["lower"]), jnp.array(program["upper"])),
        )
        .params.primal[0]
    ),
}
out["versions"]["jax"] = jax.__version__
out["versions"]["jaxopt"] = metadata.version("jaxopt")

Path(__file__).with_name("reference.json").write_text(json.dumps(out) + "\n")
