"""See how diverse synthetic text is, where it is redundant, and which prompt made it so.

>>> import diversity
>>> dataset = diversity.samples.load()
>>> len(dataset)
1000
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

HOMES = {
    "diversity.analysis": ("Analysis", "Settings", "analyze", "analyze_steps"),
    "diversity.clustering": ("Clustering", "Hdbscan", "KMeans", "cluster"),
    "diversity.comparison": ("Comparison", "compare", "compare_steps"),
    "diversity.curation": ("Outcome", "Plan", "curate", "effect"),
    "diversity.dataset": ("Dataset", "LoadReport", "concat", "from_frame", "read"),
    "diversity.duplicates": ("Duplicates",),
    "diversity.embedders": ("load_embedder",),
    "diversity.embedding": ("Embedder", "Embeddings", "embed"),
    "diversity.errors": ("DiversityError",),
    "diversity.export": ("write_outcome", "write_records"),
    "diversity.filters": ("Context", "Filter"),
    "diversity.keywords": ("cluster_names", "keyphrases"),
    "diversity.mapped": ("mapped_records",),
    "diversity.neighbors": ("Neighbors", "nearest"),
    "diversity.profiles": ("Profile", "profile"),
    "diversity.progress": ("Progress", "finish"),
    "diversity.projection": ("Projection", "Umap", "project"),
    "diversity.scorecards": ("Scorecard", "scorecard"),
    "diversity.scores": ("Panel", "Score", "prepare", "score", "score_groups"),
    "diversity.selection": ("Inputs", "select", "select_steps"),
    "diversity.store": ("Store",),
}
HOME_OF = {name: home for home, names in HOMES.items() for name in names}
MODULES = ("agent", "samples")

__all__ = ["__version__", *sorted([*HOME_OF, *MODULES])]


def __getattr__(name: str) -> Any:  # noqa: ANN401  (PEP 562: any public name)
    """Import a public name when it is first asked for, and the libraries it needs with it."""
    if name in MODULES:
        return import_module(f"diversity.{name}")
    if name in HOME_OF:
        return getattr(import_module(HOME_OF[name]), name)
    raise AttributeError(f"module 'diversity' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)


if TYPE_CHECKING:
    from diversity import agent as agent
    from diversity import samples as samples
