"""MulT in PyTorch, built as its authors' published code is (their own multi-head attention by batched
products, pre-norm layers, time first), with four layers: six cross-modal transformers, three over the
streams. Batch 24, unaligned: text 50 x 300, vision 375 x 35, audio 500 x 74; width 30, five heads; one output.

`--mode train` is a training step (forward, L1 loss, backward, Adam), `--mode infer` forward only.
"""

import argparse
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from protocol import Step, model_step, parse, peer_parser, serve


class Attention(nn.Module):
    """Multi-head attention over (time, batch, width); the weights' mean over heads is given beside it."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.head_width, self.dropout = heads, width // heads, dropout
        self.scaling = self.head_width**-0.5
        self.in_proj_weight = nn.Parameter(torch.empty(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)
        nn.init.xavier_uniform_(self.in_proj_weight)

    def forward(self, query: Tensor, key: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        steps, batch, width = query.shape
        weight, bias = self.in_proj_weight, self.in_proj_bias
        if query is key:
            q, k, v = F.linear(query, weight, bias).chunk(3, dim=-1)
        else:
            q = F.linear(query, weight[:width], bias[:width])
            k, v = F.linear(key, weight[width:], bias[width:]).chunk(2, dim=-1)
        q = q * self.scaling
        q, k, v = (
            part.contiguous().view(-1, batch * self.heads, self.head_width).transpose(0, 1) for part in (q, k, v)
        )
        weights = torch.bmm(q, k.transpose(1, 2))
        weights += mask.unsqueeze(0)
        weights = F.dropout(F.softmax(weights.float(), dim=-1).type_as(weights), self.dropout, self.training)
        attended = torch.bmm(weights, v).transpose(0, 1).contiguous().view(steps, batch, width)
        mean = weights.view(batch, self.heads, steps, -1).sum(dim=1) / self.heads
        return self.out_proj(attended), mean


class Layer(nn.Module):
    def __init__(self, width: int, heads: int, attention_dropout: float, dropout: float) -> None:
        super().__init__()
        self.dropout = dropout
        self.self_attn = Attention(width, heads, attention_dropout)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)
        self.layer_norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))

    def forward(self, steps: Tensor, other: Tensor | None, mask: Tensor) -> Tensor:
        residual = steps
        steps = self.layer_norms[0](steps)
        attended, _ = self.self_attn(steps, steps if other is None else self.layer_norms[0](other), mask)
        steps = residual + F.dropout(attended, self.dropout, self.training)
        residual = steps
        inner = F.dropout(F.relu(self.fc1(self.layer_norms[1](steps))), self.dropout, self.training)
        return residual + F.dropout(self.fc2(inner), self.dropout, self.training)


class Encoder(nn.Module):
    """A transformer over (time, batch, width), of another sequence or of its own."""

    def __init__(
        self,
        width: int,
        heads: int,
        layers: int,
        attention_dropout: float,
        dropout: float = 0.1,
        embed_dropout: float = 0.25,
    ) -> None:
        super().__init__()
        self.width, self.embed_dropout = width, embed_dropout
        self.layers = nn.ModuleList(Layer(width, heads, attention_dropout, dropout) for _ in range(layers))
        self.layer_norm = nn.LayerNorm(width)
        half = width // 2
        rates = torch.exp(torch.arange(half) * -(math.log(10000) / (half - 1)))
        angles = torch.arange(1024).unsqueeze(1) * rates.unsqueeze(0)
        table = torch.cat([angles.sin(), angles.cos()], dim=1)
        table[0] = 0
        self.register_buffer("table", table, persistent=False)

    def embed(self, steps: Tensor) -> Tensor:
        """Positions count from 1; a step whose first feature is 0 has none."""
        firsts = steps.transpose(0, 1)[:, :, 0]
        positions = torch.arange(1, steps.shape[0] + 1).expand_as(firsts).masked_fill(firsts == 0, 0)
        table = self.table.index_select(0, positions.reshape(-1)).view(*firsts.shape, self.width)
        return F.dropout(math.sqrt(self.width) * steps + table.transpose(0, 1), self.embed_dropout, self.training)

    def forward(self, steps: Tensor, other: Tensor | None = None) -> Tensor:
        keys = steps if other is None else other
        rows, columns = steps.shape[0], keys.shape[0]
        mask = torch.triu(torch.full((rows, columns), -torch.inf), 1 + abs(columns - rows))
        steps, other = self.embed(steps), None if other is None else self.embed(other)
        for layer in self.layers:
            steps = layer(steps, other, mask)
        return self.layer_norm(steps)


class MulT(nn.Module):
    """(batch, 1) from text, audio and vision (batch, time, features)."""

    def __init__(self, width: int = 30, heads: int = 5, layers: int = 4) -> None:
        super().__init__()
        features = {"text": 300, "audio": 74, "vision": 35}
        # Attention weights over text are dropped out, and those within the streams.
        dropouts = {"text": 0.1, "audio": 0.0, "vision": 0.0}
        self.projections = nn.ModuleDict(
            {name: nn.Conv1d(size, width, kernel_size=1, bias=False) for name, size in features.items()}
        )
        self.others = {name: [other for other in features if other != name] for name in features}
        self.crossmodal = nn.ModuleDict(
            {
                f"{name}_to_{other}": Encoder(width, heads, layers, dropouts[other])
                for name in features
                for other in self.others[name]
            }
        )
        self.memory = nn.ModuleDict({name: Encoder(2 * width, heads, max(layers, 3), 0.1) for name in features})
        combined = 6 * width
        self.proj1 = nn.Linear(combined, combined)
        self.proj2 = nn.Linear(combined, combined)
        self.out_layer = nn.Linear(combined, 1)

    def forward(self, **inputs: Tensor) -> Tensor:
        inputs["text"] = F.dropout(inputs["text"], 0.25, self.training)
        projected = {
            name: self.projections[name](steps.transpose(1, 2)).permute(2, 0, 1) for name, steps in inputs.items()
        }
        lasts = []
        for name, others in self.others.items():
            told = [self.crossmodal[f"{name}_to_{other}"](projected[name], projected[other]) for other in others]
            lasts.append(self.memory[name](torch.cat(told, dim=2))[-1])
        together = torch.cat(lasts, dim=1)
        return self.out_layer(together + self.proj2(F.relu(self.proj1(together))))


def make_step(options: argparse.Namespace) -> Step:
    torch.manual_seed(0)
    model = MulT()
    batch = 24
    inputs = {
        "text": torch.randn(batch, 50, 300),
        "audio": torch.randn(batch, 500, 74),
        "vision": torch.randn(batch, 375, 35),
    }
    target = torch.randn(batch, 1)
    return model_step(options.mode, model, lambda: model(**inputs), lambda: F.l1_loss(model(**inputs), target))


def main() -> None:
    options = parse(peer_parser())
    serve(lambda: make_step(options))


if __name__ == "__main__":
    main()
