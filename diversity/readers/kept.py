"""Which rows and columns of a table become records?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from diversity.arrays import frozen
from diversity.errors import EmptyDatasetError
from diversity.readers.report import counted
from diversity.readers.table import LISTED, Arrow, LeftOut, Table, named
from diversity.readers.texts import Texts, require

BLANK = "no text"


def only(table: Table, columns: Sequence[str] | None, used: Sequence[str]) -> Table:
    """Keep the wanted columns and those the text is made of; all if None is wanted."""
    if columns is None:
        return table
    for name in columns:
        require(name, table.columns)
    wanted = {*columns, *used, table.group_column}
    cells = table.cells.select([name for name in table.columns if name in wanted])
    return replace(table, cells=cells, json_columns=table.json_columns & wanted)


def with_text(table: Table, texts: Texts) -> tuple[Table, Arrow]:
    """Leave out the rows without a text.

    Raises
    ------
    EmptyDatasetError
        When no row has one.
    """
    blank = texts.blank.to_numpy()
    if not blank.any():
        return table, texts.rendered
    if blank.all():
        raise EmptyDatasetError(
            f"Not one of the {counted(len(table), 'row')} of {named(table)} has a text.",
            "Choose another column for the text.",
        )
    listed = [_blank_row(table, row) for row in np.flatnonzero(blank)[:LISTED]]
    counts = Counter(table.left_out_counts) + Counter({BLANK: int(blank.sum())})
    keep = pa.chunked_array([pa.array(~blank)])
    kept = replace(
        table,
        cells=table.cells.filter(keep),
        rows=frozen(table.rows[~blank]),
        origins=frozen(table.origins[~blank]),
        left_out=(*table.left_out, *listed),
        left_out_counts=dict(counts),
    )
    return kept, pc.filter(texts.rendered, keep)


def _blank_row(table: Table, row: int) -> LeftOut:
    source = table.sources[table.origins[row]].name
    return LeftOut(source, int(table.rows[row]), BLANK)
