"""What the peers share: their arguments, the step of a model or of a single layer, and the conversation
with the harness, the same for every language.

The contestant says `{"ready": true, "resting_bytes": ..., "build_ms": ...}` once it can start, then
answers each line `{"run": n}` with `{"ms": milliseconds per step, "peak_bytes": ...}` until its input ends.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

Step = Callable[[], object]


def peer_parser() -> argparse.ArgumentParser:
    """The arguments that every peer takes; a peer may add its own."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["train", "infer"], default="train")
    parser.add_argument("--threads", type=int, default=2)
    return parser


def parse(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Reads the command line, and sets PyTorch's threads as it says."""
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    return options


def inference(predict: Callable[[], Tensor]) -> Step:
    def infer() -> Tensor:
        with torch.inference_mode():
            return predict()

    return infer


def model_step(
    mode: str, model: nn.Module, predict: Callable[[], Tensor], loss: Callable[[], Tensor], learning_rate: float = 1e-3
) -> Step:
    """`train` is forward, loss, backward and Adam, `infer` the prediction of the evaluated model.

    Says on standard error how many parameters the model has.
    """
    print(f"{sum(p.numel() for p in model.parameters())} parameters", file=sys.stderr)
    if mode == "infer":
        model.eval()
        return inference(predict)
    optimiser = torch.optim.Adam(model.parameters(), lr=learning_rate, fused=True)

    def train() -> Tensor:
        optimiser.zero_grad(set_to_none=True)
        value = loss()
        value.backward()
        optimiser.step()
        return value

    return train


def layer_step(mode: str, layer: nn.Module, x: Tensor, predict: Callable[[], Tensor], gradient: Tensor) -> Step:
    """`train` is forward and backward from the output's gradient to `x` and the parameters, `infer` forward only."""

    def train() -> None:
        x.grad = None
        layer.zero_grad(set_to_none=True)
        predict().backward(gradient)

    return train if mode == "train" else inference(predict)


def peak_bytes() -> int:
    """Largest resident memory of this process so far. Linux counts it in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def serve(make_step: Callable[[], Step]) -> None:
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
