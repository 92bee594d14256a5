# How the files of test/data/loss were made: JAXopt 0.8.3, jax 0.4.30, jaxlib 0.4.30, scikit-learn 1.9.1, numpy 1.26.4,
# Python 3.11, in double precision.
import json
import jax
import jax.numpy as jnp
import numpy as np
from jaxopt import loss as L
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import hinge_loss, log_loss
from sklearn.svm import LinearSVC

jax.config.update('jax_enable_x64', True)
rng = np.random.default_rng(2)


def listed(value):
    return np.asarray(value).tolist()


# jaxopt.json: one value a sample, and the gradient and the Hessian with respect to the scores.
binary = {'labels': listed(rng.integers(0, 2, size=8)), 'scores': listed(2 * rng.normal(size=8)), 'losses': {}}
for name, f in [('logisticLoss', L.binary_logistic_loss), ('hingeLoss', L.binary_hinge_loss),
                ('squaredHingeLoss', lambda y, s: L.binary_hinge_loss(y, s) ** 2),
                ('binarySparsemaxLoss', L.binary_sparsemax_loss)]:
    args = [(y, jnp.asarray(s)) for y, s in zip(binary['labels'], binary['scores'])]
    binary['losses'][name] = {'values': [float(f(*a)) for a in args],
                              'gradients': [float(jax.grad(f, 1)(*a)) for a in args],
                              'hessians': [float(jax.grad(jax.grad(f, 1), 1)(*a)) for a in args]}
multiclass = {'labels': listed(rng.integers(0, 5, size=6)), 'scores': listed(rng.normal(size=(6, 5))), 'losses': {}}
for name, f in [('multiclassLogisticLoss', L.multiclass_logistic_loss), ('sparsemaxLoss', L.multiclass_sparsemax_loss),
                ('multiclassHingeLoss', L.multiclass_hinge_loss)]:
    args = [(y, jnp.asarray(s)) for y, s in zip(multiclass['labels'], multiclass['scores'])]
    multiclass['losses'][name] = {'values': [float(f(*a)) for a in args],
                                  'gradients': [listed(jax.grad(f, 1)(*a)) for a in args],
                                  'hessians': [listed(jax.hessian(f, 1)(*a)) for a in args]}
target, prediction = rng.normal(size=8), 3 * rng.normal(size=8)
huber = {'target': listed(target), 'prediction': listed(prediction), 'delta': 1.3,
         'values': listed(L.huber_loss(target, prediction, 1.3)),
         'gradients': [float(jax.grad(L.huber_loss, 1)(t, p, 1.3)) for t, p in zip(target, prediction)]}
with open('jaxopt.json', 'w') as file:
    json.dump({'binary': binary, 'multiclass': multiclass, 'huber': huber}, file)
    file.write('\n')

# scikit-learn.json: averages of losses, and models at which the gradient of the objective vanishes.
X = rng.normal(size=(60, 4))
y = (X @ np.array([1.0, -2.0, 0.5, 0.0]) + 0.8 * rng.normal(size=60) > 0).astype(int)
classes = np.argmax(X @ rng.normal(size=(4, 3)) + 0.8 * rng.normal(size=(60, 3)), axis=1)
scores, table = rng.normal(size=60), rng.normal(size=(60, 3))
logistic = LogisticRegression(C=0.7, fit_intercept=False, tol=1e-14, max_iter=10000, solver='newton-cholesky')
svc = LinearSVC(C=0.7, loss='squared_hinge', dual=False, fit_intercept=False, tol=1e-13, max_iter=100000)
with open('scikit-learn.json', 'w') as file:
    json.dump({
        'X': listed(X), 'labels': listed(y), 'classes': listed(classes), 'scores': listed(scores), 'table': listed(table),
        'logLoss': log_loss(y, 1 / (1 + np.exp(-scores))),
        'hingeLoss': hinge_loss(y, scores),
        'multiclassLogLoss': log_loss(classes, np.exp(table) / np.exp(table).sum(axis=1, keepdims=True)),
        'C': 0.7,
        'logistic': listed(logistic.fit(X, y).coef_[0]),
        'multiclassLogistic': listed(logistic.fit(X, classes).coef_),
        'squaredHinge': listed(svc.fit(X, y).coef_[0]),
    }, file)
    file.write('\n')
