"""Solutions and their derivatives by other programs, for the tests of src/implicit.

Run once: pip install jax==0.10.2 jaxopt==0.8.5 scikit-learn==1.9.1 clarabel==0.11.1 diffcp==1.1.9; python make.py
Writes reference.json beside this file.
"""
import json
from pathlib import Path

import clarabel
import diffcp
import jax
import jax.numpy as jnp
import jaxopt
import numpy as np
import scipy.sparse
import sklearn
from sklearn.datasets import load_diabetes
from sklearn.linear_model import Lasso, LogisticRegression, Ridge

jax.config.update("jax_enable_x64", True)
here = Path(__file__).parent


def flat(a):
    return np.asarray(a, dtype=float).ravel().tolist()


X, y = load_diabetes(return_X_y=True, scaled=False)

# Six columns of 40 patients, at unit variance, in few digits.
X = X[:40, [1, 2, 3, 6, 8, 9]]
X = np.round((X - X.mean(0)) / X.std(0), 4)
y = np.round((y[:40] - y[:40].mean()) / y[:40].std(), 4)
label = (y > 0).astype(float)
m, n = X.shape
out = {
    "versions": {"scikit-learn": sklearn.__version__, "jaxopt": "0.8.5", "clarabel": clarabel.__version__, "diffcp": "1.1.9"},
    "data": {"rows": m, "columns": n, "X": flat(X), "y": flat(y), "labels": flat(label)},
}


def derivative(solver, init, *args, argnum=0):
    """The solution and its Jacobian by JAXopt's implicit differentiation."""
    run = lambda *a: solver.run(init, *a).params
    return run(*args), jax.jacobian(run, argnums=argnum)(*args)


def lu(matvec, b, ridge=None, init=None, **_):
    """An exact linear solver: what is compared is the derivative, not JAXopt's tolerance."""
    return jaxopt.linear_solve.solve_lu(matvec, b)


theta = 2.0
ridge = lambda w, t: 0.5 * jnp.sum((X @ w - y) ** 2) + 0.5 * t * jnp.sum(w**2)
w, dw = derivative(jaxopt.LBFGS(ridge, tol=1e-12, maxiter=1000, implicit_diff_solve=lu), jnp.zeros(n), theta)
own = Ridge(alpha=theta, fit_intercept=False, solver="cholesky").fit(X, y).coef_
assert np.abs(w - own).max() < 1e-9
out["ridge"] = {"theta": theta, "solution": flat(own), "derivative": flat(dw)}

theta = 0.15
smooth = lambda w, data: 0.5 * jnp.mean((data[0] @ w - data[1]) ** 2)
lasso = jaxopt.ProximalGradient(smooth, jaxopt.prox.prox_lasso, stepsize=m / np.linalg.norm(X, 2) ** 2, acceleration=False,
                                tol=1e-14, maxiter=20000, implicit_diff_solve=lu)
run = lambda t: lasso.run(jnp.zeros(n), t, (X, y)).params
own = Lasso(alpha=theta, fit_intercept=False, tol=1e-15, max_iter=10**6).fit(X, y).coef_
assert np.abs(run(theta) - own).max() < 1e-9
out["lasso"] = {"theta": theta, "solution": flat(own), "derivative": flat(jax.jacobian(run)(theta))}

theta = 0.5
sign = 2 * label - 1
logistic = lambda w, t: jnp.sum(jnp.logaddexp(0, -sign * (X @ w))) + 0.5 * t * jnp.sum(w**2)
w, dw = derivative(jaxopt.LBFGS(logistic, tol=1e-12, maxiter=1000, implicit_diff_solve=lu), jnp.zeros(n), theta)
own = LogisticRegression(C=1 / theta, fit_intercept=False, tol=1e-14, solver="newton-cg", max_iter=10**5).fit(X, label).coef_[0]
assert np.abs(w - own).max() < 1e-8
out["logistic"] = {"theta": theta, "solution": flat(w), "derivative": flat(dw)}

