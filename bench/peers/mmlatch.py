"""MMLatch in PyTorch, as its authors' published code behaves and under its parameter names.

    python mmlatch.py --mode train            serve training steps (see protocol.py)
    python mmlatch.py --check FILE            compare with reference numbers

Dropouts, as in training: 0.2 on the outputs of every encoder and fusion LSTM and on every attention
weight, 0.1 on the outputs of the mask producers, 0.2 on the averaged mask. Unlike the published
code, the last one is off at evaluation.
"""

import argparse
import json
import sys

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from protocol import Step, model_step, parse, peer_parser, serve

PADDING_SCORE = -1e5


def attend(query: Tensor, key: Tensor, value: Tensor, padding: Tensor | None, dropout: float) -> Tensor:
    """Single-head dot-product attention over (batch, time, width), scaled by 1 / sqrt(width).

    `padding` (batch, 1, time) is added to the scores. A plain product and softmax is the fastest
    way here: the fused kernel does not take dropout on a CPU.
    """
    scores = torch.bmm(query * query.shape[-1] ** -0.5, key.transpose(1, 2))
    if padding is not None:
        scores = scores + padding
    return torch.bmm(F.dropout(scores.softmax(-1), dropout, dropout > 0), value)


class Attention(nn.Module):
    """Attention with its own projections without bias: keys and values from x, queries from x or `queries`."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.k = nn.Linear(width, width, bias=False)
        self.q = nn.Linear(width, width, bias=False)
        self.v = nn.Linear(width, width, bias=False)
        self.dropout = dropout

    def forward(self, x: Tensor, queries: Tensor | None = None, padding: Tensor | None = None) -> Tensor:
        dropout = self.dropout if self.training else 0.0
        query = self.q(x if queries is None else queries)
        return attend(query, self.k(x), self.v(x), padding, dropout)


class SymmetricAttention(nn.Module):
    """x attends y and y attends x, each with the query side as residual; the sum of the two."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        for name in ("kx", "qx", "vx", "ky", "qy", "vy"):
            setattr(self, name, nn.Linear(width, width, bias=False))
        self.dropout = dropout

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        dropout = self.dropout if self.training else 0.0
        from_x = attend(self.qy(y), self.kx(x), self.vx(x), None, dropout)
        from_y = attend(self.qx(x), self.ky(y), self.vy(y), None, dropout)
        return from_x + y + from_y + x


class Recurrent(nn.Module):
    """LSTM that never sees padding; its output there is zero. `merge` says what becomes of the two directions.

    `packed` false hands the padded batch over as it is, which is the same thing where all sequences
    have full length.
    """

    def __init__(self, inputs: int, units: int, merge: str, dropout: float, packed: bool) -> None:
        super().__init__()
        self.rnn = nn.LSTM(inputs, units, batch_first=True, bidirectional=merge != "none")
        self.merge = merge
        self.dropout = nn.Dropout(dropout)
        self.packed = packed

    def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
        if self.packed:
            packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            y, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True, total_length=x.shape[1])
        else:
            y = self.rnn(x)[0]
        y = self.dropout(y)
        if self.merge == "sum":
            forwards, backwards = y.chunk(2, dim=-1)
            return forwards + backwards
        return y


class AttentiveRecurrent(nn.Module):
    """Recurrent layer, then self-attention that hides padded keys."""

    def __init__(self, inputs: int, units: int, merge: str, dropout: float, packed: bool) -> None:
        super().__init__()
        self.rnn = Recurrent(inputs, units, merge, dropout, packed)
        self.attention = Attention(units * (2 if merge == "concat" else 1), dropout)

    def forward(self, x: Tensor, lengths: Tensor, padding: Tensor) -> Tensor:
        return self.attention(self.rnn(x, lengths), padding=padding)


class Encoder(nn.Module):
    """One modality's encoder; the wrapper only keeps the published parameter names."""

    def __init__(self, inputs: int, units: int, dropout: float, packed: bool) -> None:
        super().__init__()
        self.encoder = AttentiveRecurrent(inputs, units, "sum", dropout, packed)

    def forward(self, x: Tensor, lengths: Tensor, padding: Tensor) -> Tensor:
        return self.encoder(x, lengths, padding)


