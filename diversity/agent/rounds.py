"""What did the judge do with the texts of one round, and where did it break the rules?

A `Round` holds the answer as it was given. What it means, a partition of the texts shown, is
worked out by `partition`, and nothing that was mended on the way goes unsaid:

=================  =================================  ===========================================
violation          what the judge did                 what is made of it
=================  =================================  ===========================================
missing            named a text in no group           a group of its own: it was put with nobody
out_of_range       named a text that was not shown    the number is passed over
repeated           named a text twice in one group    counted once
doubled            named a text in several groups     no partition: the round is left out
empty_group        gave a group without texts shown   the group is passed over
score_off_scale    gave a metric score outside 1-5    shown as given, used nowhere
verdict_missing    gave a group of several no verdict the group stands
verdict_extra      gave a verdict on no such group    passed over
no_groups          named no text that was shown       the round is left out
malformed          gave no readable answer            the round is left out
refused            declined to answer                 the round is left out
unavailable        did not answer after all tries     the round is left out
asked_again        answered in a form that could not  the answer that could be read counts
                   be read, and was told so
mended             put text or a fence around the     read all the same; only the form differs
                   JSON, or commas too many
=================  =================================  ===========================================

`Convention` can leave out every round with a violation of the partition instead.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from diversity.agent.answers import Group, Verdict
from diversity.usage import Usage

PARTITION = ("missing", "out_of_range", "repeated", "doubled", "empty_group")
FAILURES = ("no_groups", "malformed", "refused", "unavailable")
ANSWERS = ("score_off_scale", "verdict_missing", "verdict_extra", "asked_again", "mended")
VIOLATIONS = (*PARTITION, *ANSWERS, *FAILURES)


@dataclass(frozen=True)
class Cluster:
    """A group as the judge gave it.

    Parameters
    ----------
    samples : tuple of int
        Numbers of the texts as shown, from 1, as answered: they may be wrong.
    reason : str
    metadata : mapping of str to str
        What the judge says the group has in common.
    metrics : mapping of str to (int or None, str)
        Score, 1 to 5, and reasoning.
    valid : bool or None
        The judge's own verdict; None where it was not asked or did not say.
    verdict : str
        Why.
    """

    samples: tuple[int, ...]
    reason: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    metrics: Mapping[str, tuple[int | None, str]] = field(default_factory=dict)
    valid: bool | None = None
    verdict: str = ""


@dataclass(frozen=True)
class Round:
    """One drawing of texts and what the judge made of it.

    Parameters
    ----------
    number : int
        From 0, within its group.
    group : str
        Group of records it was drawn from.
    rows : tuple of int
        Rows of the texts shown, in the order shown.
    clusters : tuple of Cluster
    violations : mapping of str to int
        How often each rule was broken, see the table above; only those that were.
    message : str
        Why there is no answer, if there is none.
    usage : Usage
    """

    number: int
    group: str
    rows: tuple[int, ...]
    clusters: tuple[Cluster, ...] = ()
    violations: Mapping[str, int] = field(default_factory=dict)
    message: str = ""
    usage: Usage = field(default_factory=Usage)

    @property
    def failed(self) -> bool:
        """Whether there is no answer that could be scored."""
        return any(name in self.violations for name in FAILURES)

    @property
    def needs_verdicts(self) -> bool:
        """Whether any group has several texts; of groups of one, verification can only say yes."""
        return any(len(self.shown(cluster)) > 1 for cluster in self.clusters)

    def shown(self, cluster: Cluster) -> tuple[int, ...]:
        """Return the places, from 0, of the texts of a group that were really shown."""
        places = (number - 1 for number in cluster.samples if 1 <= number <= len(self.rows))
        return tuple(dict.fromkeys(places))


def answered(
    number: int, group: str, rows: Sequence[int], given: Sequence[Group], usage: Usage
) -> Round:
    """Make a round of a judge's groups, counting what is wrong with them."""
    clusters = tuple(
        Cluster(
            samples=tuple(one.sample_indices),
            reason=one.uniqueness_reasoning,
            metadata=one.cluster_metadata,
            metrics={
                name: (rating.score, rating.reasoning)
                for name, rating in one.cluster_metrics.items()
            },
        )
        for one in given
    )
    held = Round(number, group, tuple(rows), clusters, usage=usage)
    return replace(held, violations=_violations(held))


def verified(held: Round, verdicts: Sequence[Verdict], usage: Usage) -> Round:
    """Add the verdicts, matched by the number of the group, or by their order if none has one."""
    by_number = _numbered(verdicts)
    several = {
        number for number, cluster in enumerate(held.clusters, 1) if len(held.shown(cluster)) > 1
    }
    clusters = tuple(
        replace(cluster, valid=by_number[number].valid, verdict=by_number[number].reasoning)
        if number in several and number in by_number
        else cluster
        for number, cluster in enumerate(held.clusters, 1)
    )
    known = range(1, len(held.clusters) + 1)
    found = Counter(held.violations) + Counter(
        verdict_missing=len(several - by_number.keys()),
        verdict_extra=len(verdicts) - sum(number in known for number in by_number),
    )
    return replace(held, clusters=clusters, violations=dict(+found), usage=held.usage + usage)


def with_form(held: Round, form: Mapping[str, int]) -> Round:
    """Add what was wrong with the form of an answer."""
    found = Counter(held.violations) + Counter(form)
    return replace(held, violations=dict(found))


def failed(held: Round, kind: str, message: str, usage: Usage) -> Round:
    """Mark a round as one without an answer that counts; what was answered stays to be read."""
    found = {**held.violations, kind: 1}
    return replace(held, violations=found, message=message, usage=held.usage + usage)


def partition(held: Round) -> list[tuple[tuple[int, ...], bool]] | None:
    """Work out which texts are together: places in each group, and whether it was found valid.

    Returns
    -------
    list of (tuple of int, bool), or None
        Every text shown is in exactly one group; None where the answer is no partition.
    """
    if held.failed or "doubled" in held.violations:
        return None
    groups = [
        (places, cluster.valid is not False)
        for cluster in held.clusters
        if (places := held.shown(cluster))
    ]
    named = {place for places, _ in groups for place in places}
    alone = [((place,), True) for place in range(len(held.rows)) if place not in named]
    return groups + alone


def _violations(held: Round) -> dict[str, int]:
    inside = [held.shown(cluster) for cluster in held.clusters]
    times = Counter(place for places in inside for place in places)
    in_range = [
        sum(1 <= number <= len(held.rows) for number in cluster.samples)
        for cluster in held.clusters
    ]
    scores = (score for cluster in held.clusters for score, _ in cluster.metrics.values())
    found = {
        "missing": len(held.rows) - len(times) if times else 0,
        "out_of_range": sum(len(one.samples) for one in held.clusters) - sum(in_range),
        "repeated": sum(in_range) - sum(map(len, inside)),
        "doubled": sum(count > 1 for count in times.values()),
        "empty_group": sum(not places for places in inside),
        "score_off_scale": sum(score is None or not 1 <= score <= 5 for score in scores),
        "no_groups": int(not times),
    }
    return {name: count for name, count in found.items() if count}


def _numbered(verdicts: Sequence[Verdict]) -> dict[int, Verdict]:
    """Read the number in each verdict's name; the first verdict on a group counts."""
    numbers = ["".join(filter(str.isdecimal, verdict.cluster)) for verdict in verdicts]
    if not any(numbers):
        return dict(enumerate(verdicts, 1))
    found: dict[int, Verdict] = {}
    for number, verdict in zip(numbers, verdicts, strict=True):
        if number:
            found.setdefault(int(number[:9]), verdict)
    return found
