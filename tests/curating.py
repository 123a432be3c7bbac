"""A small dataset whose curation can be worked out by hand, shared by several tests."""

import numpy as np
import pandas as pd

from diversity import analyze
from diversity.analysis import Settings
from diversity.clustering import KMeans
from diversity.dataset import from_frame

TEXTS = [
    "red apple", "green apple", "RED  apple", "a much longer text about a car", "fast car",
    "slow car today", "fast Car", "blue sky", "grey sky at noon", "red apple",
]  # fmt: skip
TOPICS = ["fruit", "fruit", "fruit", "car", "car", "car", "car", "sky", "sky", None]
QUALITY = [3.0, 1.0, 5.0, 2.0, np.nan, 9.0, 4.0, 7.0, 7.0, 8.0]
ANGLES = [0, 10, 0, 60, 63, 75, 63, 120, 130, 0]
RECORDS = pd.DataFrame({"text": TEXTS, "topic": TOPICS, "quality": QUALITY})


def ten():
    """Analyze ten records; their vectors lie at whole degrees on a half circle."""
    angles = np.deg2rad(ANGLES)
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    settings = Settings(n_neighbors=9, clustering=KMeans(3))
    return analyze(from_frame(RECORDS), settings, vectors=vectors, with_map=False)
