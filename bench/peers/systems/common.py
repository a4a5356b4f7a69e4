"""What the systems share: how a model, its batch and its loss belong together, and small layers."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

Results = dict[str, Tensor]


class System(nn.Module):
    """A model whose forward pass gives results by name: `output`, the prediction, what its loss needs, and with
    `extras` whatever else reference files hold."""

    extras = False
    weights: dict[str, float] = {}
    """Parts of the loss that count with another weight than 1."""
    fixed: list[nn.Parameter] = []
    """Parameters that have gradients and are kept from the optimiser."""

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        """The parts of the loss, before their weights."""
        raise NotImplementedError

    def predict(self, **inputs: Tensor) -> Tensor:
        return self(**inputs)["output"]

    def total(self, parts: Results) -> Tensor:
        return sum(self.weights.get(name, 1.0) * part for name, part in parts.items())

    def after_backward(self, results: Results, target: Tensor) -> None:
        """What a training step does besides learning, after the backward pass."""


class Regression(System):
    """A model with a single score and the mean absolute error, or as a sum over the batch."""

    summed = False

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        return {"loss": F.l1_loss(results["output"], target, reduction="sum" if self.summed else "mean")}


@dataclass
class Case:
    """A model and one batch."""

    model: System
    inputs: Results
    target: Tensor
    rate: float = 1e-3
    """Of Adam; 0 for a training step that ends with the gradients."""
    slow: tuple[tuple[str, ...], float] = ((), 1.0)
    """Parameters whose names start with one of these learn at this share of the rate."""
    renamed: dict[str, str] = field(default_factory=dict)
    """The file's names of parameters by ours, where they differ."""
    layout: Callable[[Tensor], Tensor] = lambda value: value
    """A parameter's values in the file, as ours."""

    def loss(self) -> Tensor:
        return self.model.total(self.model.parts(self.model(**self.inputs), self.inputs, self.target))

    def groups(self) -> list[dict]:
        prefixes, share = self.slow
        apart = [p for name, p in self.model.named_parameters() if prefixes and name.startswith(prefixes)]
        slow = {id(p) for p in apart}
        rest = [p for p in self.model.parameters() if id(p) not in slow]
        return [{"params": rest}, *([{"params": apart, "lr": self.rate * share}] if apart else [])]


def randoms(batch: int, **shapes: tuple[int, ...]) -> Results:
    return {name: torch.randn(batch, *shape) for name, shape in shapes.items()}


def run_recurrent(layer: nn.LSTM, steps: Tensor, lengths: Tensor | None) -> tuple[Tensor, Tensor]:
    """Outputs, 0 after the lengths, and last states (directions, batch, hidden); without lengths all steps count."""
    if lengths is None:
        outputs, (last, _) = layer(steps)
        return outputs, last
    packed = pack_padded_sequence(steps, lengths, batch_first=True, enforce_sorted=False)
    outputs, (last, _) = layer(packed)
    return pad_packed_sequence(outputs, batch_first=True, total_length=steps.shape[1])[0], last


class WithPerceptrons(Regression):
    """Perceptrons of one hidden layer as the attributes `<name>_fc1` and `<name>_fc2`."""

    def perceptron(self, name: str, inputs: int, units: int, outputs: int, dropout: float) -> None:
        setattr(self, f"{name}_fc1", nn.Linear(inputs, units))
        setattr(self, f"{name}_fc2", nn.Linear(units, outputs))
        setattr(self, f"{name}_dropout", nn.Dropout(dropout))

    def through(self, name: str, x: Tensor) -> Tensor:
        first, second = getattr(self, f"{name}_fc1"), getattr(self, f"{name}_fc2")
        return second(getattr(self, f"{name}_dropout")(F.relu(first(x))))
