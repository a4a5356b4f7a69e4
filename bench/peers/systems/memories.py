"""MFN and Graph-MFN: one LSTM cell a modality, stepped side by side, and a gated memory across them."""

import json

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .common import Case, Results, WithPerceptrons, randoms

LETTERS = {"text": "l", "audio": "a", "vision": "v"}


class Memories(WithPerceptrons):
    """The loop over steps. What the memory sees at a step, `look` says, from the states before and after it."""

    def __init__(self, inputs: list[int], hidden: list[int], seen: int, memory: int, widths: dict, drops: dict) -> None:
        super().__init__()
        self.memory = memory
        for letter, size, units in zip(LETTERS.values(), inputs, hidden, strict=True):
            setattr(self, f"lstm_{letter}", nn.LSTMCell(size, units))
        self.perceptron("att2", seen, widths["att2"], memory, drops["att2"])
        for gate in ("gamma1", "gamma2"):
            self.perceptron(gate, seen + memory, widths[gate], memory, drops[gate])
        self.perceptron("out", sum(hidden) + memory, widths["out"], 1, drops["out"])

    def look(self, before: list, after: list) -> tuple[Tensor, Results]:
        raise NotImplementedError

    def forward(self, **inputs: Tensor) -> Results:
        sequences = [inputs[name] for name in LETTERS]
        batch, time, _ = sequences[0].shape
        cells = [getattr(self, f"lstm_{letter}") for letter in LETTERS.values()]
        states = [(s.new_zeros(batch, cell.hidden_size),) * 2 for s, cell in zip(sequences, cells, strict=True)]
        memory = sequences[0].new_zeros(batch, self.memory)
        extras: dict[str, list[Tensor]] = {}
        for step in range(time):
            after = [cell(s[:, step], state) for cell, s, state in zip(cells, sequences, states, strict=True)]
            seen, notes = self.look(states, after)
            proposal = torch.tanh(self.through("att2", seen))
            both = torch.cat([seen, memory], 1)
            kept, written = (torch.sigmoid(self.through(gate, both)) for gate in ("gamma1", "gamma2"))
            memory = kept * memory + written * proposal
            states = after
            if self.extras:
                for name, note in notes.items():
                    extras.setdefault(name, []).append(note)
        last = torch.cat([*(hidden for hidden, _ in states), memory], 1)
        results = {"output": self.through("out", last).squeeze(1)}
        if self.extras:
            results |= {name: torch.stack(notes, 1) for name, notes in extras.items()} | {"memory": memory}
        return results


class MFN(Memories):
    """Attention over the entries of all cell states before and after a step."""

    def __init__(self, inputs: list[int], hidden: list[int], memory: int, widths: dict, drops: dict) -> None:
        seen = 2 * sum(hidden)
        super().__init__(inputs, hidden, seen, memory, widths, drops)
        self.perceptron("att1", seen, widths["att1"], seen, drops["att1"])

    def look(self, before: list, after: list) -> tuple[Tensor, Results]:
        both = torch.cat([cell for states in (before, after) for _, cell in states], 1)
        attention = F.softmax(self.through("att1", both), 1)
        return attention * both, {"attention": attention}


def linears(inputs: int, core: int, units: int) -> nn.Sequential:
    return nn.Sequential(nn.Linear(inputs, core), nn.Sequential(nn.Linear(core, units)))


