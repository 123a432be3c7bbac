"""How do kept records leave? As a download, or as files in a folder of this machine."""

import secrets
from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from diversity.export import EXTRAS, Written, extra_columns, manifest_of, write_outcome_steps
from diversity.export.beside import beside, check_free
from diversity.export.packed import packed
from diversity.progress import Steps
from diversity.report import curation_as_html, report_beside
from pages.ui import cached_curation, widgets
from pages.ui.cached_curation import Done
from pages.ui.curate_watch import watch
from pages.ui.state import Workspace
from pages.ui.view import View

FORMATS = {
    "JSON Lines": ".jsonl",
    "CSV": ".csv",
    "Parquet": ".parquet",
    "Hugging Face folder": "",
}
LOCAL = ("127.0.0.1", "localhost", "::1")
WRITING = "curate_writing"


def offer(space: Workspace, view: View, done: Done) -> None:
    """Say how many records are kept, and offer to export them."""
    n_kept, n_records = len(done.outcome.rows), len(view)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(f"{n_kept:,} of {n_records:,} records kept", width="stretch")
        with st.popover("Export", icon=":material/download:", type="primary", width="content"):
            _choose(space, view, done)


def _choose(space: Workspace, view: View, done: Done) -> None:
    suffix = FORMATS[st.selectbox("Format", list(FORMATS), key="curate_format")]
    extras = st.multiselect(
        "Further columns", list(EXTRAS), key="curate_extras",
        help="Written after the dataset's own columns, which stay as they are.",
    )  # fmt: skip
    with_dropped = st.checkbox("The dropped records too, with reasons", key="curate_dropped")
    with_report = st.checkbox(
        "A report of steps, scores and losses", key="curate_report",
        help="An HTML page that needs no network and runs no script.",
    )  # fmt: skip
    guard = True
    if suffix == ".csv":
        guard = st.checkbox(
            "Guard cells that a spreadsheet would run as a formula", value=True, key="curate_guard",
            help="An apostrophe goes before =, +, -, @, tab and carriage return. Other formats "
            "are exact.",
        )  # fmt: skip
    name = (space.plan.name or "kept").strip().replace("/", "_")[:60] or "kept"
    make = partial(
        _steps, view, done, extras, with_dropped=with_dropped, with_report=with_report, guard=guard
    )
    st.download_button(
        "Download", partial(packed, lambda path: make(path=path), f"{name}{suffix}"),
        file_name=f"{name}.zip",
        mime="application/zip", type="primary", on_click="ignore", key="curate_download",
        help="A zip with the records, their manifest, and the dropped records if wanted.",
    )  # fmt: skip
    if st.get_option("server.address") in LOCAL:
        _offer_folder(make, f"{name}{suffix}")


def _steps(
    view: View, done: Done, extras: list[str], path: Path, *, with_dropped: bool, with_report: bool,
    guard: bool, overwrite: bool = False,
) -> Steps[Written]:  # fmt: skip
    job = cached_curation.effect_of(view, done)
    effect = job.result if job.state == "done" else None
    report = report_beside(path)
    if with_report:
        check_free(report, overwrite=overwrite)
    written = yield from write_outcome_steps(
        view.dataset, done.outcome, path, manifest_of(done.asked, done.outcome, effect),
        extras=extra_columns(done.asked, done.outcome, extras), with_dropped=with_dropped,
        guard=guard, overwrite=overwrite,
    )  # fmt: skip
    if with_report:
        with beside(report) as place:
            place.write_text(curation_as_html(done.asked, done.outcome, effect), encoding="utf-8")
        written = replace(written, files=(*written.files, report))
    return written


def _offer_folder(make: "partial[Steps[Written]]", name: str) -> None:
    with st.expander("Write to this machine"):
        place = st.text_input(
            "Path", key="curate_path", placeholder=str(Path.home() / name),
            help="A file, or a folder for Hugging Face; what is there is not replaced unasked.",
        ).strip()  # fmt: skip
        overwrite = st.checkbox("Replace what is there", key="curate_overwrite")
        st.button(
            "Write", key="curate_write", disabled=not place, on_click=_write,
            args=(make, place, name, overwrite),
        )  # fmt: skip
        _show_writing()


def _write(make: "partial[Steps[Written]]", place: str, name: str, overwrite: bool) -> None:
    path = Path(place).expanduser()
    if Path(name).suffix and path.suffix != Path(name).suffix:
        path = path / name
    key = f"write {secrets.token_hex(8)}"
    st.session_state[WRITING] = key
    cached_curation.writing(key, lambda: make(path=path, overwrite=overwrite))


def _show_writing() -> None:
    key = st.session_state.get(WRITING)
    job = cached_curation.jobs().get(key) if key else None
    if job is None:
        return
    if job.active:
        watch(job, "curate_write_cancel")
    elif job.error is not None:
        widgets.show_error(job.error)
    elif job.state == "done":
        written: Written = job.result
        names = ", ".join(path.name for path in written.files)
        st.success(f"Wrote {written.n_rows:,} records.")
        st.text("\n".join([f"{names} in {written.path.parent}", *written.notes]))
    else:
        st.info("Stopped; nothing was written.")
