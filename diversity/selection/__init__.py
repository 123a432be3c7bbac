"""Which k records should be kept? One selector a file, all with one face.

A *method* is a frozen dataclass of parameters with at least ``k``: ``KCenter(k=500)``. The
`REGISTRY` says what each selector optimises, when to use it, what it costs, its options and its
source; `make` builds a method from plain words.

``select(method, inputs)`` gives row numbers in order of choice: each once, exactly
``min(k, candidates)`` of them, and every prefix is what a smaller k would have chosen (for
`Coverage` with k alone: at the similarity that was found for k). `Coverage` with a
``min_similarity`` and `Threshold` also take ``k=None``, and then end where nothing is left to
represent, or nothing unlike. What the
records are stands in `Inputs`: vectors, neighbors, labels, texts, quality, and the candidates, as
far as the selector needs them (``REGISTRY[name].needs``). ``select_steps`` does the same in steps
with progress, and can be stopped between them. ``notes`` says what a reader must know: too few
records, records without quality.

Every selector takes ``quality_weight`` in [0, 1]: 0 ignores the quality; larger lets records that
stand higher by quality come earlier. Only the order of qualities counts. `Threshold` always goes
by quality where there is one.

`represented` says which chosen record stands for each of the others: "represents 37 others".
"""

from diversity.selection.choosing import notes, select, select_steps
from diversity.selection.compression import Compression
from diversity.selection.coverage import Coverage, represented
from diversity.selection.facility_location import FacilityLocation
from diversity.selection.herding import Herding
from diversity.selection.inputs import Inputs
from diversity.selection.k_center import KCenter
from diversity.selection.methods import Method
from diversity.selection.random import Random
from diversity.selection.registry import NAMES, REGISTRY, Option, Selector, make, name_of
from diversity.selection.stratified import Stratified
from diversity.selection.threshold import Threshold

__all__ = [
    "NAMES",
    "REGISTRY",
    "Compression",
    "Coverage",
    "FacilityLocation",
    "Herding",
    "Inputs",
    "KCenter",
    "Method",
    "Option",
    "Random",
    "Selector",
    "Stratified",
    "Threshold",
    "make",
    "name_of",
    "notes",
    "represented",
    "select",
    "select_steps",
]
