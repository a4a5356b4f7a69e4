"""HDA in PyTorch, straight from the same reading of its text (there is no published code): for each modality a
convolution along time and multi-head delta self-attention in a window of ten steps ahead; convolutional
encoders and decoders whose representations correlate; attention over the steps of all modalities. Batch 32,
50 steps of text 300, audio 74, vision 35; six emotions.

`--mode train` is a training step of everything at once (forward, binary cross entropy, correlations and
reconstruction, backward, Adam), `--mode infer` forward only.
"""

import argparse
import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from protocol import Step, model_step, parse, peer_parser, serve

FEATURES = {"text": 300, "audio": 74, "vision": 35}


class Convolution(nn.Conv1d):
    """Along time, kernel 3, over (batch, time, features)."""

    def __init__(self, inputs: int, units: int) -> None:
        super().__init__(inputs, units, 3, padding=1)

    def forward(self, steps: Tensor) -> Tensor:
        return super().forward(steps.transpose(1, 2)).transpose(1, 2)


class DeltaAttention(nn.Module):
    """Scores get (x_j - x_i) . W[:, j - i] besides; a step attends to itself and to `window` steps ahead."""

    def __init__(self, inputs: int, units: int, heads: int, width: int, window: int) -> None:
        super().__init__()
        self.heads, self.window, self.scale = heads, window, width**-0.5
        self.query, self.key = nn.Linear(inputs, heads * width), nn.Linear(inputs, heads * width)
        self.value = nn.Linear(inputs, heads * inputs)
        self.relative = nn.Parameter(torch.randn(window + 1, inputs) * inputs**-0.5)
        self.output = nn.Linear(heads * inputs, units)

    def forward(self, steps: Tensor) -> Tensor:
        batch, time, _ = steps.shape
        q, k, v = (
            layer(steps).view(batch, time, self.heads, -1).transpose(1, 2)
            for layer in (self.query, self.key, self.value)
        )
        offsets = torch.arange(time)[None, :] - torch.arange(time)[:, None]
        index = offsets.clamp(0, self.window).expand(batch, time, time)
        products = steps @ self.relative.T
        own = products.gather(2, index)
        others = products.gather(2, index.transpose(1, 2)).transpose(1, 2)
        outside = (offsets < 0) | (offsets > self.window)
        scores = (q @ k.transpose(2, 3) + (others - own)[:, None]) * self.scale
        weights = F.dropout(scores.masked_fill(outside, -torch.inf).softmax(-1), 0.1, self.training)
        return self.output((weights @ v).transpose(1, 2).reshape(batch, time, -1))


def correlations(views: list[Tensor], ridge: float = 1e-3) -> Tensor:
    """The sum of the canonical correlations of each two views (rows, width)."""
    width = views[0].shape[1]
    rows = torch.cat(views, 1)
    centred = rows - rows.mean(0)
    covariances = centred.T @ centred / (len(rows) - 1)
    blocks = covariances.view(len(views), width, len(views), width).transpose(1, 2)
    own = torch.stack([blocks[view, view] for view in range(len(views))])
    mean = own.diagonal(dim1=1, dim2=2).mean(1)
    values, vectors = torch.linalg.eigh(own + (ridge * mean + 1e-6)[:, None, None] * torch.eye(width))
    inverse = vectors @ (values.rsqrt()[:, :, None] * vectors.transpose(1, 2))
    pairs = [
        inverse[left] @ blocks[left, right] @ inverse[right]
        for left, right in itertools.combinations(range(len(views)), 2)
    ]
    return torch.linalg.svdvals(torch.stack(pairs)).sum()


class HDA(nn.Module):
    """Logits (batch, 6), and the two other objectives, from sequences (batch, time, features)."""

    def __init__(self, width: int = 64, hidden: int = 32, reduced: int = 16, fused: int = 32, classes: int = 6) -> None:
        super().__init__()
        self.reduced = reduced
        self.convolutions = nn.ModuleDict({name: Convolution(size, 40) for name, size in FEATURES.items()})
        self.attentions = nn.ModuleDict({name: DeltaAttention(40, width, 4, 40, 10) for name in FEATURES})

        def two(inputs: int, units: int) -> nn.Sequential:
            return nn.Sequential(Convolution(inputs, hidden), nn.ReLU(), Convolution(hidden, units))

        self.encoders = nn.ModuleDict({name: two(width, reduced) for name in FEATURES})
        self.decoders = nn.ModuleDict({name: two(reduced, width) for name in FEATURES})
        self.skips = nn.ModuleDict({name: nn.Linear(width, reduced) for name in FEATURES})
        self.query, self.key, self.value = (nn.Linear(reduced, fused) for _ in range(3))
        self.head = nn.Linear(len(FEATURES) * fused, classes)

    def forward(self, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor | None]:
        own = {name: self.attentions[name](self.convolutions[name](steps)) for name, steps in inputs.items()}
        encoded = {name: self.encoders[name](steps) for name, steps in own.items()}
        objectives = None
        if self.training:
            errors = [F.mse_loss(self.decoders[name](encoded[name]), steps) for name, steps in own.items()]
            correlated = correlations([steps.flatten(0, 1) for steps in encoded.values()])
            objectives = sum(errors) - correlated / self.reduced
        parts = [encoded[name] + self.skips[name](steps) for name, steps in own.items()]
        sequence = torch.cat(parts, 1)
        q, k, v = self.query(sequence), self.key(sequence), self.value(sequence)
        attended = F.scaled_dot_product_attention(q, k, v, dropout_p=0.1 if self.training else 0.0)
        means = [part.mean(1) for part in attended.split([part.shape[1] for part in parts], 1)]
        return self.head(F.dropout(torch.cat(means, 1), 0.1, self.training)), objectives


def make_step(options: argparse.Namespace) -> Step:
    torch.manual_seed(0)
    model = HDA()
    batch = {name: torch.randn(32, 50, size) for name, size in FEATURES.items()}
    target = (torch.rand(32, 6) < 0.5).float()

    def loss() -> Tensor:
        logits, objectives = model(batch)
        return F.binary_cross_entropy_with_logits(logits, target) + objectives

    return model_step(options.mode, model, lambda: model(batch)[0], loss)


def main() -> None:
    options = parse(peer_parser())
    serve(lambda: make_step(options))


if __name__ == "__main__":
    main()
