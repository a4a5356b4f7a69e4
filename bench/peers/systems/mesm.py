"""MESM's sparse feature extraction, dense and masked: whole maps that are zero where a position is inactive."""

import json

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, Results, System
from .vgg import PICTURES, PUBLISHED, beginning


class Attention(nn.Module):
    """Of a query over the positions of maps."""

    def __init__(self, channels: int, query: int, hidden: int) -> None:
        super().__init__()
        self.channel_affine, self.y_affine = nn.Linear(channels, hidden), nn.Linear(query, hidden, bias=False)
        self.attn_weight_affine = nn.Linear(hidden, 1)

    def forward(self, maps: Tensor, query: Tensor, candidates: Tensor | None) -> Tensor:
        seen = self.channel_affine(maps.flatten(2).transpose(1, 2))
        scores = self.attn_weight_affine(torch.tanh(seen + self.y_affine(query).unsqueeze(1))).squeeze(2)
        if candidates is not None:
            scores = scores.masked_fill(~candidates.flatten(1), -torch.inf)
        return F.softmax(scores, 1).view(len(maps), *maps.shape[2:])


def nucleus(scores: Tensor, share: float) -> Tensor:
    """The fewest positions whose weights reach `share`."""
    flat = scores.flatten(1)
    values, order = flat.sort(1, descending=True)
    before = values.cumsum(1) - values
    return torch.zeros_like(flat, dtype=torch.bool).scatter(1, order, before < share).view_as(scores)


class ActiveNorm(nn.Module):
    """Batch normalisation over active positions, and ReLU."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` is zero where the mask is."""
        mean, variance = self.running_mean, self.running_var
        if self.training:
            count = mask.sum()
            mean = x.sum((0, 2, 3)) / count
            variance = ((x - mean.view(1, -1, 1, 1)) * mask).square().sum((0, 2, 3)) / count
            with torch.no_grad():
                self.running_mean.lerp_(mean, 0.01)
                self.running_var.lerp_(variance * count / (count - 1), 0.01)
        scale = self.weight * (variance + 1e-4).rsqrt()
        shift = self.bias - mean * scale
        return F.relu(x * scale.view(1, -1, 1, 1) + shift.view(1, -1, 1, 1)) * mask


class SparseBlocks(nn.Module):
    def __init__(self, channels: list[int], hidden: list[int], query: int, share: float) -> None:
        super().__init__()
        self.share = share
        self.attn_layers = nn.ModuleList(
            Attention(inputs, query, units) for inputs, units in zip(channels[:-1], hidden, strict=True)
        )
        self.sparse_layers = nn.ModuleList()
        for inputs, filters in zip(channels[:-1], channels[1:], strict=True):
            layers: list[nn.Module] = []
            for size in (inputs, filters):
                layers += [nn.Conv2d(size, filters, 3, padding=1, bias=False), ActiveNorm(filters)]
            self.sparse_layers.append(nn.Sequential(nn.ModuleList(layers)))

    def forward(self, maps: Tensor, query: Tensor) -> Results:
        results: Results = {}
        active = None
        for place, (attend, sequence) in enumerate(zip(self.attn_layers, self.sparse_layers, strict=True), 1):
            with torch.no_grad():
                scores = attend(maps, query, active)
                selected = nucleus(scores, self.share)
                if active is not None:
                    selected = selected & active
            mask = selected.unsqueeze(1).float()
            maps = maps * mask
            first, norm1, second, norm2 = sequence[0]
            maps = norm1(first(maps) * mask, mask)
            maps = norm2(second(maps) * mask, mask)
            maps, mask = F.max_pool2d(maps, 2), F.max_pool2d(mask, 2)
            active = mask.squeeze(1) > 0
            results |= {f"scores.{place}": scores, f"mask.{place}": selected}
        return results | {"output": maps}


class MapsToMaps(System):
    """The blocks alone, as reference files have them: a query for each sample, of several maps."""

    def __init__(self, blocks: SparseBlocks) -> None:
        super().__init__()
        self.attn_layers, self.sparse_layers = blocks.attn_layers, blocks.sparse_layers
        self.blocks = [blocks]

    def forward(self, maps: Tensor, query: Tensor, lengths: Tensor) -> Results:
        return self.blocks[0](maps, query.repeat_interleave(lengths, 0))

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        return {"loss": F.mse_loss(results["output"], target)}


class Extraction(System):
    """The dense beginning and three sparse blocks, for faces or chunks of sound."""

    def __init__(self, picture: str, share: float) -> None:
        super().__init__()
        self.low_level = nn.Sequential(*beginning(PICTURES[picture][0], PUBLISHED))
        self.sparse = SparseBlocks(list(PUBLISHED[2:]), [64, 128, 256], 768, share)

    def forward(self, pictures: Tensor, query: Tensor) -> Results:
        return self.sparse(self.low_level(pictures), query)

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        return {"loss": results["output"].square().mean()}


def bench(picture: str) -> Case:
    """16 faces or chunks, p = 0.5; a training step is forward and backward to the parameters."""
    inputs = {"pictures": torch.randn(16, *PICTURES[picture]), "query": torch.randn(16, 768)}
    return Case(Extraction(picture, 0.5), inputs, torch.zeros(1), rate=0)


def bench_face() -> Case:
    return bench("face")


def bench_chunk() -> Case:
    return bench("chunk")


def ordinary(value: Tensor) -> Tensor:
    """Weights [9, 1, in, out] as those of an ordinary convolution."""
    if value.dim() != 4 or value.shape[:2] != (9, 1):
        return value
    return value.view(3, 3, *value.shape[2:]).permute(3, 2, 0, 1)


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    hidden, planes = json.loads(about["k"]), json.loads(about["planes"])
    blocks = SparseBlocks(planes, hidden, inputs["query"].shape[1], float(about["p"]))
    return Case(MapsToMaps(blocks), inputs, target, layout=ordinary)
