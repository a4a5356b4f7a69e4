"""FE2E: faces and chunks of sound through a convolutional network each and a transformer, words through ALBERT."""

import json

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, Results, System
from .vgg import PICTURES, PUBLISHED, Channels, normalised, vgg

ALBERT_BASE = {
    "vocab_size": 30_000,
    "embedding_size": 128,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": 512,
    "type_vocab_size": 2,
}
LAYER = "encoder.albert_layer_groups.0.albert_layers.0."


class Albert(nn.Module):
    """Narrow embeddings, and one layer applied several times."""

    def __init__(self, sizes: dict[str, int]) -> None:
        super().__init__()
        narrow, width, inner = sizes["embedding_size"], sizes["hidden_size"], sizes["intermediate_size"]
        self.heads, self.layers = sizes["num_attention_heads"], sizes["num_hidden_layers"]
        self.words = nn.Embedding(sizes["vocab_size"], narrow)
        self.positions = nn.Embedding(sizes["max_position_embeddings"], narrow)
        self.types = nn.Embedding(sizes["type_vocab_size"], narrow)
        self.embedding_norm, self.widen = nn.LayerNorm(narrow, 1e-12), nn.Linear(narrow, width)
        self.query, self.key, self.value, self.dense = (nn.Linear(width, width) for _ in range(4))
        self.attention_norm, self.last_norm = nn.LayerNorm(width, 1e-12), nn.LayerNorm(width, 1e-12)
        self.ffn, self.ffn_output = nn.Linear(width, inner), nn.Linear(inner, width)

    def attend(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, time, width = x.shape
        q, k, v = (
            layer(x).view(batch, time, self.heads, -1).transpose(1, 2) for layer in (self.query, self.key, self.value)
        )
        scores = q @ k.transpose(2, 3) / (width // self.heads) ** 0.5 + mask
        return self.dense((F.softmax(scores, -1) @ v).transpose(1, 2).reshape(batch, time, width))

    def forward(self, text: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        places = torch.arange(text.shape[1])
        x = self.widen(self.embedding_norm(self.words(text) + self.positions(places) + self.types(token_type_ids)))
        mask = (1 - attention_mask[:, None, None].float()) * -10000.0
        for _ in range(self.layers):
            x = self.attention_norm(x + self.attend(x, mask))
            x = self.last_norm(x + self.ffn_output(F.gelu(self.ffn(x), approximate="tanh")))
        return x

    NAMES = {
        "words": "embeddings.word_embeddings",
        "positions": "embeddings.position_embeddings",
        "types": "embeddings.token_type_embeddings",
        "embedding_norm": "embeddings.LayerNorm",
        "widen": "encoder.embedding_hidden_mapping_in",
        **{name: f"{LAYER}attention.{name}" for name in ("query", "key", "value", "dense")},
        "attention_norm": f"{LAYER}attention.LayerNorm",
        "ffn": f"{LAYER}ffn",
        "ffn_output": f"{LAYER}ffn_output",
        "last_norm": f"{LAYER}full_layer_layer_norm",
    }


class SequenceTransformer(nn.Module):
    """Read at a class token before the steps."""

    def __init__(self, width: int, heads: int, layers: int, units: int, dropout: float) -> None:
        super().__init__()
        self.cls_emb = nn.Embedding(1, width)
        layer = nn.TransformerEncoderLayer(width, heads, units, dropout, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)

    def forward(self, vectors: Tensor, lengths: list[int]) -> Tensor:
        samples = nn.utils.rnn.pad_sequence(vectors.split(lengths), batch_first=True)
        steps = torch.cat([self.cls_emb.weight.expand(len(lengths), 1, -1), samples], 1)
        padding = torch.arange(steps.shape[1]) > torch.tensor(lengths).unsqueeze(1)
        return self.encoder(steps, src_key_padding_mask=padding)[:, 0]


class FE2E(System):
    def __init__(
        self,
        albert: dict[str, int],
        channels: Channels,
        flatten: int,
        width: int,
        transformer: tuple[int, int, int, float],
        outputs: int,
        positive: Tensor,
    ) -> None:
        super().__init__()
        self.positive = positive
        self.T, self.t_out = Albert(albert), nn.Linear(albert["hidden_size"], outputs)
        for part, (inputs, rows, columns) in zip("VA", PICTURES.values(), strict=True):
            letter = part.lower()
            setattr(self, part, vgg(inputs, channels))
            maps = channels[5] * rows * columns // 256
            setattr(
                self, f"{letter}_flatten", nn.Sequential(nn.Linear(maps, flatten), nn.ReLU(), nn.Linear(flatten, width))
            )
            setattr(self, f"{letter}_transformer", SequenceTransformer(width, *transformer))
            setattr(self, f"{letter}_out", nn.Linear(width, outputs))
        self.weighted_fusion = nn.Linear(3, 1, bias=False)

    def forward(
        self,
        text: Tensor,
        attention_mask: Tensor,
        token_type_ids: Tensor,
        vision: Tensor,
        audio: Tensor,
        vision_lengths: Tensor,
        audio_lengths: Tensor,
    ) -> Results:
        token = self.T(text, attention_mask, token_type_ids)[:, 0]
        results, scores = {"text_cls": token}, [self.t_out(token)]
        pictures = {"vision": (normalised(vision), vision_lengths), "audio": (audio, audio_lengths)}
        for part, (name, (given, lengths)) in zip("VA", pictures.items(), strict=True):
            letter = part.lower()
            maps = getattr(self, part)(given).flatten(1)
            vectors = getattr(self, f"{letter}_flatten")(maps)
            cls = getattr(self, f"{letter}_transformer")(vectors, lengths.tolist())
            scores.append(getattr(self, f"{letter}_out")(cls))
            results |= {f"{name}_maps": maps, f"{name}_sequence": vectors, f"{name}_cls": cls}
        logits = torch.stack(scores, 2)
        return results | {"logits": logits, "output": self.weighted_fusion(logits).squeeze(2)}

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        loss = F.binary_cross_entropy_with_logits(results["output"], target, pos_weight=self.positive)
        return {"loss": loss}


SLOW = (("T.", "t_out."), 0.1)


def bench() -> Case:
    """Published sizes: 4 samples of 4 faces, 4 chunks and 50 tokens; ALBERT base; six emotions."""
    batch, each, tokens = 4, 4, 50
    model = FE2E(ALBERT_BASE, PUBLISHED, 1024, 64, (4, 4, 2048, 0.1), 6, torch.ones(6))
    lengths = torch.full((batch,), each)
    inputs = {
        "text": torch.randint(1, 30_000, (batch, tokens)),
        "attention_mask": torch.ones(batch, tokens, dtype=torch.int64),
        "token_type_ids": torch.zeros(batch, tokens, dtype=torch.int64),
        "vision": torch.randint(256, (batch * each, 3, 48, 48)).float(),
        "audio": torch.rand(batch * each, 1, 128, 32),
        "vision_lengths": lengths,
        "audio_lengths": lengths,
    }
    return Case(model, inputs, torch.randint(2, (batch, 6)).float(), rate=5e-5, slow=SLOW)


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    albert, cnn, transformer = (json.loads(about[name]) for name in ("albert", "cnn", "transformer"))
    channels = (cnn["first"]["out"], *(block[1] for block in cnn["blocks"]))
    sizes = (transformer["heads"], transformer["layers"], transformer["feed_forward"], 0.0)
    positive = torch.tensor(json.loads(about["pos_weight"]))
    numbers = cnn["flatten_hidden"], transformer["width"], sizes, int(about["num_emotions"])
    model = FE2E(albert, channels, *numbers, positive)
    names = ("text", "attention_mask", "token_type_ids", "vision", "audio", "vision_lengths", "audio_lengths")
    case = Case(model, {name: inputs[name] for name in names}, target, rate=float(about["adam_lr"]), slow=SLOW)
    for name in model.state_dict():
        if name.startswith("T."):
            _, part, weight = name.split(".")
            case.renamed[name] = f"T.albert.{Albert.NAMES[part]}.{weight}"
    return case
