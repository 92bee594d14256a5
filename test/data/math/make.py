"""Values of the elementary functions by mpmath, for test/kernel/vector-functions.test.ts.

Run once: pip install mpmath; python make.py [name]
Writes one JSON file a function beside this file. `arguments` (and `seconds`, the second operand), `values` (the nearest
doubles) are little-endian float64 in base64; `hundredths` are int8: how far the exact value lies above `values`, in
hundredths of a unit in the last place, so that errors are known to a hundredth and not to a half.
"""
import base64
import json
import math
import random
import struct
import sys
from pathlib import Path

import mpmath
from mpmath import mp, mpf

mp.prec = 240
random.seed(20261123)
pi = mp.pi


def uniform(a, b, count):
    return [random.uniform(a, b) for _ in range(count)]


def powers(low, high, count, sign=None):
    """Either sign, exponents of 2 spread evenly."""
    return [(sign or random.choice([-1, 1])) * 2.0 ** random.uniform(low, high) for _ in range(count)]


def steps(x, count):
    """Neighbouring doubles of x, both sides."""
    result, up, down = [x], x, x
    for _ in range(count):
        up, down = math.nextafter(up, math.inf), math.nextafter(down, -math.inf)
        result += [up, down]
    return result


def rounded(value):
    """The nearest double and what it lacks, in hundredths of its last place."""
    if mpmath.isinf(value) or mpmath.isnan(value) or value == 0:
        return float(value), 0
    exponent = max(mpmath.mag(value) - 53, -1074)
    unit = mpf(2) ** exponent
    whole = mpmath.nint(value / unit)
    if abs(whole * unit) >= mpf(2) ** 1024:
        return math.copysign(math.inf, value), 0
    return math.ldexp(int(whole), int(exponent)), int(mpmath.nint((value / unit - whole) * 100))


def quarter_turns():
    near = [float(k * pi / 2) for k in range(1, 300)]
    near += [float(random.randrange(1, 2 ** random.randrange(8, 50)) * pi / 2) for _ in range(300)]
    # The double nearest to a multiple of π/2, of all (W. Kahan), and neighbours of the path's limit.
    near += [math.ldexp(6381956970095103, 797), 24999.99, 25000.01, 1e22, 2.0**1023 * 1.75]
    return near + [-x for x in near[::7]]


def angles():
    return (
        uniform(-10, 10, 800)
        + uniform(-25000, 25000, 500)
        + powers(-60, 15, 300)
        + powers(14, 1023.9, 500)
        + quarter_turns()
        + powers(-1074, -1000, 20)
    )


def unit_interval(end=1.0):
    inside = uniform(-1, 1, 1000) + powers(-60, 0, 500) + [1 - x for x in powers(-53, 0, 500, 1)]
    return inside + [math.nextafter(end, 0)] + steps(0.5, 20) + powers(-1074, -1000, 20)


