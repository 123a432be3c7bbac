"""Does a zip hold what was written, and is nothing left behind?"""

import tempfile
import zipfile

import pytest

from diversity.errors import ExportError
from diversity.export.packed import packed


def two_files(path):
    path.write_text("one")
    (path.parent / "deep").mkdir()
    (path.parent / "deep" / "other.bin").write_bytes(bytes(range(256)) * 999)
    yield


def test_a_zip_holds_all_that_was_written_under_its_path(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with packed(two_files, "a.txt") as content, zipfile.ZipFile(content) as archive:
        assert sorted(archive.namelist()) == ["a.txt", "deep/other.bin"]
        assert archive.read("deep/other.bin") == bytes(range(256)) * 999
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_where_writing_fails(tmp_path, monkeypatch):
    def fails(path):
        path.write_text("half")
        yield
        raise ExportError("full")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ExportError):
        packed(fails, "a.txt")
    assert list(tmp_path.iterdir()) == []
