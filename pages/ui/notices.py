"""What could not be had of what was asked for, an address among the askers?"""

import streamlit as st

from diversity.errors import DiversityError
from pages.ui import cached, widgets
from pages.ui.state import Workspace
from pages.ui.view import View


def show(space: Workspace) -> None:
    """Say it above the page until the next step is taken, or until it is put away."""
    if not space.notices:
        return
    for notice in space.notices:
        widgets.show_error(notice)
    st.button("Understood", key="notices_close", on_click=_put_away, args=(space,))


def compare(space: Workspace, view: View) -> None:
    """Give up the choices that do not fit these records, and say which."""
    misfits = tuple(_misfits(space, view))
    if misfits:
        space.notices += misfits
        st.rerun()


def _misfits(space: Workspace, view: View) -> list[DiversityError]:
    found = []
    if space.tags is not None and space.tags.records != view.dataset.fingerprint:
        space.tags = None
        found.append(
            DiversityError(
                "The tags of this address were written on other records.",
                "They are kept; open the records they were written on to see them.",
            )
        )
    if space.opened is not None and space.opened >= len(view):
        found.append(
            DiversityError(
                f"There is no record {space.opened:,} here.",
                f"They are numbered from 0 to {len(view) - 1:,}.",
            )
        )
        space.opened = None
    columns = cached.color_columns(view, view.name)
    if space.color_by not in (None, view.tag_column, *columns):
        found.append(
            DiversityError(
                f"The map cannot be coloured by {space.color_by!r} here.",
                f"It can be by {', '.join(columns)}.",
            )
        )
        space.color_by = None
    return found


def _put_away(space: Workspace) -> None:
    space.notices = ()
