"""Rounds for tests: from labels, as a judge without faults would give them."""

import numpy as np

from diversity.agent.rounds import Cluster, Round


def round_of(labels, number=0, group="all", valid=None):
    """Make a round in which the texts of a label are one group."""
    labels = list(labels)
    clusters = tuple(
        Cluster(
            tuple(place + 1 for place, other in enumerate(labels) if other == label), valid=valid
        )
        for label in dict.fromkeys(labels)
    )
    return Round(number, group, tuple(range(len(labels))), clusters)


def drawn(shares, k, n_rounds, generator):
    """Draw rounds of labels that come with given shares."""
    labels = generator.choice(len(shares), (n_rounds, k), p=np.asarray(shares) / np.sum(shares))
    return [round_of(row, number) for number, row in enumerate(labels)]
