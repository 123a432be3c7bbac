"""How do scores look in a terminal? As aligned columns, one a group."""

import shutil

from diversity.scorecards import GroupScores, Scorecard
from diversity.scores import REGISTRY, Score
from diversity.wording import cut, number, percent

ARROWS = {"higher": "↑", "lower": "↓"}
NAME_WIDTH = 24
WIDEST = 22


def score_table(card: Scorecard) -> str:
    """Lay a scorecard out, as many groups beside one another as the terminal holds."""
    values = [_value(score) for group in card.groups.values() for score in group.scores.values()]
    width = 3 + max(map(len, [*values, *(cut(name, WIDEST) for name in card.groups)]))
    terminal = shutil.get_terminal_size((100, 24)).columns
    beside = max(1, (terminal - NAME_WIDTH) // width)
    names = list(card.groups)
    blocks = [
        _block(card, names[start : start + beside], width) for start in range(0, len(names), beside)
    ]
    return "\n\n".join([*blocks, _legend(card)])


def _block(card: Scorecard, names: list[str], width: int) -> str:
    groups = [card.groups[name] for name in names]
    lines = [_line("", [cut(name, WIDEST) for name in names], width)]
    lines += [
        _line("records", [f"{group.n_records:,}" for group in groups], width),
        _line("exact duplicates", [percent(g.duplicate_share) for g in groups], width),
        _line("near-duplicates", [percent(g.near_duplicate_share) for g in groups], width),
        _line("noise", [percent(g.noise_share) for g in groups], width),
        "",
    ]
    lines += [_score_line(name, groups, width) for name in groups[0].scores]
    return "\n".join(lines)


def _score_line(name: str, groups: list[GroupScores], width: int) -> str:
    arrow = ARROWS[REGISTRY[name].direction]
    return _line(f"{name} {arrow}", [_value(group.scores[name]) for group in groups], width)


def _line(name: str, cells: list[str], width: int) -> str:
    return name.ljust(NAME_WIDTH) + "".join(cell.rjust(width) for cell in cells)


def _value(score: Score) -> str:
    if score.value is None:
        return "–"
    if score.interval is None:
        return number(score.value)
    low, high = score.interval
    return f"{number(score.value)} [{number(low)}, {number(high)}]"


def _legend(card: Scorecard) -> str:
    lines = ["↑ more is more diverse, ↓ less is. In brackets: 95 % intervals."]
    if card.budget:
        lines.append(
            f"Every group at the same budget: {card.budget.n_records:,} records, "
            f"{card.budget.n_tokens:,} words."
        )
    reasons = {
        f"{name}: {score.reason}"
        for group in card.groups.values()
        for name, score in group.scores.items()
        if score.value is None
    }
    return "\n".join([*lines, *card.notes, *(f"– {reason}" for reason in sorted(reasons))])
