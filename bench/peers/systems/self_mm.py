"""Self-MM: a regressor for all modalities and one for each, whose labels move with their features."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, Results, System, randoms, run_recurrent

ALONE = {"text": "text", "audio": "audio", "vision": "video"}
HEADS = {"fusion": "fusion", **ALONE}


class Subnet(nn.Module):
    def __init__(self, inputs: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.rnn, self.linear_1 = nn.LSTM(inputs, hidden, batch_first=True), nn.Linear(hidden, outputs)

    def forward(self, steps: Tensor, lengths: Tensor | None) -> Tensor:
        return self.linear_1(run_recurrent(self.rnn, steps, lengths)[1].squeeze(0))


class SelfMM(System):
    """`samples` training samples are remembered, of which the batch is the first; `labels` start as the truth."""

    def __init__(
        self,
        features: dict[str, int],
        hidden: dict[str, int],
        widths: dict[str, int],
        post: dict[str, int],
        largest: float,
        truths: Tensor,
        labels: Results,
        packed: bool = True,
    ) -> None:
        super().__init__()
        self.largest, self.packed, self.epoch = largest, packed, 1
        for name in ("audio", "vision"):
            setattr(self, f"{ALONE[name]}_model", Subnet(features[name], hidden[name], widths[name]))
        inputs = {**widths, "fusion": sum(widths.values())}
        for name, part in HEADS.items():
            layers = (nn.Linear(inputs[name], post[name]), nn.Linear(post[name], post[name]), nn.Linear(post[name], 1))
            for number, layer in enumerate(layers, 1):
                setattr(self, f"post_{part}_layer_{number}", layer)
        self.labels = {"fusion": truths, **{name: own.clone() for name, own in labels.items()}}
        self.stored = {name: torch.zeros(len(truths), post[name]) for name in HEADS}
        self.centres: dict[str, tuple[Tensor, Tensor]] = {}

    def head(self, part: str, vector: Tensor) -> tuple[Tensor, Tensor]:
        first, second, third = (getattr(self, f"post_{part}_layer_{number}") for number in (1, 2, 3))
        feature = F.relu(first(vector))
        return feature, third(F.relu(second(feature))).squeeze(1)

    def vectors(self, inputs: Results) -> Results:
        vectors = {"text": inputs["text"]}
        for name in ("audio", "vision"):
            lengths = inputs[f"{name}_lengths"] if self.packed else None
            vectors[name] = getattr(self, f"{ALONE[name]}_model")(inputs[name], lengths)
        return vectors

    def predict(self, **inputs: Tensor) -> Tensor:
        return self.head("fusion", torch.cat(list(self.vectors(inputs).values()), 1))[1]

    def forward(self, **inputs: Tensor) -> Results:
        vectors = self.vectors(inputs)
        vectors["fusion"] = torch.cat(list(vectors.values()), 1)
        results: Results = {}
        for name, part in HEADS.items():
            results[f"feature_{name}"], results[name] = self.head(part, vectors[name])
        return results | {"output": results["fusion"]}

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        losses = {"fusion": F.l1_loss(results["fusion"], target)}
        for name in ALONE:
            label = self.labels[name][: len(target)]
            weight = torch.tanh((label - target).abs())
            losses[name] = (weight * (results[name] - label).abs()).mean()
        return losses

    @torch.no_grad()
    def after_backward(self, results: Results, target: Tensor) -> None:
        """Moves the labels from the second epoch on, stores the batch's features, and computes the centres anew."""
        batch = len(target)
        if self.epoch > 1:
            closeness = {}
            for name in HEADS:
                near, far = ((results[f"feature_{name}"] - centre).norm(dim=1) for centre in self.centres[name])
                closeness[name] = (far - near) / (near + 1e-8)
            fusion, share = closeness["fusion"], 2 / (self.epoch + 1)
            for name in ALONE:
                own = closeness[name]
                wanted = 0.5 * target * own / (fusion + 1e-8) + 0.5 * (target + own - fusion)
                label = self.labels[name][:batch]
                label.copy_((1 - share) * label + share * wanted.clamp(-self.largest, self.largest))
        for name in HEADS:
            self.stored[name][:batch] = results[f"feature_{name}"]
            label, stored = self.labels[name], self.stored[name]
            self.centres[name] = stored[label > 0].mean(0), stored[label < 0].mean(0)
        self.epoch += 1


def bench(packed: bool = True) -> Case:
    """Published for CMU-MOSEI, BERT's vector given: batch 32; CMU-MOSI's 1284 samples, 375 x 5 and 500 x 20."""
    batch, samples = 32, 1284
    post = {"fusion": 128, "text": 32, "audio": 16, "vision": 16}
    truths = 2 * torch.randn(samples)
    sizes = {"audio": 5, "vision": 20}, {"audio": 32, "vision": 32}, {"text": 768, "audio": 16, "vision": 32}
    model = SelfMM(*sizes, post, 3.0, truths, dict.fromkeys(ALONE, truths), packed)
    inputs = randoms(batch, text=(768,), audio=(375, 5), vision=(500, 20))
    inputs |= {"audio_lengths": torch.full((batch,), 375), "vision_lengths": torch.full((batch,), 500)}
    return Case(model, inputs, truths[:batch])


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    features = {name: int(about[name]) for name in ("audio", "vision")}
    hidden = {"audio": int(about["a_lstm_hidden_size"]), "vision": int(about["v_lstm_hidden_size"])}
    widths = {name: int(about[f"{part}_out"]) for name, part in ALONE.items()}
    post = {name: int(about[f"post_{part}_dim"]) for name, part in HEADS.items()}
    labels = {name: inputs[f"labels.{name}"] for name in ALONE}
    given = {name: value for name, value in inputs.items() if not name.startswith("labels.")}
    return Case(SelfMM(features, hidden, widths, post, float(about["H"]), target, labels), given, target)
