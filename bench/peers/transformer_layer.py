"""One post-norm transformer encoder layer, 120 wide, 6 heads, feed-forward 480, batch 32, 500 steps.

`--mode train` is forward and backward (inputs and parameters receive gradients, nothing is updated),
`--mode infer` forward only.
"""

import argparse
from collections.abc import Callable

import torch
from torch import Tensor, nn

from protocol import serve


def make_step(options: argparse.Namespace) -> Callable[[], object]:
    torch.manual_seed(0)
    width = 120
    layer = nn.TransformerEncoderLayer(
        width, 6, dim_feedforward=4 * width, dropout=options.dropout, batch_first=True
    )
    x = torch.randn(32, 500, width, requires_grad=options.mode == "train")
    weights = torch.randn(32, 500, width)
    run = torch.compile(layer) if options.compile else layer
    torch.backends.mha.set_fastpath_enabled(options.fastpath)

    def infer() -> Tensor:
        with torch.inference_mode():
            return run(x)

    def train() -> None:
        x.grad = None
        layer.zero_grad(set_to_none=True)
        run(x).backward(weights)

    layer.train(options.mode == "train")
    return train if options.mode == "train" else infer


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=["train", "infer"], default="train")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--fastpath", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    serve(lambda: make_step(options))


if __name__ == "__main__":
    main()
