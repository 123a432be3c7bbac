"""Which subset should be kept? A plan of steps, carried out with one reason for each lost record.

`Plan` holds frozen steps and reads and writes YAML and JSON; `curate` turns a plan into an
`Outcome`; `effect` says what that did to the scores, beside random subsets of the same size.
"""

from diversity.curation.curate import States, curate, curate_steps
from diversity.curation.effect import Effect, Measure, effect, effect_steps
from diversity.curation.material import Groups, Material, material
from diversity.curation.outcome import Change, Dropped, Loss, Outcome
from diversity.curation.plan import Plan
from diversity.curation.steps import (
    Add,
    Balance,
    Cap,
    DropDuplicates,
    Keep,
    Quota,
    Remove,
    Select,
    Step,
    Top,
)
from diversity.curation.words import describe

__all__ = [
    "Add",
    "Balance",
    "Cap",
    "Change",
    "DropDuplicates",
    "Dropped",
    "Effect",
    "Groups",
    "Keep",
    "Loss",
    "Material",
    "Measure",
    "Outcome",
    "Plan",
    "Quota",
    "Remove",
    "Select",
    "States",
    "Step",
    "Top",
    "curate",
    "curate_steps",
    "describe",
    "effect",
    "effect_steps",
    "material",
]
