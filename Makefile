# Every target sets up what it needs: a virtual environment, the pinned packages, this package.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check $(shell grep '^torch==' requirements.lock)
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	$(BIN)/python -W ignore -m diversity.warming
	@touch $@

setup: $(READY)  ## make the virtual environment

app: setup  ## open the dashboard on the built-in sample
	$(BIN)/diversity app

test: setup chromium  ## run all tests, those in a real browser included
	$(BIN)/pytest --numprocesses 2 --dist loadfile --ignore tests/browser
	$(BIN)/pytest tests/browser

check: setup  ## format, lint, types, import layers (read-only)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: setup  ## format and repair what a machine can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser: setup chromium  ## run the tests in a real browser alone
	$(BIN)/pytest -m browser

BENCHMARKS := $(filter-out benchmarks/make_% benchmarks/screenshot.py,$(wildcard benchmarks/*.py))

bench: setup  ## measure again what benchmarks/ holds (hours)
	for script in $(BENCHMARKS); do echo $$script; $(BIN)/python $$script || exit 1; done

docs: setup  ## write the generated pages of docs/ again
	$(BIN)/python -m diversity.scores.document > docs/scores.md
	$(BIN)/python -m diversity.selection.registry > docs/selection.md
	$(BIN)/python -m diversity.cli.document > docs/cli.md

chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || \
	  (echo "Installing Chromium for the browser tests" && apt-get update -qq && apt-get install -y -qq chromium) || \
	  (echo "Please install Chromium or Chrome for the browser tests." && exit 1)

.PHONY: help setup app test check fix browser bench docs chromium
