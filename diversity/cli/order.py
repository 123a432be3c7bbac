"""In which order were the options of a command written?"""

import click

ORDER = "diversity.order"


class InOrder(click.Command):
    """A command that notes it, under `ORDER` in the context's ``meta``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Note the order, then parse as always."""
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[ORDER] = [parameter.name for parameter in order]
        return super().parse_args(ctx, args)
