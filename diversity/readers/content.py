"""Which texts are the same, and by what name does a whole table go?"""

import json
import unicodedata
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from diversity.fingerprint import fingerprint
from diversity.readers.cells import TEXT
from diversity.readers.table import Arrow

SLICE = 20_000


def same_text(texts: Arrow) -> Arrow:
    """Reduce texts to what counts when two are called the same.

    Unicode is normalised (NFKC), case is folded, runs of white space become one space.

    Parameters
    ----------
    texts : pyarrow.ChunkedArray of large_string
        No nulls.

    Returns
    -------
    pyarrow.ChunkedArray of large_string
        Equal exactly where the texts are the same.
    """
    slices = (texts.slice(start, SLICE) for start in range(0, len(texts), SLICE))
    return pa.chunked_array([pa.array(map(_folded, s.to_pylist()), TEXT) for s in slices], TEXT)


def n_exact_duplicates(texts: Arrow) -> int:
    """Count the records whose text an earlier record has already, up to `same_text`."""
    distinct = pc.unique(texts)
    n_different: int = pc.count_distinct(same_text(pa.chunked_array([distinct]))).as_py()
    return len(texts) - n_different


def name_of(text: str, texts: Arrow, cells: pa.Table) -> str:
    """Fingerprint the texts and all columns; how Arrow chunks them does not matter."""
    columns = [(name, *_content(cells.column(name))) for name in cells.column_names]
    return fingerprint(text, *_content(texts), columns)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _content(column: Arrow) -> Iterator[object]:
    array = column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
    yield str(array.type)
    yield len(array)
    if array.null_count:
        yield np.packbits(pc.is_null(array).to_numpy(zero_copy_only=False))
    if array.type == TEXT:
        array = pc.fill_null(array, "")
        yield pc.binary_length(array).to_numpy()
        yield _characters(array)
    elif pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        yield pc.fill_null(array, 0).to_numpy(zero_copy_only=False)
    else:
        yield json.dumps(array.to_pylist(), default=str)


def _characters(array: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    _, offsets, characters = array.buffers()
    if characters is None:
        return np.empty(0, dtype=np.uint8)
    bounds = np.frombuffer(offsets, dtype=np.int64)[array.offset :][: len(array) + 1]
    return np.frombuffer(characters, dtype=np.uint8)[bounds[0] : bounds[-1]]
