"""librosa's side of the race over sound: all clips of a folder, one after another, in each step.

MFCC: 40 coefficients, Hamming, 25 ms every 10 ms, with first and second differences. Mel: 128 bands of power on
HTK's scale, Hann, 25 ms every 12.5 ms. `bench/sound/run.ts` starts it.
"""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore")

RATE = 16_000
Function = Callable[[np.ndarray], object]


def librosa_functions() -> dict[str, Function]:
    import librosa

    def mfcc(y: np.ndarray) -> object:
        values = librosa.feature.mfcc(y=y, sr=RATE, n_mfcc=40, n_fft=400, hop_length=160, window="hamming")
        return np.vstack([values, librosa.feature.delta(values), librosa.feature.delta(values, order=2)])

    def mel(y: np.ndarray) -> object:
        return librosa.feature.melspectrogram(
            y=y, sr=RATE, n_fft=400, hop_length=200, n_mels=128, htk=True, norm=None, pad_mode="reflect"
        )

    return {"mfcc": mfcc, "mel": mel}


def peak_bytes() -> int:
    """Largest resident memory of this process so far. Linux counts it in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--features", default="mfcc,mel")
    options = parser.parse_args()
    resting = peak_bytes()
    start = time.perf_counter()
    functions = librosa_functions()
    wanted = [functions[name] for name in options.features.split(",")]
    clips = [np.fromfile(path, dtype=np.float32) for path in sorted(options.folder.glob("*.f32"))]
    build = (time.perf_counter() - start) * 1000
    print(json.dumps({"ready": True, "resting_bytes": resting, "build_ms": build}), flush=True)
    for line in sys.stdin:
        steps = int(json.loads(line)["run"])
        start = time.perf_counter()
        for _ in range(steps):
            for clip in clips:
                for function in wanted:
                    function(clip)
        elapsed = time.perf_counter() - start
        print(json.dumps({"ms": elapsed * 1000 / steps, "peak_bytes": peak_bytes()}), flush=True)


if __name__ == "__main__":
    main()
