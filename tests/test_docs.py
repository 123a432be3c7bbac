"""The pages that are generated are fresh, and what can be asked for is written down."""

import re
from pathlib import Path

import pytest

import diversity
from diversity.cli import Commands, document
from diversity.scores import REGISTRY
from diversity.scores import document as scores
from diversity.selection import registry as selectors

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("page", "made"),
    [
        ("cli.md", document.as_markdown),
        ("scores.md", scores.as_markdown),
        ("selection.md", selectors.as_markdown),
    ],
)
def test_generated_pages_are_fresh(page, made):
    assert (ROOT / "docs" / page).read_text("utf-8") == made(), "run make docs"


@pytest.mark.parametrize("name", Commands.names)
def test_every_command_has_help(name):
    assert f"## diversity {name}" in (ROOT / "docs" / "cli.md").read_text("utf-8")


@pytest.mark.parametrize("name", REGISTRY)
def test_every_score_is_in_the_readme(name):
    assert f"`{name}`" in README


def test_the_readmes_python_runs_as_pasted(tmp_path, monkeypatch, capsys):
    code = re.search(r"```python\n(.*?)```", README, re.DOTALL).group(1)
    monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})
    assert "topic-styles" in capsys.readouterr().out
    assert (tmp_path / "map.parquet").exists()


def test_the_readmes_links_lead_somewhere():
    for link in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / link).exists(), link


def test_the_changelog_begins_with_this_version():
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.search(r"^## (\S+)", changelog, re.MULTILINE).group(1) == diversity.__version__
