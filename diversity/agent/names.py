"""What are the clusters called, on what evidence, and who has agreed to it?

A `Naming` is made by `diversity.agent.naming` and changed by hand: `accept`, `rename` and `merge`
make a new one of an old one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from diversity.arrays import Int32
from diversity.errors import AgentError
from diversity.usage import Usage

By = Literal["model", "keyphrases", "you"]


@dataclass(frozen=True)
class ClusterName:
    """The name of one cluster and what speaks for it.

    Parameters
    ----------
    cluster : int
    name : str
    summary : str
        One sentence; empty where no model gave one.
    cited : tuple of int
        Rows cited for it: each was shown as a text of this cluster.
    shown : tuple of int
        Rows of the cluster that the model saw.
    neighbors : tuple of int
        Clusters it was told apart from.
    keyphrases : tuple of str
    supported : float or None
        Share of the words of name and summary that occur in the texts shown, in [0, 1].
    problems : tuple of str
        What is wrong with the answer: citations of texts not shown, too many words, ...
    by : {"model", "keyphrases", "you"}
        Who gave the name.
    accepted : bool
    """

    cluster: int
    name: str
    summary: str = ""
    cited: tuple[int, ...] = ()
    shown: tuple[int, ...] = ()
    neighbors: tuple[int, ...] = ()
    keyphrases: tuple[str, ...] = ()
    supported: float | None = None
    problems: tuple[str, ...] = ()
    by: By = "model"
    accepted: bool = False


@dataclass(frozen=True)
class Naming:
    """Names of all clusters, and which clusters are one.

    Parameters
    ----------
    names : mapping of int to ClusterName
    merged : mapping of int to int
        Cluster that each merged one went into.
    model : str
    usage : Usage
    message : str
        Why some clusters have no name of the model's, if so.
    """

    names: Mapping[int, ClusterName]
    merged: Mapping[int, int] = field(default_factory=dict)
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    message: str = ""

    def as_names(self) -> dict[int, str]:
        """Return the name of each cluster that is left."""
        return {cluster: named.name for cluster, named in self.names.items()}

    @property
    def accepted(self) -> dict[int, str]:
        """Names that somebody agreed to, by cluster."""
        return {cluster: one.name for cluster, one in self.names.items() if one.accepted}

    def relabeled(self, labels: Int32) -> Int32:
        """Return labels in which merged clusters are one."""
        changed = labels.copy()
        for cluster, into in self.merged.items():
            changed[labels == cluster] = into
        return changed


def accept(naming: Naming, cluster: int) -> Naming:
    """Accept the name of a cluster as it is."""
    return _with(naming, replace(_named(naming, cluster), accepted=True))


def accept_all(naming: Naming) -> Naming:
    """Accept every name as it is."""
    return replace(
        naming,
        names={cluster: replace(one, accepted=True) for cluster, one in naming.names.items()},
    )


def rename(naming: Naming, cluster: int, name: str) -> Naming:
    """Give a cluster a name of one's own; it counts as accepted.

    Raises
    ------
    AgentError
        If the name is empty or another cluster's.
    """
    name = " ".join(name.split())
    taken = [other.name.casefold() for key, other in naming.names.items() if key != cluster]
    if not name or name.casefold() in taken:
        raise AgentError(
            f"{name!r} is another cluster's name." if name else "A name cannot be empty.",
            "Choose another name, or merge the two.",
        )
    return _with(naming, replace(_named(naming, cluster), name=name, by="you", accepted=True))


def merge(naming: Naming, cluster: int, into: int) -> Naming:
    """Make two clusters one, under the name of the second.

    Examples
    --------
    >>> import numpy as np
    >>> naming = Naming({0: ClusterName(0, "tea"), 1: ClusterName(1, "cold tea")})
    >>> merge(naming, 1, into=0).relabeled(np.array([0, 1, -1], np.int32)).tolist()
    [0, 0, -1]
    """
    gone, kept = _named(naming, cluster), _named(naming, into)
    if cluster == into:
        raise AgentError("A cluster cannot be merged with itself.")
    joined = replace(kept, cited=(*kept.cited, *gone.cited), shown=(*kept.shown, *gone.shown))
    merged = {old: into if new == cluster else new for old, new in naming.merged.items()}
    names = {key: named for key, named in naming.names.items() if key != cluster}
    return replace(naming, names={**names, into: joined}, merged={**merged, cluster: into})


def _named(naming: Naming, cluster: int) -> ClusterName:
    if cluster not in naming.names:
        raise AgentError(f"There is no cluster {cluster}.", "It may have been merged.")
    return naming.names[cluster]


def _with(naming: Naming, named: ClusterName) -> Naming:
    return replace(naming, names={**naming.names, named.cluster: named})
