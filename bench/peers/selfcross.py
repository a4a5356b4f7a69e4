"""SelfCross in PyTorch, built as its authors' published code is: a convolution that takes time steps as
channels (audio 1000 to 500, vision 32 to 25), a bidirectional GRU for each modality, multi-head attention
of each modality to itself or to each other one, averages over time, their mean and standard deviation,
two linear layers. Batch 32: audio 1000 x 120, text 128 x 300, vision 32 x 2048; seven classes.

`--mode train` is a training step (forward, cross entropy, backward, Adam), `--mode infer` forward only.
With `--weights` the attention gives its weights, as in the published code, which drops them; without,
PyTorch may take its fused attention.
"""

import argparse
import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from protocol import Step, model_step, parse, peer_parser, serve

MODALITIES = ("text", "audio", "vision")


class SelfCross(nn.Module):
    """Logits (batch, 7) from text, audio and vision (batch, time, features)."""

    def __init__(self, attention: str, weights: bool, width: int = 60, heads: int = 6, classes: int = 7) -> None:
        super().__init__()
        self.weights = weights
        self.audio_conv = nn.Conv1d(1000, 500, 1)
        self.vision_conv = nn.Conv1d(32, 25, 1)
        features = {"text": 300, "audio": 120, "vision": 2048}
        self.encoders = nn.ModuleDict(
            {name: nn.GRU(size, width, batch_first=True, bidirectional=True) for name, size in features.items()}
        )
        self.pairs = (
            [(name, name) for name in MODALITIES] if attention == "self" else list(itertools.permutations(MODALITIES, 2))
        )
        self.attentions = nn.ModuleList(
            nn.MultiheadAttention(2 * width, heads, dropout=0.1, batch_first=True) for _ in self.pairs
        )
        self.concat_linear = nn.Linear(4 * width, width)
        self.classifier = nn.Linear(width, classes)

    def forward(self, text: Tensor, audio: Tensor, vision: Tensor) -> Tensor:
        inputs = {
            "text": F.dropout(text, 0.25, self.training),
            "audio": self.audio_conv(audio),
            "vision": self.vision_conv(vision),
        }
        encoded = {name: self.encoders[name](steps)[0] for name, steps in inputs.items()}
        averages = []
        for (query, key), attention in zip(self.pairs, self.attentions, strict=True):
            attended, _ = attention(encoded[query], encoded[key], encoded[key], need_weights=self.weights)
            averages.append(attended.mean(1))
        deviation, mean = torch.std_mean(torch.stack(averages, 1), 1)
        return self.classifier(self.concat_linear(torch.cat([deviation, mean], 1)))


def make_step(options: argparse.Namespace) -> Step:
    torch.manual_seed(0)
    model = SelfCross(options.attention, options.weights)
    batch = [torch.randn(32, 128, 300), torch.randn(32, 1000, 120), torch.randn(32, 32, 2048)]
    target = torch.randint(7, (32,))
    torch.backends.mha.set_fastpath_enabled(options.fastpath)
    return model_step(options.mode, model, lambda: model(*batch), lambda: F.cross_entropy(model(*batch), target))


def main() -> None:
    parser = peer_parser()
    parser.add_argument("--attention", choices=["self", "cross"], default="self")
    parser.add_argument("--weights", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--fastpath", action=argparse.BooleanOptionalAction, default=False)
    options = parse(parser)
    serve(lambda: make_step(options))


if __name__ == "__main__":
    main()
