"""MARN: LSTM cells that also read a code, which several attentions across all cells make of the step before."""

import json

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, Regression, Results, randoms
from .memories import LETTERS


class HybridCell(nn.Module):
    """Gates from the input, the own output and the code: forget, input, output, candidate."""

    def __init__(self, inputs: int, hidden: int, code: int) -> None:
        super().__init__()
        self.W, self.U, self.V = (nn.Linear(size, 4 * hidden) for size in (inputs, hidden, code))

    def forward(self, x: Tensor, hidden: Tensor, cell: Tensor, code: Tensor) -> tuple[Tensor, Tensor]:
        forget, take, out, candidate = (self.W(x) + self.U(hidden) + self.V(code)).chunk(4, 1)
        cell = torch.sigmoid(forget) * cell + torch.sigmoid(take) * torch.tanh(candidate)
        return torch.sigmoid(out) * torch.tanh(cell), cell


class MARN(Regression):
    """With `separate` each attention has a softmax of its own, otherwise there is one over all."""

    def __init__(
        self,
        inputs: list[int],
        hidden: list[int],
        local: list[int],
        attentions: int,
        code: int,
        out: int,
        dropout: float,
        separate: bool,
    ) -> None:
        super().__init__()
        self.hidden, self.attentions, self.code, self.separate = hidden, attentions, code, separate
        self.cells = nn.ModuleDict(
            {name: HybridCell(*sizes, code) for name, *sizes in zip(LETTERS.values(), inputs, hidden, strict=True)}
        )
        width = sum(hidden)
        self.attention_model = nn.Sequential(nn.Linear(width, attentions * width))
        self.reduce = nn.ModuleList(
            nn.Sequential(nn.Linear(attentions * units, size)) for units, size in zip(hidden, local, strict=True)
        )
        self.G = nn.Linear(sum(local), code)
        self.out1, self.out2 = nn.Linear(width + code, out), nn.Linear(out, 1)
        self.dropout = nn.Dropout(dropout)

    def weigh(self, scores: Tensor) -> Tensor:
        if not self.separate:
            return F.softmax(scores, 1)
        sizes = [self.attentions * units for units in self.hidden]
        apart = torch.cat([part.view(len(part), self.attentions, -1) for part in scores.split(sizes, 1)], 2)
        parts = F.softmax(apart, 2).split(self.hidden, 2)
        return torch.cat([part.flatten(1) for part in parts], 1)

    def forward(self, **inputs: Tensor) -> Results:
        sequences = [inputs[name] for name in LETTERS]
        batch, time, _ = sequences[0].shape
        states = [(sequences[0].new_zeros(batch, units),) * 2 for units in self.hidden]
        code = sequences[0].new_zeros(batch, self.code)
        notes: list[tuple[Tensor, Tensor]] = []
        for step in range(time):
            states = [
                cell(s[:, step], *state, code)
                for cell, s, state in zip(self.cells.values(), sequences, states, strict=True)
            ]
            hidden = [h for h, _ in states]
            weights = self.weigh(self.attention_model(torch.cat(hidden, 1)))
            attended = weights * torch.cat([h.repeat(1, self.attentions) for h in hidden], 1)
            parts = attended.split([self.attentions * units for units in self.hidden], 1)
            reduced = [network(part) for network, part in zip(self.reduce, parts, strict=True)]
            code = self.G(torch.cat(reduced, 1))
            if self.extras:
                notes.append((weights, code))
        last = torch.cat([*(h for h, _ in states), code], 1)
        results = {"output": self.out2(self.dropout(F.relu(self.out1(last)))).squeeze(1)}
        if self.extras:
            attention, codes = (torch.stack(each, 1) for each in zip(*notes, strict=True))
            results |= {"attention": attention, "codes": codes}
        return results


def bench() -> Case:
    """20 words, cells 64 / 16 / 32 and 3 attentions as the authors left behind; the other sizes are not published."""
    model = MARN([300, 5, 20], [64, 16, 32], [32, 8, 16], 3, 32, 64, 0.2, separate=True)
    return Case(model, randoms(128, text=(20, 300), audio=(20, 5), vision=(20, 20)), torch.randn(128))


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    sizes = [json.loads(about[name]) for name in ("input_dims", "h_dims", "local_dims")]
    numbers = [int(about[name]) for name in ("attentions", "code", "out")]
    separate = "one softmax an attention" in about["model"]
    return Case(MARN(*sizes, *numbers, 0.0, separate), inputs, target)
