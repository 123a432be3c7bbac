"""How do records leave? As files that others can open, whole or not at all.

The dataset's columns keep their name, order, type and value. `write_outcome` writes what curation
kept with its manifest, `replay` gives the rows of a manifest again, `write_records` writes any data
frame.
"""

from diversity.export.extras import EXTRAS, extra_columns
from diversity.export.manifest import manifest_of, sha256_of
from diversity.export.replaying import read_manifest, replay
from diversity.export.write import Written, write_outcome, write_outcome_steps, write_records

__all__ = [
    "EXTRAS",
    "Written",
    "extra_columns",
    "manifest_of",
    "read_manifest",
    "replay",
    "sha256_of",
    "write_outcome",
    "write_outcome_steps",
    "write_records",
]
