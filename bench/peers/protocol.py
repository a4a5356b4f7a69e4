"""The conversation between the harness and a contestant, the same for every language.

The contestant says `{"ready": true, "resting_bytes": ..., "build_ms": ...}` once it can start, then
answers each line `{"run": n}` with `{"ms": milliseconds per step, "peak_bytes": ...}` until its input ends.
"""

import json
import resource
import sys
import time
from collections.abc import Callable


def peak_bytes() -> int:
    """Largest resident memory of this process so far. Linux counts it in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def serve(make_step: Callable[[], Callable[[], object]]) -> None:
    """Builds the step, then times it on request.

    `resting_bytes` is the peak before the step is built: what importing the framework costs.
    """
    resting = peak_bytes()
    start = time.perf_counter()
    step = make_step()
    build = (time.perf_counter() - start) * 1000
    print(json.dumps({"ready": True, "resting_bytes": resting, "build_ms": build}), flush=True)
    for line in sys.stdin:
        steps = int(json.loads(line)["run"])
        start = time.perf_counter()
        for _ in range(steps):
            step()
        elapsed = time.perf_counter() - start
        answer = {"ms": elapsed * 1000 / steps, "peak_bytes": peak_bytes()}
        print(json.dumps(answer), flush=True)
