"""A random forest on means and deviations, as a yardstick for the models' tables.

    python random_forest.py features.pkl

Reads a pickle in MMSA's layout with `audio`, `audio_lengths`, `vision`, `vision_lengths` and
`classification_labels`; prints the accuracy on the test split over five seeds, mean and deviation.
Needs numpy and scikit-learn.
"""

import pickle
import sys

import numpy as np
from sklearn.ensemble import RandomForestClassifier


def summaries(split, modality):
    """Mean and deviation of each feature over a sample's true steps; the mean alone of single steps."""
    rows = []
    for steps, length in zip(split[modality], split[f"{modality}_lengths"]):
        valid = np.asarray(steps)[: int(length)]
        single = split[modality].shape[1] == 1
        rows.append(valid.mean(0) if single else np.concatenate([valid.mean(0), valid.std(0)]))
    return np.stack(rows)


def main(path):
    with open(path, "rb") as file:
        data = pickle.load(file)
    for name, chosen in {"sound": ["audio"], "face": ["vision"], "both": ["audio", "vision"]}.items():
        features = {
            split: np.concatenate([summaries(data[split], modality) for modality in chosen], 1)
            for split in ("train", "test")
        }
        labels = {split: data[split]["classification_labels"].astype(int) for split in features}
        scores = [
            RandomForestClassifier(500, random_state=seed)
            .fit(features["train"], labels["train"])
            .score(features["test"], labels["test"])
            for seed in range(5)
        ]
        print(f"{name}: {np.mean(scores):.3f} ± {np.std(scores, ddof=1):.3f}")


main(sys.argv[1])