# The dual of a multiclass support vector machine (Crammer and Singer) with a Gaussian kernel: 12 patients, 3 classes.
count, classes, theta = 12, 3, 0.8
order = np.argsort(np.argsort(y[:count]))
Y = np.eye(classes)[order * classes // count]
P = X[:count]
K = np.round(np.exp(-0.2 * ((P[:, None] - P[None]) ** 2).sum(-1)), 5) + 0.1 * np.eye(count)
svm = lambda x, t: 0.5 / t * jnp.sum((Y - x) * (K @ (Y - x))) + jnp.sum(x * Y)
rows = jax.vmap(jaxopt.projection.projection_simplex)
pg = jaxopt.ProjectedGradient(svm, lambda x, _=None: rows(x), stepsize=theta / np.linalg.norm(K, 2),
                              acceleration=False, tol=1e-14, maxiter=20000, implicit_diff_solve=lu)
run = lambda t: pg.run(jnp.full((count, classes), 1 / classes), None, t).params
# JAXopt's implicit derivative is 2e-5 off here, by any of its linear solvers; central differences of its solutions are not.
slope = lambda step: (np.asarray(run(theta + step)) - np.asarray(run(theta - step))) / (2 * step)
differences = (4 * slope(1e-4) - slope(2e-4)) / 3
assert np.abs(differences - jax.jacobian(run)(theta)).max() < 1e-4
out["svm"] = {"theta": theta, "count": count, "classes": classes, "K": flat(K), "Y": flat(Y),
              "solution": flat(run(theta)), "derivative": flat(differences)}

# A quadratic program, whose h is scaled by θ.
rng = np.random.default_rng(3)
n, p, q, theta = 8, 2, 6, 1.0
F = rng.standard_normal((n, n))
Q = np.round(F @ F.T / n, 4) + 0.1 * np.eye(n)
c, A, G = (np.round(rng.standard_normal(s), 3) for s in (n, (p, n), (q, n)))
x0 = rng.standard_normal(n)
b, h = np.round(A @ x0, 3), np.round(G @ x0 + rng.uniform(0, 0.4, q), 3)


def program(t):
    """By its active set, which OSQP finds."""
    osqp = jaxopt.OSQP(tol=1e-9, maxiter=100000)
    found = osqp.run(params_obj=(jnp.array(Q), jnp.array(c)), params_eq=(jnp.array(A), jnp.array(b)),
                     params_ineq=(jnp.array(G), t * jnp.array(h))).params
    return found


kkt = program(theta)
active = np.asarray(kkt.dual_ineq) > 1e-4
C = np.vstack([A, G[active]])
M = np.block([[Q, C.T], [C, np.zeros((len(C), len(C)))]])
exact = np.linalg.solve(M, np.concatenate([-c, b, theta * h[active]]))
assert np.abs(exact[:n] - kkt.primal).max() < 1e-5
dual = np.zeros(q)
dual[active] = exact[n + p:]
change = np.linalg.solve(M, np.concatenate([np.zeros(n + p), h[active]]))
by_jaxopt = jax.jacobian(lambda t: program(t).primal)(theta)
assert np.abs(change[:n] - by_jaxopt).max() < 1e-4, np.abs(change[:n] - by_jaxopt).max()
out["qp"] = {"theta": theta, "Q": flat(Q), "c": flat(c), "A": flat(A), "b": flat(b), "G": flat(G), "h": flat(h),
             "solution": flat(exact[:n]), "equality": flat(exact[n:n + p]), "inequality": flat(dual),
             "derivative": flat(change[:n])}

# A second-order-cone program with 100 unknowns; its matrices come from a formula (see cone-program.ts).
n = 100


def matrix(rows, cols, seed):
    i, j = np.meshgrid(np.arange(rows), np.arange(cols), indexing="ij")
    return ((i * 37 + j * 101 + i * j * 13 + (i + seed) * (j + 7) ** 2 * 5 + seed * 29) % 199) / 199 - 0.5


E, G, F = matrix(5, n, 1), matrix(20, n, 2), matrix(20, n, 3)
c, d = matrix(1, n, 4)[0], 0.02 * matrix(1, n, 5)[0]
e, h, g = 0.2 * matrix(1, 5, 6)[0], 0.2 + matrix(1, 20, 7)[0] ** 2, matrix(1, 20, 8)[0]
radius, offset = 3.0, 2.0
# Rows: E x = e; G x ≤ h; ‖x‖ ≤ radius; ‖F x + g‖ ≤ dᵀx + offset
A = np.vstack([E, G, np.zeros((1, n)), -np.eye(n), -d[None], -F])
b = np.concatenate([e, h, [radius], np.zeros(n), [offset], g])
cones = [(diffcp.ZERO, 5), (diffcp.POS, 20), (diffcp.SOC, [n + 1, 21])]
settings = dict(tol_gap_abs=1e-13, tol_gap_rel=1e-13, tol_feas=1e-13)
x, yy, s, D, DT = diffcp.solve_and_derivative(
    scipy.sparse.csc_matrix(A), b, c, dict(z=5, l=20, q=[n + 1, 21]), solve_method="Clarabel", mode="lsqr", verbose=False, **settings)
print("active", (np.asarray(yy[5:25]) > 1e-6).sum(), "balls", yy[25], yy[25 + n + 1])
db = np.zeros(len(b)); db[25] = 1.0
dx, dy, ds = D(scipy.sparse.csc_matrix(A.shape), db, np.zeros(n))
dx2, _, _ = D(scipy.sparse.csc_matrix(A.shape), np.zeros(len(b)), np.ones(n))
out["cone"] = {"x": flat(x), "y": flat(yy), "s": flat(s), "byRadius": flat(dx), "byCost": flat(dx2)}

(here / "reference.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
