"""How is Parquet read, with every type as it was written?"""

from typing import BinaryIO

import pyarrow as pa

from diversity.errors import EmptyDatasetError
from diversity.readers.cells import TEXT
from diversity.readers.table import Losses, Table, distinct, single


def read(raw: BinaryIO, name: str) -> Table:
    """Read all columns; lists and structs stay lists and structs, dictionaries become text."""
    import pyarrow.parquet as pq

    cells = pq.ParquetFile(raw).read()
    cells.validate(full=True)
    if not cells.num_columns or not cells.num_rows:
        raise EmptyDatasetError(f"{name} holds no rows.", "Choose a file with rows.")
    return plain(cells, Losses(name), "Parquet")


def plain(cells: pa.Table, losses: Losses, format: str) -> Table:
    """Give columns distinct names and texts their one type, ``large_string``."""
    names = distinct(cells.column_names)
    changed = [new for new, old in zip(names, cells.column_names, strict=True) if new != old]
    repaired = [f"Repeated column names were told apart: {', '.join(changed)}."] if changed else []
    arrays = [_plain(column) for column in cells.columns]
    return single(pa.table(arrays, names=names), format, losses, repaired=repaired)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        return _plain(column.cast(kind.storage_type))
    if pa.types.is_dictionary(kind):
        return _plain(column.cast(kind.value_type))
    is_text = pa.types.is_string(kind) or pa.types.is_string_view(kind) or pa.types.is_null(kind)
    return column.cast(TEXT) if is_text else column
