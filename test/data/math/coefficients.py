"""Coefficients of the polynomials and quotients in src/kernel/webassembly/math.

Run: pip install mpmath; python coefficients.py [name]
Prints every set, lowest power first, rounded to doubles, with the largest error of the rounded set in units of 2^-53 of
the function. Method: Remez's exchange, its linear system solved in 60 digits; for quotients the denominator of the last
solution stands in the next system until both agree. W. J. Cody, "Algorithms for rational approximation", 1968.
"""
import sys

from mpmath import acos, asin, atan, atanh, chebyt, cos, erf, erfc, exp, expm1, findroot, log, lu_solve, matrix, mp
from mpmath import mpf, pi, sin, sinh, sqrt, tan, tanh

mp.dps = 60


def fit(of, weight, interval, degree, below=0):
    """Minimax P/Q with degrees (degree, below), the constant of Q being 1; errors are divided by weight."""
    a, b = map(mpf, interval)
    count = degree + below + 2
    nodes = [(a + b) / 2 - (b - a) / 2 * cos(pi * k / (count - 1)) for k in range(count)]
    grid = [(a + b) / 2 - (b - a) / 2 * cos(pi * k / (32 * count)) for k in range(32 * count + 1)]
    values = {}

    def at(x):
        if x not in values:
            values[x] = (of(x), weight(x))
        return values[x]

    p, q = None, [mpf(1)]
    for _ in range(60):
        for _ in range(12 if below else 1):
            system, right = matrix(count), matrix(count, 1)
            for i, x in enumerate(nodes):
                f, w = at(x)
                for j in range(degree + 1):
                    system[i, j] = x**j
                for j in range(1, below + 1):
                    system[i, degree + j] = -f * x**j
                system[i, count - 1] = (-1) ** i * w * evaluate(q, x)
                right[i] = f
            solution = lu_solve(system, right)
            p, q = list(solution[: degree + 1]), [mpf(1)] + list(solution[degree + 1 : count - 1])
        level = abs(solution[count - 1])
        errors = [(evaluate(p, x) / evaluate(q, x) - at(x)[0]) / at(x)[1] for x in grid]
        peaks = []
        for x, e in zip(grid, errors):
            if peaks and (e > 0) == (peaks[-1][1] > 0):
                if abs(e) > abs(peaks[-1][1]):
                    peaks[-1] = (x, e)
            else:
                peaks.append((x, e))
        while len(peaks) > count:
            peaks.pop(0 if abs(peaks[0][1]) < abs(peaks[-1][1]) else -1)
        if len(peaks) < count:
            raise ValueError("no equioscillation")
        nodes = [x for x, _ in peaks]
        if max(abs(e) for _, e in peaks) < 1.02 * level:
            break
    p, q = [float(c) for c in p], [float(c) for c in q]
    error = max(
        abs((evaluate(list(map(mpf, p)), x) / evaluate(list(map(mpf, q)), x) - at(x)[0]) / at(x)[1]) for x in grid
    )
    return p, q, error


def evaluate(coefficients, x):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def even(f, power, *head):
    """(f(√z)/√z^power − head(z)) / z^len(head) as a function of z."""

    def of(z):
        r = sqrt(z)
        return (f(r) / r**power - evaluate(list(map(mpf, head)), z)) / z ** len(head)

    return of


def scaled_erfc_log(x):
    return log((1 + 2 * x) * exp(x * x) * erfc(x))


tiny = mpf(10) ** -12
third = mpf(1) / 3
ln2 = log(2)
largest_s = (sqrt(2) - 1) ** 2
# name: function, weight, interval, degrees
sets = {
    # (e^r − 1 − r) / r²
    "exp": (lambda r: (expm1(r) - r) / r**2, lambda r: abs(expm1(r)) / r**2, (-ln2 / 2, ln2 / 2 + tiny), 9),
    # 2 atanh(s) = 2 s + s z L(z), z = s²
    "log": (even(lambda s: 2 * atanh(s), 1, 2), lambda z: 2 / z, (tiny, largest_s**2), 6),
    # 2 atanh(s) = (2/3) s (3 + z + z² W(z))
    "pow": (even(lambda s: 3 * atanh(s), 1, 3, 1), lambda z: 3 / z**2, (tiny, largest_s**2), 6),
    # sin(r) = r + r z S(z)
    "sin": (even(sin, 1, 1), lambda z: 1 / z, (tiny, (pi / 4) ** 2), 5),
    # cos(r) = 1 − z/2 + z² C(z)
    "cos": (even(cos, 0, 1, -0.5), lambda z: 1 / z**2, (tiny, (pi / 4) ** 2), 5),
    "tan": (even(tan, 1, 1), lambda z: 1 / z, (tiny, (pi / 4) ** 2), 3, 3),
    "tanh": (even(tanh, 1, 1), lambda z: 1 / z, (tiny, mpf("0.3025")), 2, 3),
    "sinh": (even(sinh, 1, 1), lambda z: 1 / z, (tiny, 1), 6),
    "atan": (even(atan, 1, 1), lambda z: 1 / z, (tiny, mpf("0.25")), 4, 4),
    "asin": (even(asin, 1, 1), lambda z: 1 / z, (tiny, mpf("0.25")), 4, 4),
    # erf(x) = x + x Y(z)
    "erf": (lambda z: even(erf, 1)(z) - 1, lambda z: mpf(1), (tiny, 1), 5, 5),
    # erfc(x) = e^(−x²) G(x)
    "erf beyond 1": (lambda x: exp(x * x) * erfc(x), lambda x: exp(x * x), (mpf(1), mpf(6)), 5, 6),
    # erfc(x) = e^(L(t) − x²) / (1 + 2 x), t = (x − 2) / (x + 2), 0.75 ≤ x ≤ 27.3
    "erfc": (
        lambda t: scaled_erfc_log(2 * (1 + t) / (1 - t)),
        lambda t: mpf(1),
        (mpf("-1.25") / mpf("2.75"), mpf("25.3") / mpf("29.3")),
        22,
    ),
}

if __name__ == "__main__":
    for name in sys.argv[1:] or sets:
        of, weight, interval, *degrees = sets[name]
        p, q, error = fit(of, weight, interval, *degrees)
        print(f"{name}  error {float(error * 2**53):.3g}")
        print("  ", ",\n   ".join(map(repr, p)))
        if len(q) > 1:
            print("  /\n  ", ",\n   ".join(map(repr, q)))
