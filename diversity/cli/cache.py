"""``diversity cache``: what the store on disk holds, and a way to empty it."""

import click

from diversity.cli.options import default_store


@click.command("cache")
@click.option(
    "--clear",
    is_flag=True,
    help="Delete what can be made again. Answers that were paid for (ledger) stay.",
)
def command(clear: bool) -> None:
    """Show where vectors and results are kept between runs, and how much."""
    store = default_store()
    click.echo(f"{store.folder}")
    for kind, size in sorted(store.sizes().items()):
        click.echo(f"{kind:12}{readable(size):>10}")
    click.echo(f"{'total':12}{readable(store.size_bytes()):>10}")
    if clear:
        click.echo(f"Deleted {readable(store.clear())}.")


def readable(size_bytes: float) -> str:
    """Say a size as a person would.

    Examples
    --------
    >>> readable(0), readable(2048), readable(3 * 1024**3)
    ('0 B', '2.0 kB', '3.0 GB')
    """
    if size_bytes < 1024:
        return f"{size_bytes:.0f} B"
    for unit in ("kB", "MB", "GB"):
        size_bytes /= 1024
        if size_bytes < 1024 or unit == "GB":
            break
    return f"{size_bytes:.1f} {unit}"
