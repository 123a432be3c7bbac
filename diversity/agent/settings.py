"""How is the cluster-agent run? Every choice that shapes a result, and what the paper chose."""

import math
from dataclasses import dataclass

FIRST_CHECK = 30
CHECK_EVERY = 10


@dataclass(frozen=True)
class Settings:
    """Choices of a run. J, M, K, N are the paper's letters.

    Parameters
    ----------
    by : str, default=""
        Column whose groups are scored one by one, with the same criteria and judge, K and number
        of rounds; all records are one group where it is empty.
    per_round : int, default=10
        K, texts a round, at least 2. Scores D at different K cannot be compared.
    n_rounds : int, default=300
        N, rounds a group at most.
    target_width : float or None, default=0.1
        Stop when half of the 95 % interval of every group's ²D is at most this share of it;
        None runs all rounds. Looked at after 30 rounds and then every 10.
    per_proposal : int, default=5
        J, texts shown when criteria are proposed.
    n_proposals : int, default=20
        M, proposals that are pooled.
    n_criteria : int, default=4
        Metadata, and metrics, that are kept.
    random_state : int, default=0
        Another one draws other rounds.
    n_records : int or None, default=None
        Judge a random part of each group instead of all, to see how much the records matter.
    concurrency : int, default=16
        Rounds in flight at most. It changes no result.
    max_characters : int, default=4000
        Longer texts are cut for the judge, and counted.
    """

    by: str = ""
    per_round: int = 10
    n_rounds: int = 300
    target_width: float | None = 0.1
    per_proposal: int = 5
    n_proposals: int = 20
    n_criteria: int = 4
    random_state: int = 0
    n_records: int | None = None
    concurrency: int = 16
    max_characters: int = 4_000

    def __post_init__(self) -> None:
        least = {
            "per_round": 2, "n_rounds": 1, "per_proposal": 1, "n_proposals": 1, "n_criteria": 1,
            "concurrency": 1, "max_characters": 1,
        }  # fmt: skip
        for name, bound in least.items():
            if getattr(self, name) < bound:
                raise ValueError(f"{name} must be at least {bound}, got {getattr(self, name)}")
        if self.target_width is not None and not 0 < self.target_width < math.inf:
            raise ValueError(f"target_width must be positive or None, got {self.target_width}")


def paper() -> Settings:
    """Return the paper's settings: J=5, M=100, K=10, N=5,000, no early stop.

    About 10,000 calls, arXiv 2410.15226, section 3.1.
    """
    return Settings(n_proposals=100, n_rounds=5_000, target_width=None)


def is_check(n_rounds: int) -> bool:
    """Tell whether the width is looked at after so many rounds."""
    return n_rounds >= FIRST_CHECK and n_rounds % CHECK_EVERY == 0