class FusionGraph(nn.Module):
    """Vertices for all subsets of three modalities and one above them all; an efficacy for every edge."""

    SETS = {"0": [], "1": [], "2": [], "0_1": ["0", "1"], "0_2": ["0", "2"], "1_2": ["1", "2"]}
    SETS["0_1_2"] = list(SETS)

    def __init__(self, widths: list[int], node: int, core: int) -> None:
        super().__init__()
        width = {str(i): size for i, size in enumerate(widths)}
        self.networks = nn.ModuleDict()
        for name, below in self.SETS.items():
            if below:
                self.networks[name] = linears(sum(width[other] for other in below), core, node)
                width[name] = node
        self.t_network = linears(sum(width.values()), core, node)
        self.efficacy_model = nn.Sequential(
            nn.Linear(sum(widths), core), nn.Sequential(nn.Linear(core, node)), nn.Linear(node, 19)
        )

    def forward(self, singles: list[Tensor]) -> tuple[Tensor, Tensor]:
        efficacies = self.efficacy_model(torch.cat(singles, 1))
        vertices = {str(i): vertex for i, vertex in enumerate(singles)}
        place = 0

        def weighted(names: list[str]) -> Tensor:
            nonlocal place
            parts = [efficacies[:, place + i : place + i + 1] * vertices[name] for i, name in enumerate(names)]
            place += len(names)
            return torch.cat(parts, 1)

        for name, network in self.networks.items():
            vertices[name] = network(weighted(self.SETS[name]))
        return self.t_network(weighted(list(self.SETS))), efficacies


class GraphMFN(Memories):
    """The graph over the outputs before and after a step."""

    def __init__(
        self, inputs: list[int], hidden: list[int], memory: int, node: int, core: int, widths: dict, drops: dict
    ) -> None:
        super().__init__(inputs, hidden, node, memory, widths, drops)
        for letter, units in zip(LETTERS.values(), hidden, strict=True):
            setattr(self, f"{letter}_transform", nn.Linear(2 * units, units))
        self.graph_mfn = FusionGraph(hidden, node, core)

    def look(self, before: list, after: list) -> tuple[Tensor, Results]:
        singles = [
            F.relu(getattr(self, f"{letter}_transform")(torch.cat([old, new], 1)))
            for letter, (old, _), (new, _) in zip(LETTERS.values(), before, after, strict=True)
        ]
        fused, efficacies = self.graph_mfn(singles)
        return fused, {"fused": fused, "efficacies": efficacies}


def bench_mfn() -> Case:
    """Published for CMU-MOSI, the configuration chosen by mean absolute error: 20 words, batch 128."""
    widths = {"att1": 128, "att2": 64, "gamma1": 256, "gamma2": 64, "out": 64}
    drops = {"att1": 0.0, "att2": 0.2, "gamma1": 0.0, "gamma2": 0.2, "out": 0.5}
    model = MFN([300, 5, 20], [88, 48, 16], 128, widths, drops)
    return Case(model, randoms(128, text=(20, 300), audio=(20, 5), vision=(20, 20)), torch.randn(128))


def bench_graph_mfn() -> Case:
    """MMSA's for CMU-MOSEI: 50 words, batch 64; the vertices' networks learn."""
    widths = {"att2": 32, "gamma1": 64, "gamma2": 256, "out": 128}
    drops = {"att2": 0.5, "gamma1": 0.0, "gamma2": 0.7, "out": 0.7}
    model = GraphMFN([300, 74, 35], [64, 16, 64], 300, 128, 100, widths, drops)
    return Case(model, randoms(64, text=(50, 300), audio=(50, 74), vision=(50, 35)), torch.randn(64))


def read(about: dict, inputs: Results, target: Tensor) -> Case:
    sizes = [json.loads(about[name]) for name in ("input_dims", "h_dims")]
    memory = int(about["memsize"])
    graph = about["model"].startswith("Graph_MFN")
    names = {"att2": "NN" if graph else "NN2", "att1": "NN1", "gamma1": "gamma1", "gamma2": "gamma2", "out": "out"}
    widths = {ours: int(about[theirs]) for ours, theirs in names.items() if theirs in about}
    drops = dict.fromkeys(names, 0.0)
    if not graph:
        return Case(MFN(*sizes, memory, widths, drops), inputs, target)
    model = GraphMFN(*sizes, memory, int(about["inner_node_dim"]), int(about["core"]), widths, drops)
    if "networks learn" not in about["model"]:
        model.fixed = list(model.graph_mfn.networks.parameters())
    return Case(model, inputs, target)
