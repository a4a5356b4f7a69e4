"""TBJE: blocks in which words attend to themselves, and sound (and vision) to themselves and to the words."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, Results, System

HIDDEN = -1e9


class Norm(nn.Module):
    """Layer normalisation by the unbiased deviation."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.a_2, self.b_2 = nn.Parameter(torch.ones(width)), nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        return self.a_2 * (x - x.mean(-1, keepdim=True)) / (x.std(-1, keepdim=True) + 1e-6) + self.b_2


class MLP(nn.Module):
    def __init__(self, inputs: int, units: int, outputs: int, dropout: float) -> None:
        super().__init__()
        self.fc = nn.ModuleDict({"linear": nn.Linear(inputs, units)})
        self.linear, self.drop = nn.Linear(units, outputs), nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(self.drop(F.relu(self.fc["linear"](x))))


class Attention(nn.Module):
    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.drop = heads, nn.Dropout(dropout)
        self.linear_q, self.linear_k, self.linear_v, self.linear_merge = (nn.Linear(width, width) for _ in range(4))

    def forward(self, query: Tensor, key: Tensor, mask: Tensor | None) -> Tensor:
        batch, _, width = query.shape

        def split(x: Tensor) -> Tensor:
            return x.view(batch, -1, self.heads, width // self.heads).transpose(1, 2)

        q, k, v = split(self.linear_q(query)), split(self.linear_k(key)), split(self.linear_v(key))
        scores = q @ k.transpose(2, 3) / (width // self.heads) ** 0.5
        if mask is not None:
            scores = scores.masked_fill(mask[:, None, None], HIDDEN)
        attended = self.drop(F.softmax(scores, -1)) @ v
        return self.linear_merge(attended.transpose(1, 2).reshape(batch, -1, width))


class Layer(nn.Module):
    """Self-attention, with `guided` attention to the words, and a feed-forward network."""

    def __init__(self, width: int, heads: int, units: int, dropout: float, guided: bool) -> None:
        super().__init__()
        self.guided, self.drop = guided, nn.Dropout(dropout)
        for name in ("mhatt1", "mhatt2") if guided else ("mhatt",):
            setattr(self, name, Attention(width, heads, dropout))
        self.ffn = nn.ModuleDict({"mlp": MLP(width, units, width, dropout)})
        for place in range(1, 4 if guided else 3):
            setattr(self, f"norm{place}", Norm(width))

    def forward(self, x: Tensor, mask: Tensor | None, words: Tensor, words_mask: Tensor | None) -> Tensor:
        own = self.mhatt1 if self.guided else self.mhatt
        x = self.norm1(x + self.drop(own(x, x, mask)))
        if self.guided:
            x = self.norm2(x + self.drop(self.mhatt2(x, words, words_mask)))
        last = self.norm3 if self.guided else self.norm2
        return last(x + self.drop(self.ffn["mlp"](x)))


class Glimpses(nn.Module):
    """Weighted sums over time; the last of a stream is one, projected to twice the width."""

    def __init__(self, width: int, units: int, count: int, dropout: float, merged: bool = False) -> None:
        super().__init__()
        self.mlp = MLP(width, units, count, dropout)
        self.linear_merge = nn.Linear(width, 2 * width) if merged else None

    def forward(self, x: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        scores = self.mlp(x)
        if mask is not None:
            scores = scores.masked_fill(mask.unsqueeze(2), HIDDEN)
        weights = F.softmax(scores, 1)
        sums = weights.transpose(1, 2) @ x
        return (sums if self.linear_merge is None else self.linear_merge(sums.squeeze(1))), weights


# The names of the two models' parts by modality: layer, norm and glimpses of a block, and the last glimpse.
PARTS = {
    2: {
        "text": ("sa1", "norm_l", "att_lang", "attflat_lang"),
        "audio": ("sa3", "norm_i", "att_audio", "attflat_img"),
    },
    3: {
        "text": ("sa1", "norm_l", "att_lang", "attflat_lang"),
        "audio": ("sa2", "norm_a", "att_audio", "attflat_ac"),
        "vision": ("sa3", "norm_v", "att_vid", "attflat_vid"),
    },
}


class Block(nn.Module):
    def __init__(self, names: dict, steps: dict[str, int], sizes: tuple[int, int, int, float], last: bool) -> None:
        super().__init__()
        self.names, self.last = names, last
        width, heads, units, dropout = sizes
        self.drop = nn.Dropout(dropout)
        for modality, (layer, norm, glimpses, _) in names.items():
            setattr(self, layer, Layer(*sizes, guided=modality != "text"))
            if not last:
                setattr(self, norm, Norm(width))
                setattr(self, glimpses, Glimpses(width, units, steps[modality], dropout))

    def forward(self, streams: Results, masks: dict[str, Tensor | None]) -> Results:
        words, words_mask = streams["text"], masks["text"]
        after = {}
        for modality, (layer, norm, glimpses, _) in self.names.items():
            x, mask = streams[modality], masks[modality]
            x = getattr(self, layer)(x, mask, words, words_mask) + x
            if not self.last:
                # As published, the glimpses of vision are masked by the sound's padding.
                seen = masks["audio" if modality == "vision" else modality]
                x = getattr(self, norm)(x + self.drop(getattr(self, glimpses)(x, seen)[0]))
            after[modality] = x
        return after


class TBJE(System):
    def __init__(
        self,
        features: dict[str, int],
        steps: dict[str, int],
        vocabulary: int,
        words: int,
        sizes: tuple[int, int, int, float],
        blocks: int,
        outputs: int,
        labels: bool,
    ) -> None:
        super().__init__()
        self.labels, self.names = labels, PARTS[len(steps)]
        width, _, units, dropout = sizes
        self.adapters = {"audio": "adapter"} if len(steps) == 2 else {"audio": "adapter_y", "vision": "adapter_z"}
        self.embedding = nn.Embedding(vocabulary, words)
        self.lstm_x = nn.LSTM(words, width, batch_first=True)
        for modality, name in self.adapters.items():
            setattr(self, name, nn.Linear(features[modality], width))
        self.enc_list = nn.ModuleList(Block(self.names, steps, sizes, i == blocks - 1) for i in range(blocks))
        for *_, pool in self.names.values():
            setattr(self, pool, Glimpses(width, units, 1, dropout, merged=True))
        self.proj_norm, self.proj = Norm(2 * width), nn.Linear(2 * width, outputs)

    def forward(self, **inputs: Tensor) -> Results:
        streams = {"text": self.lstm_x(self.embedding(inputs["text"]))[0]}
        masks: dict[str, Tensor | None] = {"text": inputs["text"] == 0}
        for modality, name in self.adapters.items():
            streams[modality] = getattr(self, name)(inputs[modality])
            masks[modality] = inputs[modality].abs().sum(-1) == 0
        for block in self.enc_list:
            streams = block(streams, masks)
            masks = dict.fromkeys(masks)
        pools = {name: getattr(self, pool)(streams[name], None) for name, (*_, pool) in self.names.items()}
        output = self.proj(self.proj_norm(sum(vector for vector, _ in pools.values())))
        return {"output": output} | {f"pool_{name}": weights.squeeze(2) for name, (_, weights) in pools.items()}

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        loss = F.binary_cross_entropy_with_logits if self.labels else F.cross_entropy
        return {"loss": loss(results["output"], target, reduction="sum")}


def bench() -> Case:
    """Published, words and sound: 60 positions, 80 mel bands, width 512, 4 blocks, batch 32, six emotions."""
    steps = {"text": 60, "audio": 60}
    model = TBJE({"audio": 80}, steps, 10_000, 300, (512, 4, 1024, 0.1), 4, 6, labels=True)
    inputs = {"text": torch.randint(1, 10_000, (32, 60)), "audio": torch.randn(32, 60, 80)}
    return Case(model, inputs, torch.randint(2, (32, 6)).float(), rate=1e-4)


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    lengths = {"text": "lang_seq_len", "audio": "audio_seq_len", "vision": "video_seq_len"}
    steps = {name: int(about[key]) for name, key in lengths.items() if key in about}
    features = {name: inputs[name].shape[2] for name in steps if name != "text"}
    sizes = (*(int(about[name]) for name in ("hidden_size", "multi_head", "ff_size")), 0.0)
    numbers = int(about["vocab"]), int(about["word_embed_size"]), sizes, int(about["layer"]), int(about["ans_size"])
    return Case(TBJE(features, steps, *numbers, labels="BCE" in about["loss"]), inputs, target)
