"""Which records are judged, group by group, and which texts does each round show?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from diversity.agent.drawing import draw
from diversity.agent.judges import Shown
from diversity.agent.settings import Settings
from diversity.arrays import Int64
from diversity.dataset import Dataset
from diversity.errors import TooFewRecordsError

ALL = "all"
CUT = "… (cut)"


@dataclass(frozen=True, eq=False)
class Plan:
    """What a run will show to the judge.

    Parameters
    ----------
    texts : sequence of str
        Of all records.
    groups : mapping of str to rows
        Groups that are judged.
    skipped : mapping of str to int
        Groups with fewer than K records, and how many they have.
    settings : Settings
    """

    texts: Sequence[str]
    groups: Mapping[str, Int64]
    skipped: Mapping[str, int]
    settings: Settings

    def round_rows(self, group: str, number: int) -> Int64:
        """Return the rows of a round; the same however many follow."""
        settings = self.settings
        return draw(
            self.groups[group], settings.per_round, number, random_state=settings.random_state
        )

    def proposal_rows(self, number: int) -> Int64:
        """Return the rows from which criteria are proposed, of all groups together."""
        rows = np.sort(np.concatenate(list(self.groups.values())))
        size = min(self.settings.per_proposal, len(rows))
        return draw(rows, size, number, random_state=self.settings.random_state, stream="proposals")

    def shown(self, rows: Int64) -> Shown:
        """Return texts as the judge sees them."""
        return Shown(tuple(rows.tolist()), tuple(self.shown_text(row) for row in rows.tolist()))

    def shown_text(self, row: int) -> str:
        """Return one text as the judge sees it, cut where it is too long."""
        text = self.texts[row]
        return text[: self.settings.max_characters] + CUT if self.is_cut(row) else text

    def is_cut(self, row: int) -> bool:
        """Tell whether a text is too long."""
        return len(self.texts[row]) > self.settings.max_characters


def plan(dataset: Dataset, settings: Settings) -> Plan:
    """Take the groups of a dataset that are large enough for a round.

    Raises
    ------
    TooFewRecordsError
        If no group has K records.
    MissingColumnError
        If the column of groups is not there.
    """
    everything = np.arange(len(dataset), dtype=np.int64)
    groups = dataset.groups(settings.by) if settings.by else {ALL: everything}
    parts = {name: _part(rows, settings) for name, rows in groups.items()}
    large = {name: rows for name, rows in parts.items() if len(rows) >= settings.per_round}
    if not large:
        most = max(map(len, parts.values()))
        raise TooFewRecordsError(
            f"A round shows {settings.per_round} texts, and no group has more than {most}.",
            "Show fewer texts a round, or choose a column with larger groups.",
        )
    skipped = {name: len(rows) for name, rows in parts.items() if name not in large}
    return Plan(dataset.texts.tolist(), large, skipped, settings)


def _part(rows: Int64, settings: Settings) -> Int64:
    if settings.n_records is None or settings.n_records >= len(rows):
        return rows
    chosen = draw(rows, settings.n_records, 0, random_state=settings.random_state, stream="records")
    return np.sort(chosen)
