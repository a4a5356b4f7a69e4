"""RAVEN: what voice and face did during a word shifts its vector; an LSTM reads the shifted words."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, System, Results


class WordCell(nn.Module):
    """The LSTM over the words, a cell at a time, as published."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.lstm = nn.LSTMCell(inputs, hidden)

    def forward(self, words: Tensor) -> Tensor:
        state = (words.new_zeros(len(words), self.lstm.hidden_size),) * 2
        outputs = []
        for step in range(words.shape[1]):
            state = self.lstm(words[:, step], state)
            outputs.append(state[0])
        return torch.stack(outputs, 1)


def last_of(outputs: Tensor, counts: Tensor) -> Tensor:
    """The output at the last true step of (rows, steps, width); zeros for a row without steps."""
    places = (counts - 1).clamp(min=0).view(-1, 1, 1).expand(-1, 1, outputs.shape[2])
    return outputs.gather(1, places).squeeze(1) * (counts > 0).unsqueeze(1)


class RAVEN(System):
    """`cut` takes gradients away from everything nonverbal, as published."""

    def __init__(
        self, inputs: list[int], slots: int, norm: int, cell: int, hidden: int, dropout: float, beta: float, cut: bool
    ) -> None:
        super().__init__()
        word, audio, vision = inputs
        self.beta, self.cut = beta, cut
        self.normcovarep = nn.BatchNorm2d(slots, track_running_stats=False)
        self.fc_rszcovarep, self.fc_rszFacet = nn.Linear(audio, norm), nn.Linear(vision, norm)
        self.covarepLSTM, self.facetLSTM = (nn.LSTM(norm, cell, batch_first=True) for _ in range(2))
        self.covarepW, self.facetW = (nn.Linear(cell + word, 1) for _ in range(2))
        self.calcAddon = nn.Linear(2 * cell, word)
        self.lstm1 = nn.ModuleDict({"layer_1": WordCell(word, hidden)})
        self.fc_afterLSTM = nn.Linear(hidden, 1)
        self.drop = nn.Dropout(dropout)

    def free(self, x: Tensor) -> Tensor:
        return x.detach() if self.cut else x

    def encode(self, frames: Tensor, counts: Tensor, layer: nn.LSTM) -> Tensor:
        """(batch, words, frames, width) to the state after each word's last frame, (batch, words, cell)."""
        batch, words = counts.shape
        outputs, _ = layer(self.free(frames).flatten(0, 1))
        return last_of(outputs, counts.flatten()).view(batch, words, -1)

    def forward(self, text: Tensor, audio: Tensor, vision: Tensor, audio_lengths: Tensor, vision_lengths: Tensor,
                lengths: Tensor) -> Results:  # fmt: skip
        voice = self.fc_rszcovarep(self.drop(self.normcovarep(audio)))
        face = self.fc_rszFacet(self.drop(vision))
        states = [
            self.encode(voice, audio_lengths, self.covarepLSTM),
            self.encode(face, vision_lengths, self.facetLSTM),
        ]
        weights = [
            gate(torch.cat([state, self.free(text)], 2))
            for gate, state in zip((self.covarepW, self.facetW), states, strict=True)
        ]
        shift = self.calcAddon(torch.cat([w * state for w, state in zip(weights, states, strict=True)], 2))
        free = self.free(shift)
        lengthened = free / free.norm(dim=2, keepdim=True).clamp(min=1)
        words = text + text.norm(dim=2, keepdim=True) * self.beta * lengthened
        last = last_of(self.lstm1["layer_1"](self.drop(words)), lengths)
        results = {"output": self.fc_afterLSTM(last).squeeze(1)}
        return results | {
            "audio_weight": weights[0].squeeze(2),
            "vision_weight": weights[1].squeeze(2),
            "shift": shift,
        }

    def parts(self, results: Results, inputs: Results, target: Tensor) -> Results:
        return {"loss": F.mse_loss(results["output"], target)}


def bench() -> Case:
    """Published for CMU-MOSI: 50 words of 20 frames, batch 20; everything learns."""
    batch, words, frames = 20, 50, 20
    model = RAVEN([300, 74, 47], words, 150, 150, 300, 0.2, 0.2, cut=False)
    full = torch.full((batch, words), frames)
    inputs = {
        "text": torch.randn(batch, words, 300),
        "audio": torch.randn(batch, words, frames, 74),
        "vision": torch.randn(batch, words, frames, 47),
        "audio_lengths": full,
        "vision_lengths": full,
        "lengths": torch.full((batch,), words),
    }
    return Case(model, inputs, torch.randn(batch))


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    widths = [int(about[name]) for name in ("wordDim", "covarepDim", "facetDim")]
    sizes = [int(about[name]) for name in ("padding_len", "normDim", "cellDim", "hiddenDim")]
    model = RAVEN(widths, *sizes, 0.0, float(about["shift_weight"]), cut=about["model"] == "RAVEN")
    return Case(model, inputs, target)
