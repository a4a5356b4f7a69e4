"""The convolutional network of FE2E, whose beginning MESM shares."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

Channels = tuple[int, int, int, int, int, int]


class Block(nn.Module):
    def __init__(self, inputs: int, filters: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inputs, filters, 3, padding=1), nn.BatchNorm2d(filters)
        self.conv2, self.bn2 = nn.Conv2d(filters, filters, 3, padding=1), nn.BatchNorm2d(filters)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


def beginning(inputs: int, channels: Channels) -> list[nn.Module]:
    first = nn.Conv2d(inputs, channels[0], 5, padding=2)
    blocks = [Block(channels[i], channels[i + 1]) for i in range(2)]
    return [first, nn.BatchNorm2d(channels[0]), nn.ReLU(), nn.MaxPool2d(2), *blocks]


def vgg(inputs: int, channels: Channels) -> nn.Sequential:
    """(pictures, inputs, rows, columns) to (pictures, channels[5], rows / 16, columns / 16)."""
    rest = [module for i in range(2, 5) for module in (Block(channels[i], channels[i + 1]), nn.MaxPool2d(2))]
    return nn.Sequential(*beginning(inputs, channels), *rest)


PICTURES = {"face": (3, 48, 48), "chunk": (1, 128, 32)}
PUBLISHED: Channels = (64, 64, 64, 128, 256, 512)


def normalised(faces: Tensor) -> Tensor:
    mean, deviation = (torch.tensor(values).view(1, 3, 1, 1) for values in ([159.0, 111, 102], [37.0, 33, 32]))
    return (faces - mean) / deviation
