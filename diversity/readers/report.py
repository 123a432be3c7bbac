"""What does a user hear about a file after it was read?"""

from dataclasses import dataclass, field

from diversity.readers.table import LeftOut, Source


@dataclass(frozen=True)
class LoadReport:
    """What was read, what was left out, what was changed.

    Parameters
    ----------
    sources : tuple of Source
    n_read, n_kept : int
        Rows met, and records made of them.
    n_exact_duplicates : int
        Records whose text an earlier record has already, after NFKC, case folding and collapsing
        white space. They are kept.
    left_out : tuple of LeftOut
        The first rows left out, at most a hundred of each source.
    left_out_counts : dict of str to int
        How many rows were left out for each reason; exact.
    repaired : tuple of str
        What was guessed, converted or renamed, one sentence each.
    """

    sources: tuple[Source, ...]
    n_read: int
    n_kept: int
    n_exact_duplicates: int
    left_out: tuple[LeftOut, ...] = ()
    left_out_counts: dict[str, int] = field(default_factory=dict, hash=False)
    repaired: tuple[str, ...] = ()

    @property
    def n_left_out(self) -> int:
        """Rows that did not become records."""
        return self.n_read - self.n_kept

    def sentences(self) -> list[str]:
        """Say it all in plain sentences, the most important first."""
        lines = [
            f"Read {counted(s.n_read, 'row')} from {s.name} ({s.format})." for s in self.sources
        ]
        lines.append(f"Kept {counted(self.n_kept, 'record')}.")
        for reason, count in self.left_out_counts.items():
            lines.append(f"Left out {counted(count, 'row')}: {reason} ({self._places(reason)}).")
        if self.n_exact_duplicates:
            same = counted(self.n_exact_duplicates, "record")
            lines.append(f"Among them {same} with the same text as an earlier one.")
        return [*lines, *self.repaired]

    def _places(self, reason: str, shown: int = 5) -> str:
        units = {source.name: source.unit for source in self.sources}
        rows = [row for row in self.left_out if row.reason == reason]
        places = [_place(row, units[row.source], len(units) > 1) for row in rows[:shown]]
        more = self.left_out_counts[reason] - len(places)
        return "; ".join(places) + (f"; and {more:,} more" if more else "")


def counted(count: int, noun: str) -> str:
    """Write a number of things, as ``"1 row"`` or ``"1,200 rows"``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _place(row: LeftOut, unit: str, several: bool) -> str:
    where = f"{row.source} {unit} {row.row:,}" if several else f"{unit} {row.row:,}"
    return f"{where}: {row.detail}" if row.detail else where
