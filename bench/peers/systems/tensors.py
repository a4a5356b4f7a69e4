"""TFN and LMF: the tensor product of one vector a modality, whole or of low rank."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, Regression, Results, randoms


class AverageNet(nn.Module):
    """Features averaged over time, normalised over the batch, and three layers."""

    def __init__(self, inputs: int, units: int, dropout: float) -> None:
        super().__init__()
        self.norm, self.drop = nn.BatchNorm1d(inputs), nn.Dropout(dropout)
        self.linear_1, self.linear_2, self.linear_3 = (nn.Linear(size, units) for size in (inputs, units, units))

    def forward(self, x: Tensor) -> Tensor:
        x = self.drop(self.norm(x.mean(1) if x.dim() == 3 else x))
        return F.relu(self.linear_3(F.relu(self.linear_2(F.relu(self.linear_1(x))))))


class TextNet(nn.Module):
    def __init__(self, inputs: int, hidden: int, units: int, dropout: float) -> None:
        super().__init__()
        self.rnn, self.drop = nn.LSTM(inputs, hidden, batch_first=True), nn.Dropout(dropout)
        self.linear_1 = nn.Linear(hidden, units)

    def forward(self, x: Tensor) -> Tensor:
        _, (last, _) = self.rnn(x)
        return self.linear_1(self.drop(last.squeeze(0)))


class Fusion(Regression):
    """`inputs` and `hidden`: audio, vision, text; `text` is the width of the text's vector."""

    def __init__(self, inputs: list[int], hidden: list[int], text: int, dropout: float) -> None:
        super().__init__()
        self.audio_subnet, self.video_subnet = (AverageNet(inputs[i], hidden[i], dropout) for i in range(2))
        self.text_subnet = TextNet(inputs[2], hidden[2], text, dropout)
        self.widths = [hidden[0] + 1, hidden[1] + 1, text + 1]

    def fuse(self, vectors: list[Tensor]) -> Tensor:
        raise NotImplementedError

    def forward(self, text: Tensor, audio: Tensor, vision: Tensor) -> Results:
        vectors = {
            "audio": self.audio_subnet(audio),
            "video": self.video_subnet(vision),
            "text": self.text_subnet(text),
        }
        one = text.new_ones(len(text), 1)
        return {"output": self.fuse([torch.cat([one, v], 1) for v in vectors.values()]).squeeze(1)} | vectors


class TFN(Fusion):
    def __init__(self, inputs: list[int], hidden: list[int], text: int, post: int, dropout: float) -> None:
        super().__init__(inputs, hidden, text, dropout)
        audio, vision, words = self.widths
        self.post_fusion_dropout = nn.Dropout(dropout)
        self.post_fusion_layer_1 = nn.Linear(audio * vision * words, post)
        self.post_fusion_layer_2, self.post_fusion_layer_3 = nn.Linear(post, post), nn.Linear(post, 1)
        self.output_range = nn.Parameter(torch.tensor([6.0]), requires_grad=False)
        self.output_shift = nn.Parameter(torch.tensor([-3.0]), requires_grad=False)

    def fuse(self, vectors: list[Tensor]) -> Tensor:
        audio, vision, text = vectors
        two = torch.bmm(audio.unsqueeze(2), vision.unsqueeze(1)).flatten(1)
        three = torch.bmm(two.unsqueeze(2), text.unsqueeze(1)).flatten(1)
        x = F.relu(self.post_fusion_layer_1(self.post_fusion_dropout(three)))
        x = self.post_fusion_layer_3(F.relu(self.post_fusion_layer_2(x)))
        return torch.sigmoid(x) * self.output_range + self.output_shift


class LMF(Fusion):
    def __init__(self, inputs: list[int], hidden: list[int], text: int, rank: int, dropout: float) -> None:
        super().__init__(inputs, hidden, text, dropout)
        for name, width in zip(("audio", "video", "text"), self.widths, strict=True):
            setattr(self, f"{name}_factor", nn.Parameter(nn.init.xavier_normal_(torch.empty(rank, width, 1))))
        self.fusion_weights = nn.Parameter(nn.init.xavier_normal_(torch.empty(1, rank)))
        self.fusion_bias = nn.Parameter(torch.zeros(1, 1))

    def fuse(self, vectors: list[Tensor]) -> Tensor:
        audio, vision, text = (
            torch.matmul(vector, getattr(self, f"{name}_factor"))
            for name, vector in zip(("audio", "video", "text"), vectors, strict=True)
        )
        products = (audio * vision * text).permute(1, 0, 2)
        return torch.matmul(self.fusion_weights, products).squeeze(1) + self.fusion_bias


FEATURES = {"text": (50, 300), "audio": (50, 74), "vision": (50, 35)}


def bench_tfn() -> Case:
    """The PyTorch code's sizes; batch 32, 50 words."""
    return Case(TFN([74, 35, 300], [4, 16, 128], 64, 32, 0.3), randoms(32, **FEATURES), torch.randn(32))


def bench_lmf() -> Case:
    """MMSA's sizes for CMU-MOSEI; batch 32, 50 words."""
    return Case(LMF([74, 35, 300], [16, 128, 128], 64, 4, 0.2), randoms(32, **FEATURES), torch.randn(32))


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    sizes = [[int(about[f"{name}{part}"]) for name in ("audio", "vision", "text")] for part in ("", "_hidden")]
    kind, own = (TFN, "post_fusion_dim") if about["model"] == "TFN" else (LMF, "rank")
    model = kind(*sizes, int(about["text_out"]), int(about[own]), 0.0)
    model.summed = True
    return Case(model, inputs, target)
