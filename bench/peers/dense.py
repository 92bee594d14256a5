"""NumPy's products of matrices on one thread.

Answers requests of one JSON line each: `product`, with shapes and the files of its doubles, gives the result in a file;
`run` takes its time, in processor seconds a call. Double precision.
"""
import json
import os
import sys
import time

for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[name] = "1"

import numpy as np

a = b = None
for line in sys.stdin:
    request = json.loads(line)
    if "product" in request:
        (rows, inner), columns = request["product"][:2], request["product"][2]
        left = np.fromfile(request["a"]).reshape((inner, rows) if request["transposed"] else (rows, inner))
        a = left.T if request["transposed"] else left
        b = left if request["own"] else np.fromfile(request["b"]).reshape(inner, columns)
        np.ascontiguousarray(a @ b).tofile(request["out"])
        answer = {}
    else:
        began = time.process_time()
        for _ in range(request["run"]):
            a @ b
        answer = {"seconds": (time.process_time() - began) / request["run"]}
    print(json.dumps(answer), flush=True)