class AttentionFusion(nn.Module):
    """Seven views of the three encoded modalities, concatenated: (batch, time, 7 x width)."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.ta = SymmetricAttention(width, dropout)
        self.va = SymmetricAttention(width, dropout)
        self.tv = SymmetricAttention(width, dropout)
        self.tav = Attention(width, dropout)

    def forward(self, text: Tensor, audio: Tensor, visual: Tensor) -> Tensor:
        ta = self.ta(text, audio)
        va = self.va(visual, audio)
        tv = self.tv(text, visual)
        tav = self.tav(text, queries=va)
        return torch.cat([text, audio, visual, ta, tv, va, tav], dim=-1)


class Fuser(nn.Module):
    """Attention fusion, LSTM, self-attention, and the sum over all time steps, padded ones too."""

    def __init__(self, width: int, dropout: float, packed: bool) -> None:
        super().__init__()
        self.att_fuser = AttentionFusion(width, dropout)
        self.rnn = AttentiveRecurrent(7 * width, width, "concat", dropout, packed)

    def forward(self, text: Tensor, audio: Tensor, visual: Tensor, lengths: Tensor, padding: Tensor) -> Tensor:
        return self.rnn(self.att_fuser(text, audio, visual), lengths, padding).sum(dim=1)


class FeedbackUnit(nn.Module):
    """Masks one modality's input by what the other two say of it: the mean of two sigmoids."""

    def __init__(self, width: int, inputs: int, recurrent: bool, producer: float, mask: float, packed: bool) -> None:
        super().__init__()
        self.recurrent = recurrent
        for name in ("mask1", "mask2"):
            made = Recurrent(width, inputs, "none", producer, packed) if recurrent else nn.Linear(width, inputs)
            setattr(self, name, made)
        self.dropout = nn.Dropout(mask)

    def forward(self, x: Tensor, y: Tensor, z: Tensor, lengths: Tensor) -> Tensor:
        first = self.mask1(y, lengths) if self.recurrent else self.mask1(y)
        second = self.mask2(z, lengths) if self.recurrent else self.mask2(z)
        return x * self.dropout((first.sigmoid() + second.sigmoid()) * 0.5)


class Feedback(nn.Module):
    """One unit for each modality: f1 masks text, f2 audio, f3 vision."""

    def __init__(
        self, width: int, inputs: list[int], recurrent: bool, producer: float, mask: float, packed: bool
    ) -> None:
        super().__init__()
        text, audio, visual = inputs
        self.f1 = FeedbackUnit(width, text, recurrent, producer, mask, packed)
        self.f2 = FeedbackUnit(width, audio, recurrent, producer, mask, packed)
        self.f3 = FeedbackUnit(width, visual, recurrent, producer, mask, packed)


class LatchEncoder(nn.Module):
    """Encoders, feedback and fusion: (batch, 2 x width) from three sequences."""

    def __init__(
        self,
        inputs: list[int],
        width: int,
        feedback: bool,
        recurrent_masks: bool,
        dropout: float,
        producer_dropout: float,
        mask_dropout: float,
        detached: bool,
        packed: bool,
    ) -> None:
        super().__init__()
        self.text, self.audio, self.visual = (Encoder(size, width, dropout, packed) for size in inputs)
        self.fuser = Fuser(width, dropout, packed)
        self.detached = detached
        if feedback:
            self.fm = Feedback(width, inputs, recurrent_masks, producer_dropout, mask_dropout, packed)

    def encode(self, text: Tensor, audio: Tensor, visual: Tensor, lengths: Tensor, padding: Tensor):
        return (
            self.text(text, lengths, padding),
            self.audio(audio, lengths, padding),
            self.visual(visual, lengths, padding),
        )

    def forward(self, text: Tensor, audio: Tensor, visual: Tensor, lengths: Tensor) -> Tensor:
        steps = torch.arange(text.shape[1])
        padding = ((steps >= lengths[:, None]) * PADDING_SCORE)[:, None, :].to(text.dtype)
        if hasattr(self, "fm"):
            with torch.set_grad_enabled(torch.is_grad_enabled() and not self.detached):
                t, a, v = self.encode(text, audio, visual, lengths, padding)
            text, audio, visual = (
                self.fm.f1(text, a, v, lengths),
                self.fm.f2(audio, t, v, lengths),
                self.fm.f3(visual, t, a, lengths),
            )
        t, a, v = self.encode(text, audio, visual, lengths, padding)
        return self.fuser(t, a, v, lengths, padding)


