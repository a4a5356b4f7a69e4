"""MCTN: words are translated to a second and a third modality and back; the encoder's states predict.

After the authors' Keras code: hard sigmoids, gates in that code's orders, kernels [in, out].
"""

import json

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, Results, System, randoms


def hard(x: Tensor) -> Tensor:
    return (0.2 * x + 0.5).clamp(0, 1)


class Dense(nn.Module):
    def __init__(self, inputs: int, units: int, bias: bool = True) -> None:
        super().__init__()
        self.kernel = nn.Parameter(nn.init.xavier_uniform_(torch.empty(inputs, units)))
        self.bias = nn.Parameter(torch.zeros(units)) if bias else None

    def forward(self, x: Tensor) -> Tensor:
        y = x @ self.kernel
        return y if self.bias is None else y + self.bias


class Direction(nn.Module):
    """Gates forget, input, output, candidate; what is carried on is the tanh of the cell."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.input, self.recurrent = Dense(inputs, 4 * hidden), Dense(hidden, 4 * hidden, bias=False)

    def forward(self, steps: Tensor, order: range) -> list[Tensor]:
        sums = self.input(steps)
        hidden = cell = sums.new_zeros(len(sums), sums.shape[2] // 4)
        outputs: list[Tensor] = [hidden] * steps.shape[1]
        for step in order:
            forget, take, out, candidate = (sums[:, step] + self.recurrent(hidden)).chunk(4, 1)
            cell = torch.tanh(hard(forget) * cell + hard(take) * torch.tanh(candidate))
            hidden = hard(out) * cell
            outputs[step] = hidden
        return outputs


class Encoder(nn.Module):
    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.ahead, self.back = Direction(inputs, hidden), Direction(inputs, hidden)

    def forward(self, steps: Tensor) -> Tensor:
        time = steps.shape[1]
        ahead, back = self.ahead(steps, range(time)), self.back(steps, range(time - 1, -1, -1))
        return torch.stack(ahead, 1) + torch.stack(back, 1)


class Decoder(nn.Module):
    """Its attention is scored anew at every step, as published; the first gate is input and forget at once."""

    def __init__(self, hidden: int, outputs: int) -> None:
        super().__init__()
        self.attention, self.output = Dense(2 * hidden, 1), Dense(hidden, outputs)
        self.input, self.recurrent = Dense(hidden, 4 * hidden), Dense(hidden, 4 * hidden)

    def forward(self, encoded: Tensor) -> Tensor:
        batch, time, width = encoded.shape
        hidden = cell = encoded.new_zeros(batch, width)
        outputs = []
        for _ in range(time):
            pairs = torch.cat([encoded, cell.unsqueeze(1).expand(-1, time, -1)], 2)
            weights = F.softmax(self.attention(pairs), 1)
            context = (weights * encoded).sum(1)
            both, _, candidate, out = (self.input(context) + self.recurrent(hidden)).chunk(4, 1)
            both = hard(both)
            cell = both * cell + both * torch.tanh(candidate)
            hidden = hard(out) * torch.tanh(cell)
            outputs.append(torch.tanh(self.output(hidden)))
        return torch.stack(outputs, 1)


class KerasLSTM(nn.Module):
    """Gates input, forget, candidate, output."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.kernel = nn.Parameter(nn.init.xavier_uniform_(torch.empty(inputs, 4 * hidden)))
        self.recurrent_kernel = nn.Parameter(nn.init.orthogonal_(torch.empty(hidden, 4 * hidden)))
        self.bias = nn.Parameter(torch.zeros(4 * hidden))

    def forward(self, steps: Tensor) -> Tensor:
        sums = steps @ self.kernel + self.bias
        hidden = cell = sums.new_zeros(len(sums), sums.shape[2] // 4)
        outputs = []
        for step in range(steps.shape[1]):
            take, forget, candidate, out = (sums[:, step] + hidden @ self.recurrent_kernel).chunk(4, 1)
            cell = hard(forget) * cell + hard(take) * torch.tanh(candidate)
            hidden = hard(out) * torch.tanh(cell)
            outputs.append(hidden)
        return torch.stack(outputs, 1)


class MCTN(System):
    """`order`: the modality that is read, and those to which it is translated; all are widened to `width`."""

    def __init__(self, order: list[str], width: int, hidden: list[int], regression: int, l2: float) -> None:
        super().__init__()
        self.order, self.width = order, width
        self.encoder1, self.decoder1 = Encoder(width, hidden[0]), Decoder(hidden[0], width)
        if len(order) == 3:
            self.encoder2, self.decoder2 = Encoder(hidden[0], hidden[1]), Decoder(hidden[1], width)
        joint = hidden[len(order) - 2]
        self.regression = nn.ModuleDict(
            {"lstm": KerasLSTM(joint, regression), "attention": Dense(regression, 1), "output": Dense(regression, 1)}
        )
        self.weights = {"translation1": 0.1, "cycle": 0.1, "translation2": 0.1, "l2": l2 / 0.01}

    def widened(self, x: Tensor) -> Tensor:
        return F.pad(x, (0, self.width - x.shape[2]))

    def read(self, inputs: Results) -> tuple[Tensor, Tensor]:
        first = self.encoder1(self.widened(inputs[self.order[0]]))
        return first, self.encoder2(first) if len(self.order) == 3 else first

    def regress(self, joint: Tensor) -> tuple[Tensor, Tensor]:
        states = self.regression["lstm"](joint)
        weights = F.softmax(torch.tanh(self.regression["attention"](states)), 1)
        return self.regression["output"]((weights * states).sum(1)).squeeze(1), weights.squeeze(2)

    def predict(self, **inputs: Tensor) -> Tensor:
        return self.regress(self.read(inputs)[1])[0]

    def forward(self, **inputs: Tensor) -> Results:
        first, joint = self.read(inputs)
        forth = self.decoder1(first)
        results = {"translation1": forth, "cycle": self.decoder1(self.encoder1(forth)), "joint1": first}
        if len(self.order) == 3:
            results |= {"translation2": self.decoder2(joint), "joint2": joint}
        output, weights = self.regress(joint)
        return results | {"output": output, "attention": weights}

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        goals = {"translation1": self.order[1], "cycle": self.order[0], "translation2": self.order[-1]}
        errors = {
            name: F.mse_loss(results[name], self.widened(inputs[goal]))
            for name, goal in goals.items()
            if name in results
        }
        l2 = 0.01 * self.regression["output"].kernel.square().sum()
        return errors | {"regression": F.l1_loss(results["output"], target), "l2": l2}


def bench() -> Case:
    """Published for CMU-MOSI: 20 words, hidden 32 everywhere, batch 32; the paper's order."""
    model = MCTN(["text", "vision", "audio"], 300, [32, 32], 32, 0.01)
    return Case(model, randoms(32, text=(20, 300), audio=(20, 5), vision=(20, 20)), torch.randn(32), rate=1e-4)


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    hidden = [int(about[name]) for name in ("hidden_dim", "hidden_dim_2") if name in about]
    numbers = int(about["reg_hidden_dim"]), float(about["l2_factor"])
    case = Case(MCTN(json.loads(about["order"]), int(about["width"]), hidden, *numbers), inputs, target)
    for name in case.model.state_dict():
        theirs = name.replace(".ahead.", ".forward.").replace(".back.", ".backward.")
        case.renamed[name] = theirs
    return case
