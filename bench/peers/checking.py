"""Compares a model with a file of reference numbers: results, losses, gradients, and the losses of Adam's steps."""

import torch
from safetensors import safe_open
from torch import Tensor

from systems.common import Case

TOLERANCES = {"results": 1e-5, "losses": 1e-5, "gradients": 1e-4, "trajectory": 1e-3}


def load(path: str) -> tuple[dict[str, str], dict[str, Tensor]]:
    with safe_open(path, "pt") as file:
        return file.metadata(), {key: file.get_tensor(key) for key in file.keys()}


def under(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def largest(values: Tensor) -> float:
    return values.abs().max().item() if values.numel() else 0.0


def set_parameters(case: Case, given: dict[str, Tensor]) -> None:
    """Loads the file's parameters, but for those that the published code declares and never uses."""
    own = case.model.state_dict()
    values = {name: case.layout(given[case.renamed.get(name, name)]) for name in own}
    case.model.load_state_dict(values)


def compare(case: Case, about: dict[str, str], tensors: dict[str, Tensor]) -> dict[str, tuple[float, float]]:
    """The largest difference of each kind, and how large it may be."""
    model = case.model
    model.extras = True
    set_parameters(case, under(tensors, "param."))
    results = model(**case.inputs)
    parts = model.parts(results, case.inputs, case.target)
    loss = model.total(parts)
    loss.backward()
    gradients = {case.renamed.get(name, name): p.grad for name, p in model.named_parameters() if p.grad is not None}
    wanted = {name: value for name, value in under(tensors, "output.").items() if name in results}
    wanted |= {"output": tensors["output"]}
    for name in set(under(tensors, "output.")) - set(wanted):
        print(f"     not compared: output.{name}")
    # Of large numbers, relative to the largest.
    errors = {
        "results": max(
            largest(results[name].float() - value) / max(largest(value), 1.0) for name, value in wanted.items()
        )
    }
    of_parts = {name: value for name, value in under(tensors, "loss.").items() if name in parts}
    errors["losses"] = max(
        largest(loss - tensors["loss"]), *(largest(parts[name] - value) for name, value in of_parts.items()), 0.0
    )
    expected = {name: case.layout(value) for name, value in under(tensors, "grad.").items()}
    missing = set(expected) - set(gradients)
    if missing:
        raise SystemExit(f"no gradient for {sorted(missing)}")
    # Gradients whose sums cancel are rounding left over.
    floor = 1e-5 * max(largest(value) for value in expected.values())
    errors["gradients"] = max(
        largest(gradients[name] - value) / max(largest(value), floor) for name, value in expected.items()
    )
    if "adam.losses" in tensors:
        errors["trajectory"] = trajectory(case, about, tensors)
    return {what: (error, TOLERANCES[what]) for what, error in errors.items()}


def trajectory(case: Case, about: dict[str, str], tensors: dict[str, Tensor]) -> float:
    """The largest difference of the losses over all steps of Adam, from the start."""
    model = case.model
    set_parameters(case, under(tensors, "param."))
    optimiser = torch.optim.Adam(case.groups(), lr=float(about["adam_lr"]))
    worst = 0.0
    histories = {"": tensors["adam.losses"], **under(tensors, "adam.losses.")}
    for step in range(int(about["adam_steps"])):
        optimiser.zero_grad()
        results = model(**case.inputs)
        parts = model.parts(results, case.inputs, case.target)
        loss = model.total(parts)
        loss.backward()
        model.after_backward(results, case.target)
        for parameter in model.fixed:
            parameter.grad = None
        optimiser.step()
        for name, history in histories.items():
            value = loss if name == "" else parts.get(name)
            if value is not None:
                worst = max(worst, abs(value.item() - history[step].item()))
    return worst


def report(found: dict[str, tuple[float, float]]) -> bool:
    for what, (error, limit) in found.items():
        print(f"{'ok  ' if error <= limit else 'FAIL'} {error:.2e} (at most {limit:.0e})  {what}")
    return all(error <= limit for error, limit in found.values())
