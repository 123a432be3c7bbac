"""``diversity agent``: how diverse a language model, or the embedding judge, finds the texts."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from diversity.cli import options
from diversity.cli.options import give

if TYPE_CHECKING:
    from diversity.llm import Prices


class PriceType(click.ParamType["Prices"]):
    """Two numbers with a comma between: USD for a million tokens in, and out."""

    name = "IN,OUT"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> "Prices":
        """Read the two numbers."""
        from diversity.llm import Prices

        try:
            per_million_in, per_million_out = map(float, str(value).split(","))
        except ValueError:
            self.fail("give two numbers such as 0.15,0.6", param, ctx)
        if not (0 <= per_million_in < math.inf and 0 <= per_million_out < math.inf):
            self.fail("a price is neither below 0 nor without end", param, ctx)
        return Prices(per_million_in, per_million_out)


@click.command("agent")
@options.files
@options.text
@click.option("--by", metavar="COLUMN", help="Score each value of a column by itself.")
@click.option(
    "--judge",
    metavar="MODEL|embedding",
    help="A litellm model such as openai/gpt-4o-mini or ollama_chat/llama3.1, or 'embedding': no "
    "key, no network, no cost, and not an LLM.  [default: embedding]",
)
@click.option("--api-base", metavar="URL", help="Another address that speaks the protocol.")
@click.option("--rounds", type=click.IntRange(1), metavar="N", help="At most.  [default: 300]")
@click.option(
    "--per-round", type=click.IntRange(2), metavar="K", help="Texts a round.  [default: 10]"
)
@click.option(
    "--target-width",
    type=options.Finite(0),
    metavar="SHARE",
    help="Stop when half the 95 % interval of ²D is at most this share of it, in every group; "
    "0 runs all rounds.  [default: 0.1]",
)
@click.option("--paper", is_flag=True, help="The paper's settings: about 10,000 calls.")
@click.option("--max-usd", type=options.Finite(0), metavar="X", help="Spend no more than this.")
@click.option("--max-calls", type=click.IntRange(0), metavar="N", help="Send no more requests.")
@click.option(
    "--price", type=PriceType(), help="USD a million tokens; default is litellm's price list."
)
@click.option("--concurrency", type=click.IntRange(1), metavar="N", help="Calls at once."
              "  [default: 16]")  # fmt: skip
@click.option(
    "--timeout",
    type=options.Finite(1),
    default=120.0,
    metavar="SECONDS",
    help="For a whole answer.",
    show_default=True,
)
@click.option("--random-state", type=int, metavar="N", help="Another one draws other rounds.")
@click.option(
    "--criteria",
    "criteria_path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Judge by the criteria in a JSON file, or by those of a saved run.",
)
@click.option(
    "--same-rounds",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="RUN.json",
    help="Judge the rounds of a saved run again, text for text, and say how far the judges agree.",
)
@click.option("--estimate", is_flag=True, help="Say what the run would cost at most, and stop.")
@click.option("--resume", is_flag=True, help="Go on with the run in --out, with its settings.")
@click.option("--out", type=click.Path(path_type=Path), metavar="RUN.json", help="Save the run.")
@options.embedder
@options.vectors
@click.option("--json", "json_path", metavar="PATH|-", help="Write JSON to a file, or to - .")
def command(
    files: tuple[Path, ...],
    text: str | None,
    embedder: str | None,
    vectors: str | None,
    json_path: str | None,
    out: Path | None,
    *,
    estimate: bool,
    resume: bool,
    **asked: Any,  # noqa: ANN401  (the choices of a run, as click gives them)
) -> None:
    """Let a judge sort handfuls of the texts in FILES into groups, and score how many there are.

    The cluster-agent of arXiv 2410.15226; docs/agent.md explains it. Nothing that was paid for is
    paid for twice: the same command goes on where it was stopped.
    """
    from diversity.agent import load_run
    from diversity.cli import agent_run, agent_watch
    from diversity.cli.loading import read_files
    from diversity.cli.run_tables import as_json, estimate_as_json, estimate_table, run_table

    earlier = load_run(out) if resume and out and out.exists() else None
    choices = agent_run.choose(asked, earlier)
    dataset = read_files(files, text)
    if estimate:
        cost = agent_run.estimated(dataset, choices)
        give(lambda: estimate_table(cost), lambda: estimate_as_json(cost), json_path)
        return
    agent_run.check(dataset, choices)
    judge = agent_run.judge(choices, dataset, embedder, vectors)
    run = agent_watch.watched(agent_run.steps(dataset, judge, choices), out)
    give(lambda: run_table(run, choices.same), lambda: as_json(run, choices.same), json_path)
    agent_watch.complain(run)
