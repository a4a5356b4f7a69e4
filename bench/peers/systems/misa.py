"""MISA: a private and a shared part of each modality, a transformer layer over the six, and four losses."""

import itertools

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, Results, System, run_recurrent

MODALITIES = ("text", "vision", "audio")


class ReversedGradient(torch.autograd.Function):
    @staticmethod
    def forward(context, x: Tensor, factor: float) -> Tensor:
        context.factor = factor
        return x.view_as(x)

    @staticmethod
    def backward(context, gradient: Tensor) -> tuple[Tensor, None]:
        return -context.factor * gradient, None


def difference(one: Tensor, other: Tensor) -> Tensor:
    """The mean square of A^T B, of centred rows divided by their norms, which pass no gradient."""
    rows = [part - part.mean(0, keepdim=True) for part in (one, other)]
    first, second = (part / (part.norm(dim=1, keepdim=True).detach() + 1e-6) for part in rows)
    return (first.T @ second).square().mean()


def discrepancy(one: Tensor, other: Tensor, moments: int) -> Tensor:
    """Of central moments."""
    means = one.mean(0), other.mean(0)
    first, second = one - means[0], other - means[1]
    total = (means[0] - means[1]).norm()
    for order in range(2, moments + 1):
        total = total + (first.pow(order).mean(0) - second.pow(order).mean(0)).norm()
    return total


class MISA(System):
    """`features`: widths of text, vision, audio; text is word numbers below `vocabulary`."""

    def __init__(
        self,
        features: list[int],
        vocabulary: int,
        width: int,
        weights: dict[str, float],
        moments: int,
        reverse: float | None,
        dropout: float,
        packed: bool = True,
    ) -> None:
        super().__init__()
        self.weights, self.moments, self.reverse, self.packed = weights, moments, reverse, packed
        self.embed = nn.Embedding(vocabulary, features[0])
        self.letters = {name: name[0] for name in MODALITIES}
        place = {"t": 1, "v": 1, "a": 3}
        for letter, size in zip(self.letters.values(), features, strict=True):
            for number, inputs in ((1, size), (2, 2 * size)):
                layer = nn.LSTM(inputs, size, batch_first=True, bidirectional=True)
                setattr(self, f"{letter}rnn{number}", layer)
            setattr(self, f"{letter}layer_norm", nn.LayerNorm(2 * size))
            project = {f"project_{letter}": nn.Linear(4 * size, width)}
            project[f"project_{letter}_layer_norm"] = nn.LayerNorm(width)
            setattr(self, f"project_{letter}", nn.ModuleDict(project))
            private = nn.ModuleDict({f"private_{letter}_{place[letter]}": nn.Linear(width, width)})
            setattr(self, f"private_{letter}", private)
            setattr(self, f"recon_{letter}", nn.ModuleDict({f"recon_{letter}_1": nn.Linear(width, width)}))
        self.shared = nn.ModuleDict({"shared_1": nn.Linear(width, width)})
        if reverse is not None:
            first, second = nn.Linear(width, width), nn.Linear(width, 3)
            self.discriminator = nn.ModuleDict({"discriminator_layer_1": first, "discriminator_layer_2": second})
        self.drop = nn.Dropout(dropout)
        layer = nn.TransformerEncoderLayer(width, 2, dropout=0.1 if dropout else 0.0)
        self.transformer_encoder = nn.TransformerEncoder(layer, 1, enable_nested_tensor=False)
        self.fusion = nn.ModuleDict(
            {"fusion_layer_1": nn.Linear(6 * width, 3 * width), "fusion_layer_3": nn.Linear(3 * width, 1)}
        )

    def utterance(self, letter: str, steps: Tensor, lengths: Tensor) -> Tensor:
        known = lengths if self.packed else None
        outputs, one = run_recurrent(getattr(self, f"{letter}rnn1"), steps, known)
        _, two = run_recurrent(getattr(self, f"{letter}rnn2"), getattr(self, f"{letter}layer_norm")(outputs), known)
        project = getattr(self, f"project_{letter}")
        vector = project[f"project_{letter}"](torch.cat([one[0], two[0], one[1], two[1]], 1))
        return project[f"project_{letter}_layer_norm"](F.relu(vector))

    def forward(self, text: Tensor, audio: Tensor, vision: Tensor, lengths: Tensor) -> Results:
        steps = {"text": self.embed(text), "vision": vision, "audio": audio}
        results: Results = {}
        for name, letter in self.letters.items():
            u = self.utterance(letter, steps[name], lengths)
            (own,) = getattr(self, f"private_{letter}").values()
            results |= {
                f"utterance_{name}": u,
                f"private_{name}": torch.sigmoid(own(u)),
                f"shared_{name}": torch.sigmoid(self.shared["shared_1"](u)),
            }
        parts = [results[f"{kind}_{name}"] for kind in ("private", "shared") for name in MODALITIES]
        attended = self.transformer_encoder(torch.stack(parts)).transpose(0, 1).flatten(1)
        hidden = F.relu(self.drop(self.fusion["fusion_layer_1"](attended)))
        return results | {"output": self.fusion["fusion_layer_3"](hidden).squeeze(1)}

    def similarity(self, shared: list[Tensor]) -> Tensor:
        if self.reverse is None:
            pairs = [discrepancy(one, other, self.moments) for one, other in itertools.combinations(shared, 2)]
            return sum(pairs) / len(pairs)
        first, second = self.discriminator.values()
        turned = torch.cat([ReversedGradient.apply(part, self.reverse) for part in shared])
        logits = second(self.drop(F.relu(first(turned))))
        return F.cross_entropy(logits, torch.arange(3).repeat_interleave(len(shared[0])))

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        private, shared, utterances = (
            [results[f"{kind}_{name}"] for name in MODALITIES] for kind in ("private", "shared", "utterance")
        )
        apart = [difference(p, s) for p, s in zip(private, shared, strict=True)]
        apart += [difference(one, other) for one, other in itertools.combinations(private, 2)]
        errors = []
        for letter, p, s, u in zip(self.letters.values(), private, shared, utterances, strict=True):
            (reconstruct,) = getattr(self, f"recon_{letter}").values()
            errors.append(F.mse_loss(reconstruct(p + s), u))
        return {
            "task": F.mse_loss(results["output"], target),
            "diff": sum(apart),
            "sim": self.similarity(shared),
            "recon": sum(errors) / 3,
        }


def bench(packed: bool = True) -> Case:
    """Published for CMU-MOSI, word vectors in BERT's place: width 128, batch 64; 50 steps, 3000 words."""
    batch, time = 64, 50
    weights = {"diff": 0.3, "sim": 1.0, "recon": 1.0}
    model = MISA([300, 35, 74], 3000, 128, weights, 5, None, 0.5, packed)
    inputs = {
        "text": torch.randint(3000, (batch, time)),
        "audio": torch.randn(batch, time, 74),
        "vision": torch.randn(batch, time, 35),
        "lengths": torch.full((batch,), time),
    }
    return Case(model, inputs, torch.randn(batch), rate=1e-4)


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    weights = {part: float(about[f"{part}_weight"]) for part in ("diff", "sim", "recon")}
    reverse = None if about["use_cmd_sim"] == "true" else float(about["reverse_grad_weight"])
    features = [int(about[name]) for name in MODALITIES]
    numbers = int(about["vocab"]), int(about["hidden_size"]), weights, int(about["cmd_moments"])
    return Case(MISA(features, *numbers, reverse, 0.0), inputs, target)
