"""How is a run of the cluster-agent watched on standard error, and saved as it goes?"""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import click

from diversity.agent import AgentProgress, Run, save_run
from diversity.cli.options import note
from diversity.cli.run_tables import progress_line
from diversity.errors import AgentError, RunFileError
from diversity.progress import Progress, Steps, finish
from diversity.store import written_beside

SHOW_EVERY_S = 0.25
TELL_EVERY_S = 20.0
SAVE_EVERY_S = 5.0
BAD_ENDINGS = ("unauthorized", "not_accepted", "unavailable", "criteria")


def watched(steps: Steps[Run], out: Path | None) -> Run:
    """Carry a run out, showing how far it is and saving what there is, also when interrupted."""
    watch = _Watch(out)
    try:
        run = finish(steps, watch)
    except KeyboardInterrupt:
        steps.close()
        watch.save_stopped()
        raise
    finally:
        watch.clear_line()
    if out:
        _save(run, out)
        note(f"Saved the run as {out}.")
    return run


def complain(run: Run) -> None:
    """Tell why a run ended before it was asked to; an error if it could not go on."""
    if run.ending in BAD_ENDINGS:
        raise AgentError(run.message, "What was judged until then is kept.")
    if run.message:
        note(run.message)


@dataclass
class _Watch:
    """Shows progress on a line, or now and then as lines where nobody looks; saves the run."""

    out: Path | None
    latest: Run | None = None
    shown_s: float = -TELL_EVERY_S
    saved_s: float = -SAVE_EVERY_S
    tty: bool = field(default_factory=lambda: sys.stderr.isatty())

    def __call__(self, progress: Progress) -> None:
        assert isinstance(progress, AgentProgress)
        self.latest, now_s = progress.run, time.monotonic()
        if now_s - self.shown_s >= (SHOW_EVERY_S if self.tty else TELL_EVERY_S):
            self.shown_s = now_s
            line = progress_line(progress)
            click.echo(f"\r\033[K{line}" if self.tty else line, nl=not self.tty, err=True)
        if self.out and now_s - self.saved_s >= SAVE_EVERY_S:
            self.saved_s = now_s
            _save(progress.run, self.out)

    def save_stopped(self) -> None:
        if self.out and self.latest:
            _save(self.latest.ended("asked"), self.out)

    def clear_line(self) -> None:
        if self.tty:
            click.echo("\r\033[K", nl=False, err=True)


def _save(run: Run, path: Path) -> None:
    try:
        with written_beside(path) as beside:
            save_run(run, beside)
    except OSError as error:
        raise RunFileError(
            f"The run cannot be written to {path}: {error.strerror}.",
            "Name another file in --out; what was judged until now is kept.",
        ) from error
