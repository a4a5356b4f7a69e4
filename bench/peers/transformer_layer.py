"""One post-norm transformer encoder layer, 120 wide, 6 heads, feed-forward 480, batch 32, 500 steps.

`--mode train` is forward and backward (inputs and parameters receive gradients, nothing is updated),
`--mode infer` forward only.
"""

import argparse

import torch
from torch import nn

from protocol import Step, layer_step, parse, peer_parser, serve


def make_step(options: argparse.Namespace) -> Step:
    torch.manual_seed(0)
    width = 120
    layer = nn.TransformerEncoderLayer(
        width, 6, dim_feedforward=4 * width, dropout=options.dropout, batch_first=True
    )
    x = torch.randn(32, 500, width, requires_grad=options.mode == "train")
    weights = torch.randn(32, 500, width)
    run = torch.compile(layer) if options.compile else layer
    torch.backends.mha.set_fastpath_enabled(options.fastpath)
    layer.train(options.mode == "train")
    return layer_step(options.mode, layer, x, lambda: run(x), weights)


def main() -> None:
    parser = peer_parser()
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--fastpath", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--compile", action="store_true")
    options = parse(parser)
    serve(lambda: make_step(options))


if __name__ == "__main__":
    main()
