"""One bidirectional LSTM, 300 to 100, batch 32, 50 steps: `--mode train` is forward and backward
(inputs and parameters receive gradients, nothing is updated), `--mode infer` forward only.
"""

import argparse
from collections.abc import Callable

import torch
from torch import Tensor, nn

from protocol import serve


def make_step(options: argparse.Namespace) -> Callable[[], object]:
    torch.manual_seed(0)
    lstm = nn.LSTM(300, 100, batch_first=options.batch_first, bidirectional=True)
    shape = (32, 50) if options.batch_first else (50, 32)
    x = torch.randn(*shape, 300, requires_grad=options.mode == "train")
    weights = torch.randn(*shape, 200)
    run = torch.compile(lstm) if options.compile else lstm

    def infer() -> Tensor:
        with torch.inference_mode():
            return run(x)[0]

    def train() -> None:
        x.grad = None
        lstm.zero_grad(set_to_none=True)
        run(x)[0].backward(weights)

    return train if options.mode == "train" else infer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["train", "infer"], default="train")
    parser.add_argument("--batch-first", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    serve(lambda: make_step(options))


if __name__ == "__main__":
    main()