class MMLatch(nn.Module):
    """Sentiment regression: (batch,) from text, audio and visual (batch, time, inputs) and lengths (batch,).

    `recurrent_masks` false makes the producers linear layers; `detached` stops the gradient through
    stage I, as the paper says and its code does not.
    """

    def __init__(
        self,
        inputs: list[int],
        width: int,
        feedback: bool = True,
        recurrent_masks: bool = True,
        dropout: float = 0.2,
        producer_dropout: float = 0.1,
        mask_dropout: float = 0.2,
        detached: bool = False,
        packed: bool = True,
    ) -> None:
        super().__init__()
        self.encoder = LatchEncoder(
            inputs, width, feedback, recurrent_masks, dropout, producer_dropout, mask_dropout, detached, packed
        )
        self.classifier = nn.Linear(2 * width, 1)

    def forward(self, text: Tensor, audio: Tensor, visual: Tensor, lengths: Tensor) -> Tensor:
        return self.classifier(self.encoder(text, audio, visual, lengths)).squeeze(-1)


def check(path: str) -> bool:
    """Compares output, loss, gradients and Adam's losses with a file of reference numbers; prints the errors."""
    from safetensors import safe_open

    with safe_open(path, "pt") as file:
        about = file.metadata()
        tensors = {key: file.get_tensor(key) for key in file.keys()}
    sizes = json.loads(about["dims"])
    model = MMLatch(
        [sizes["text"], sizes["audio"], sizes["visual"]],
        sizes["hidden"],
        feedback=about["feedback"] == "true",
        recurrent_masks=about["mask"] == "learnable_sequence_mask",
        dropout=0,
        producer_dropout=0,
        mask_dropout=0,
    )
    model.load_state_dict({k.removeprefix("param."): v for k, v in tensors.items() if k.startswith("param.")})
    batch = [tensors[f"input.{name}"] for name in ("text", "audio", "visual", "lengths")]
    output = model(*batch)
    loss = F.l1_loss(output, tensors["target"])
    loss.backward()
    expected = {name: tensors[f"grad.{name}"] for name, _ in model.named_parameters()}
    # Some attention projections of the reference receive gradients of 1e-9, beside 1 elsewhere: that is
    # rounding left over from sums that cancel, and float64 disagrees with it just as much.
    floor = 1e-5 * max(gradient.abs().max().item() for gradient in expected.values())
    errors = {
        "output": (output - tensors["output"]).abs().max().item(),
        "loss": (loss - tensors["loss"]).abs().max().item(),
        "gradients, relative to each tensor's largest": max(
            ((parameter.grad - expected[name]).abs().max() / expected[name].abs().max().clamp(min=floor)).item()
            for name, parameter in model.named_parameters()
        ),
    }
    optimiser = torch.optim.Adam(model.parameters(), lr=float(about["adam_lr"]), fused=True)
    losses = []
    for _ in range(int(about["adam_steps"])):
        optimiser.zero_grad()
        loss = F.l1_loss(model(*batch), tensors["target"])
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    errors["losses of the Adam steps"] = (torch.tensor(losses).double() - tensors["adam.losses"]).abs().max().item()
    tolerances = (1e-5, 1e-5, 1e-4, 1e-3)
    for (what, error), tolerance in zip(errors.items(), tolerances, strict=True):
        print(f"{'ok  ' if error <= tolerance else 'FAIL'} {error:.2e} (at most {tolerance:.0e})  {what}")
    return all(error <= tolerance for error, tolerance in zip(errors.values(), tolerances, strict=True))


def make_step(options: argparse.Namespace) -> Step:
    """A training step (forward, L1 loss, backward, Adam) or an inference, on one random batch of full length."""
    torch.manual_seed(0)
    inputs = [300, 74, 35]
    model = MMLatch(inputs, 100, feedback=options.feedback, detached=options.detached, packed=options.packed)
    batch, time = 32, 50
    features = [torch.randn(batch, time, size) for size in inputs]
    lengths = torch.full((batch,), time)
    target = torch.randn(batch)
    run = torch.compile(model) if options.compile else model

    def predict() -> Tensor:
        return run(*features, lengths)

    return model_step(options.mode, model, predict, lambda: F.l1_loss(predict(), target), learning_rate=5e-4)


def main() -> None:
    parser = peer_parser()
    parser.add_argument("--feedback", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--detached", action="store_true", help="stop the gradient through stage I")
    parser.add_argument("--packed", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--check", metavar="FILE")
    options = parse(parser)
    if options.check:
        sys.exit(0 if check(options.check) else 1)
    serve(lambda: make_step(options))


if __name__ == "__main__":
    main()
