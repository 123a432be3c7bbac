"""The command line: each command reads files, asks the library, and prints."""

import sys
from collections.abc import Sequence

import click

from diversity.errors import DiversityError


class Commands(click.Group):
    """Commands whose code is imported when they are called, in the order a user meets them."""

    names = ("app", "score", "agent", "map", "compare", "select", "curate", "cache")

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return list(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in self.names:
            return None
        from importlib import import_module

        command: click.Command = import_module(f"diversity.cli.{cmd_name}").command
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="diversity-explorer", prog_name="diversity")
def group() -> None:
    """See how diverse synthetic text is, where it is redundant, and which prompt made it so."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0, 1 for what the user can mend, 2 for wrong usage."""
    try:
        group.main(args=arguments, prog_name="diversity", standalone_mode=False)
    except click.exceptions.Abort:
        _leave("Stopped. What was finished is kept; the same command goes on from there.", 130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DiversityError as error:
        _leave(f"Error: {error.message}" + (f"\nHint: {error.hint}" if error.hint else ""), 1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


def _leave(message: str, code: int) -> None:
    click.echo(message, err=True)
    sys.exit(code)
