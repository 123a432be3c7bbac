"""How far is a job of the Curate page? A bar that follows it, and a way to stop it."""

import streamlit as st

from pages.ui.jobs import Job

LOOK_EVERY_S = 0.4


@st.fragment(run_every=LOOK_EVERY_S)
def watch(job: Job, key: str) -> None:
    """Show a job's progress until it ends, then draw the page anew."""
    if not job.active:
        st.rerun()
    progress = job.progress
    st.progress(progress.share if progress else 0.0, progress.stage if progress else "Waiting")
    st.button("Cancel", on_click=job.cancel, key=key, disabled=job.stopping.is_set())
