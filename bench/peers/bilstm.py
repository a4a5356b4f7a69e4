"""One bidirectional LSTM, 300 to 100, batch 32, 50 steps: `--mode train` is forward and backward
(inputs and parameters receive gradients, nothing is updated), `--mode infer` forward only.
"""

import argparse

import torch
from torch import nn

from protocol import Step, layer_step, parse, peer_parser, serve


def make_step(options: argparse.Namespace) -> Step:
    torch.manual_seed(0)
    lstm = nn.LSTM(300, 100, batch_first=options.batch_first, bidirectional=True)
    shape = (32, 50) if options.batch_first else (50, 32)
    x = torch.randn(*shape, 300, requires_grad=options.mode == "train")
    weights = torch.randn(*shape, 200)
    run = torch.compile(lstm) if options.compile else lstm
    return layer_step(options.mode, lstm, x, lambda: run(x)[0], weights)


def main() -> None:
    parser = peer_parser()
    parser.add_argument("--batch-first", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--compile", action="store_true")
    options = parse(parser)
    serve(lambda: make_step(options))


if __name__ == "__main__":
    main()
