"""Multimodal Routing: seven features by MulT's transformers, routed to the concepts of the classes."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from mult import Encoder

from .common import Case, Results, System, randoms

LETTERS = {"l": "text", "a": "audio", "v": "vision"}
PAIRS = ("l_with_a", "a_with_v", "v_with_l", "a_with_l", "v_with_a", "l_with_v")
CAPSULES = ("t", "a", "v", "ta", "av", "vt", "tav")


class Features(nn.Module):
    """The last steps of three self-attentions, three crossmodal ones, and the other three joined."""

    def __init__(self, inputs: dict[str, int], width: int, heads: int, layers: int, self_layers: int) -> None:
        super().__init__()

        def transformer(depth: int) -> Encoder:
            return Encoder(width, heads, depth, 0.0, 0.0, 0.0)

        self.projected = [letter for letter in LETTERS if inputs[letter] != width]
        for letter in self.projected:
            setattr(self, f"proj_{letter}", nn.Conv1d(inputs[letter], width, kernel_size=1, bias=False))
        for letter in LETTERS:
            setattr(self, f"trans_{letter}", transformer(max(layers, self_layers)))
        for pair in PAIRS:
            setattr(self, f"trans_{pair}", transformer(layers))
        self.final_lav = nn.Linear(3 * width, width)

    def forward(self, inputs: Results) -> list[Tensor]:
        steps = {letter: inputs[name] for letter, name in LETTERS.items()}
        for letter in self.projected:
            steps[letter] = getattr(self, f"proj_{letter}")(steps[letter].transpose(1, 2)).transpose(1, 2)
        steps = {letter: each.transpose(0, 1) for letter, each in steps.items()}
        alone = [getattr(self, f"trans_{letter}")(steps[letter])[-1] for letter in LETTERS]
        pairs = [getattr(self, f"trans_{pair}")(steps[pair[0]], steps[pair[-1]]) for pair in PAIRS]
        joined = torch.cat(pairs[3:], 2)[-1]
        return [*alone, *(pair[-1] for pair in pairs[:3]), self.final_lav(joined)]


class Routing(nn.Module):
    def __init__(self, count: int, pose: int, classes: int, width: int, iterations: int, dropout: float) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.randn(count, pose, classes, width) * (classes / (pose * count)) ** 0.5)
        self.iterations, self.drop = iterations, nn.Dropout(dropout)

    def forward(self, poses: Tensor, activations: Tensor) -> tuple[Tensor, list[Tensor]]:
        """(batch, count, pose) and (batch, count) to concepts (batch, classes, width), and the coefficients."""
        votes = torch.einsum("bnp,npmd->bnmd", poses, self.w)
        concepts = self.drop(votes.sum(1) / self.w.shape[2])
        coefficients = []
        for _ in range(self.iterations):
            agreement = torch.einsum("bnmd,bmd->bnm", votes, concepts) * self.w.shape[3] ** -0.5
            coefficients.append(F.softmax(agreement, 2))
            concepts = self.drop(torch.einsum("bnm,bn,bnmd->bmd", coefficients[-1], activations, votes))
        return concepts, coefficients


class MultimodalRouting(System):
    def __init__(
        self,
        inputs: dict[str, int],
        width: int,
        heads: int,
        layers: int,
        self_layers: int,
        pose: int,
        concept: int,
        classes: int,
        iterations: int,
        dropout: float,
        labels: bool,
    ) -> None:
        super().__init__()
        self.pose, self.labels = pose, labels
        self.mult = Features(inputs, width, heads, layers, self_layers)
        for name in CAPSULES:
            setattr(self, f"pc_{name}", nn.Linear(width, pose + 1))
        self.mc = Routing(len(CAPSULES), pose, classes, concept, iterations, dropout)
        self.embedding = nn.Parameter(torch.zeros(classes, concept))

    def forward(self, text: Tensor, audio: Tensor, vision: Tensor, label: Tensor | None = None) -> Results:
        features = self.mult({"text": text, "audio": audio, "vision": vision})
        told = [getattr(self, f"pc_{name}")(feature) for name, feature in zip(CAPSULES, features, strict=True)]
        capsules = torch.stack(told, 1)
        activations = torch.sigmoid(capsules[:, :, -1])
        concepts, coefficients = self.mc(capsules[:, :, :-1], activations)
        results = {"output": torch.einsum("bmd,md->bm", concepts, self.embedding)}
        if self.extras:
            earlier = {f"routing_{i + 1}": each for i, each in enumerate(coefficients[:-1])}
            results |= {"activation": activations, "routing": coefficients[-1], "concepts": concepts, **earlier}
            results["features"] = torch.stack(features, 1)
        return results

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        loss = F.binary_cross_entropy_with_logits if self.labels else F.cross_entropy
        return {"loss": loss(results["output"], target)}


def bench() -> Case:
    """Published for CMU-MOSEI: 50 steps, width 200, 20 heads, 7 layers, batch 32, 7 classes."""
    widths = {"l": 300, "a": 74, "v": 35}
    model = MultimodalRouting(widths, 200, 20, 7, 3, 64, 64, 7, 1, 0.5, labels=False)
    inputs = randoms(32, text=(50, 300), audio=(50, 74), vision=(50, 35))
    return Case(model, inputs, torch.randint(7, (32,)), rate=1e-4)


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    sizes = ("d_mult", "num_heads", "transformer_layers", "self_transformer_layers", "pc_dim", "mc_caps_dim")
    widths = {letter: int(about[f"orig_d_{letter}"]) for letter in LETTERS}
    labels = "BCE" in about["loss"]
    numbers = [int(about[name]) for name in (*sizes, "concepts", "num_routing")]
    return Case(MultimodalRouting(widths, *numbers, 0.0, labels), inputs, target)