def real_line(edge, count=1000):
    return (
        uniform(-3, 3, count)
        + uniform(-edge, edge, count // 2)
        + powers(-60, math.log2(edge), count // 2)
        + powers(-1074, -1000, 20)
    )


def bases():
    pairs = []
    # results over the whole range: by bases of all sizes, near 1, and very near 1
    for x in powers(-1074, 1023.9, 500, 1) + uniform(0.6, 1.6, 500) + [1 + e for e in powers(-52, -2, 500)]:
        if x != 1:
            pairs.append((x, float(mpf(random.uniform(-1080, 1024)) / mpmath.log(x, 2))))
    # subnormal results
    for x in powers(-300, 300, 300, 1) + uniform(0.5, 1.5, 200):
        pairs.append((x, float(mpf(random.uniform(-1076, -1022)) / mpmath.log(x, 2))))
    pairs += zip(uniform(0, 10, 500), uniform(-10, 10, 500))
    pairs += [(-x, float(random.randrange(-60, 60))) for x in uniform(0, 10, 300)]
    pairs += [(x, y) for x in powers(-100, 100, 20, 1) for y in (0.5, -0.5, 1.5, 2.0, 3.0, 1 / 3, -1.0, 1.0)]
    pairs += [(x, 2.0 ** random.uniform(40, 62)) for x in steps(1.0, 10) if x != 1]
    return pairs


def points():
    pairs = list(zip(uniform(-1, 1, 1000), uniform(-1, 1, 1000)))
    pairs += zip(powers(-30, 30, 600), powers(-30, 30, 600))
    pairs += zip(powers(-1070, 1023.9, 400), powers(-1070, 1023.9, 400))
    pairs += [(y * 2.0**1022, x * 2.0**1022) for y, x in zip(uniform(-3, 3, 100), uniform(-3, 3, 100))]
    return pairs


exponentials = uniform(-708, 709.78, 600) + uniform(-1, 1, 700) + powers(-60, 9, 400)
arguments = {
    "exp": exponentials + uniform(-745.2, -708, 300) + steps(709.782712893384, 20) + steps(-745.1332191019412, 20),
    "expm1": exponentials + uniform(-60, 5, 500) + powers(-1074, -1000, 20),
    "log": powers(-1074, 1023.9, 700, 1) + uniform(0.5, 2, 900) + [1 + e for e in powers(-52, -1, 600)] + steps(1.0, 30),
    "log1p": powers(-60, 1023.9, 600, 1)
    + uniform(-1, 2, 900)
    + powers(-60, -0.01, 600)
    + [-1 + e for e in powers(-53, 0, 200, 1)]
    + powers(-1074, -1000, 20),
    "sin": angles(),
    "cos": angles(),
    "tan": angles(),
    "asin": unit_interval(),
    "acos": unit_interval(),
    "atan": real_line(2.0**60),
    "sinh": real_line(710.47) + powers(9.4, 9.4726, 50),
    "cosh": real_line(710.47) + powers(9.4, 9.4726, 50),
    "tanh": real_line(22),
    "asinh": real_line(2.0**1022),
    "acosh": uniform(1, 3, 1000) + [1 + e for e in powers(-52, 40, 600, 1)] + powers(0, 1023.9, 400, 1),
    "atanh": unit_interval(),
    "erf": real_line(6.5) + uniform(0.9, 1.1, 300),
    "pow": bases(),
    "atan2": points(),
    "erfc": real_line(6.5) + uniform(0.7, 0.8, 300) + uniform(-1, 27.3, 700) + uniform(26.5, 27.3, 200),
}


def encode(kind, values):
    return base64.b64encode(struct.pack(f"<{len(values)}{kind}", *values)).decode()


def exact(name, operands):
    if name == "pow":
        x, y = operands
        return mpf(x) ** mpf(y)
    if name in ("log1p", "expm1", "erf", "erfc", "atan2"):
        return getattr(mpmath, name)(*map(mpf, operands))
    return getattr(mpmath, name)(mpf(operands[0]))


def is_defined(name, operands):
    return not (name in ("log", "acosh") and operands[0] <= 0) and not (name == "log1p" and operands[0] <= -1)


for name, values in arguments.items():
    if sys.argv[1:] and name not in sys.argv[1:]:
        continue
    operands = [v if isinstance(v, tuple) else (v,) for v in values]
    operands = [o for o in operands if is_defined(name, o) and all(map(math.isfinite, o))]
    # Far from zero, relative precision needs the digits of the argument too.
    mp.prec = 1300 if name in ("sin", "cos", "tan") else 240
    extra = 1200 if name in ("expm1", "log1p", "sinh", "tanh", "asinh", "asin", "atan", "atanh", "erf", "erfc", "cosh") else 0
    mp.prec += extra
    results = [rounded(exact(name, o)) for o in operands]
    mp.prec = 240
    data = {
        "by": f"mpmath {mpmath.__version__}",
        "arguments": encode("d", [o[0] for o in operands]),
        **({"seconds": encode("d", [o[1] for o in operands])} if len(operands[0]) == 2 else {}),
        "values": encode("d", [r[0] for r in results]),
        "hundredths": encode("b", [r[1] for r in results]),
    }
    Path(__file__).with_name(f"{name}.json").write_text(json.dumps(data, indent=1) + "\n")
    print(name, len(operands), flush=True)
