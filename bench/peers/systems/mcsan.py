"""MCSAN: cross- and self-attention of sound and words in parallel. Its authors published no code."""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, Results, System, run_recurrent


class Layer(nn.Module):
    def __init__(self, width: int, heads: int, units: int) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.linear1, self.linear2 = nn.Linear(width, units), nn.Linear(units, width)

    def forward(self, x: Tensor, other: Tensor, padding: Tensor, weights: bool) -> tuple[Tensor, Tensor | None]:
        attended, shares = self.attention(x, other, other, key_padding_mask=padding, need_weights=weights)
        x = self.norm1(x + attended)
        return self.norm2(x + self.linear2(F.relu(self.linear1(x)))), shares


def positions(time: int, width: int) -> Tensor:
    rates = torch.exp(torch.arange(0, width, 2) * (-math.log(10000) / width))
    angles = torch.arange(time).unsqueeze(1) * rates
    return torch.stack([angles.sin(), angles.cos()], 2).flatten(1)


def padding_of(lengths: Tensor, time: int) -> Tensor:
    return torch.arange(time) >= lengths.unsqueeze(1)


class MCSAN(System):
    """`packed` hands packed sequences to the LSTMs; without, all have full length."""

    def __init__(
        self,
        audio: int,
        text: int,
        width: int,
        heads: int,
        layers: int,
        units: int,
        kernel: int,
        pool: int,
        hidden: int,
        classes: int,
        packed: bool = True,
    ) -> None:
        super().__init__()
        self.pool, self.packed = pool, packed
        self.conv1, self.conv2 = (nn.Conv1d(size, width, kernel, padding=kernel // 2) for size in (audio, width))
        self.lstm_a, self.lstm_t = (
            nn.LSTM(size, width, batch_first=True, bidirectional=True) for size in (width, text)
        )
        for name in ("cross_a", "cross_t", "self_a", "self_t"):
            setattr(self, name, nn.ModuleList(Layer(width, heads, units) for _ in range(layers)))
        self.fc1, self.fc2 = nn.Linear(4 * width, hidden), nn.Linear(hidden, classes)

    def shortened(self, steps: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        for convolution in (self.conv1, self.conv2):
            steps = convolution(steps.transpose(1, 2)).transpose(1, 2)
            padding = padding_of(lengths, steps.shape[1]).unsqueeze(2)
            hidden = steps.masked_fill(padding, -torch.inf).transpose(1, 2)
            steps = F.max_pool1d(hidden, self.pool, self.pool, ceil_mode=True).transpose(1, 2)
            lengths = (lengths + self.pool - 1) // self.pool
            steps = steps.masked_fill(padding_of(lengths, steps.shape[1]).unsqueeze(2), 0)
        return steps, lengths

    def averaged(self, layer: nn.LSTM, steps: Tensor, lengths: Tensor) -> Tensor:
        ahead, back = run_recurrent(layer, steps, lengths if self.packed else None)[0].chunk(2, 2)
        return (ahead + back) / 2

    def forward(self, audio: Tensor, text: Tensor, audio_lengths: Tensor, text_lengths: Tensor) -> Results:
        sound, audio_lengths = self.shortened(audio, audio_lengths)
        encoded = {
            "a": self.averaged(self.lstm_a, sound, audio_lengths),
            "t": self.averaged(self.lstm_t, text, text_lengths),
        }
        padding = {
            "a": padding_of(audio_lengths, sound.shape[1]),
            "t": padding_of(text_lengths, text.shape[1]),
        }
        placed = {name: x + positions(*x.shape[1:]) for name, x in encoded.items()}
        crossed, shares = placed, {}
        for level in range(len(self.cross_a)):
            pairs = {
                name: getattr(self, f"cross_{name}")[level](crossed[name], crossed[other], padding[other], self.extras)
                for name, other in (("a", "t"), ("t", "a"))
            }
            crossed = {name: x for name, (x, _) in pairs.items()}
            shares = {name: weights for name, (_, weights) in pairs.items()}
        alone = placed
        for level in range(len(self.self_a)):
            alone = {
                name: getattr(self, f"self_{name}")[level](x, x, padding[name], False)[0] for name, x in alone.items()
            }
        streams = [(crossed[name], name) for name in "at"] + [(alone[name], name) for name in "at"]
        pooled = torch.cat(
            [x.masked_fill(padding[name].unsqueeze(2), -torch.inf).amax(1) for x, name in streams], 1
        )
        results = {"output": self.fc2(F.relu(self.fc1(pooled))), "pooled": pooled}
        if self.extras:
            results |= {"attention_audio_to_text": shares["a"], "attention_text_to_audio": shares["t"]}
        return results

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        return {"loss": F.cross_entropy(results["output"], target)}


def bench(packed: bool = True) -> Case:
    """Published: 1000 frames of 40 MFCC, width 128, one layer, 8 heads; batch 32 for 256; 50 words, 4 classes."""
    batch = 32
    model = MCSAN(40, 300, 128, 8, 1, 512, 3, 3, 128, 4, packed)
    inputs = {
        "audio": torch.randn(batch, 1000, 40),
        "text": torch.randn(batch, 50, 300),
        "audio_lengths": torch.full((batch,), 1000),
        "text_lengths": torch.full((batch,), 50),
    }
    return Case(model, inputs, torch.randint(4, (batch,)))


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    names = "audio text hidden heads layers feed_forward kernel pool classifier_hidden classes".split()
    return Case(MCSAN(*(int(about[name]) for name in names)), inputs, target)
