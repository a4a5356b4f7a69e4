"""The systems that the documents quote, FE2E, and MESM's feature extraction, in PyTorch.

    python system.py mfn --mode train         serve training steps (see protocol.py)
    python system.py --check FILE             compare with reference numbers; the file names its system

Each is eager PyTorch that does the work as its authors' published code does, under its parameters' names, written
from a description of that code. Sizes and batches: `bench` in its module.
"""

import argparse
import sys

import torch

from checking import compare, load, report, under
from protocol import Step, inference, parse, peer_parser, serve
from systems import fe2e, marn, mcsan, mctn, memories, mesm, misa, raven, routing, self_mm, tbje, tensors
from systems.common import Case

BENCHES = {
    "fe2e": fe2e.bench,
    "graph-mfn": memories.bench_graph_mfn,
    "lmf": tensors.bench_lmf,
    "marn": marn.bench,
    "mcsan": mcsan.bench,
    "mctn": mctn.bench,
    "mesm-chunk": mesm.bench_chunk,
    "mesm-face": mesm.bench_face,
    "mfn": memories.bench_mfn,
    "misa": misa.bench,
    "multimodal-routing": routing.bench,
    "raven": raven.bench,
    "self-mm": self_mm.bench,
    "tbje": tbje.bench,
    "tfn": tensors.bench_tfn,
}

# Systems that hand packed sequences to their LSTMs, and take padded ones as well.
PACKED = {"mcsan", "misa", "self-mm"}

# How the model of a reference file begins, and what reads it.
READERS = {
    "Graph_MFN": memories.read,
    "LMF": tensors.read,
    "MARN": marn.read,
    "MCSAN": mcsan.read,
    "MCTN": mctn.read,
    "MFN": memories.read,
    "MISA": misa.read,
    "MME2E": fe2e.read,
    "Multimodal Routing": routing.read,
    "RAVEN": raven.read,
    "Self-MM": self_mm.read,
    "TBJE": tbje.read,
    "TFN": tensors.read,
    "cross-modal sparse blocks": mesm.read,
}


def check(path: str) -> bool:
    about, values = load(path)
    read = next(reader for start, reader in READERS.items() if about["model"].startswith(start))
    case = read(about, under(values, "input."), values["target"])
    return report(compare(case, about, values))


def step_of(case: Case, mode: str) -> Step:
    """`train` is forward, loss, backward and, where there is a rate, Adam; `infer` predicts."""
    model = case.model
    print(f"{sum(p.numel() for p in model.parameters() if p.requires_grad)} parameters", file=sys.stderr)
    if mode == "infer":
        model.eval()
        return inference(lambda: model.predict(**case.inputs))
    optimiser = torch.optim.Adam(case.groups(), lr=case.rate, fused=True)

    def train() -> None:
        optimiser.zero_grad(set_to_none=True)
        results = model(**case.inputs)
        model.total(model.parts(results, case.inputs, case.target)).backward()
        model.after_backward(results, case.target)
        if case.rate:
            optimiser.step()

    return train


def make_step(name: str, mode: str, packed: bool) -> Step:
    torch.manual_seed(0)
    # The fast path for encoder layers is slower than the general one on a CPU.
    torch.backends.mha.set_fastpath_enabled(False)
    return step_of(BENCHES[name](packed) if name in PACKED else BENCHES[name](), mode)


def main() -> None:
    parser = peer_parser()
    parser.add_argument("system", nargs="?", choices=sorted(BENCHES))
    parser.add_argument("--packed", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--check", metavar="FILE")
    options = parse(parser)
    if options.check:
        sys.exit(0 if check(options.check) else 1)
    if options.system is None:
        parser.error("which system?")
    serve(lambda: make_step(options.system, options.mode, options.packed))


if __name__ == "__main__":
    main()
