# Leadkeep's commands. Nothing here needs root; everything is made below this folder.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
FIND_LINKS = $(foreach place,$(PIP_FIND_LINKS),--find-links $(place))

.PHONY: help setup run demo test lint format bench lock clean bootstrap

help: ## Show what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap:
	@$(PYTHON) appliance/bootstrap.py

setup: ## Make both environments and the engine's model, so that nothing is fetched later
	@$(PYTHON) appliance/bootstrap.py --engine

run: bootstrap ## Start everything on this machine and show where it listens
	@exec $(BIN)/leadkeep run

demo: bootstrap ## Send the sample campaign's leads through and show where each one ended
	@exec $(BIN)/leadkeep demo

test: setup ## Run all tests, the real engine included (PYTEST_ARGS="..." chooses)
	$(BIN)/pytest $(PYTEST_ARGS)

lint: bootstrap ## Check style, types, imports and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --check --quiet ui/templates
	$(BIN)/djlint --lint --quiet ui/templates

format: bootstrap ## Rewrite code and templates in the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet ui/templates || true

bench: bootstrap ## Run every benchmark in bench/
	@for script in bench/bench_*.py; do echo "== $$script"; $(BIN)/python "$$script"; done

lock: ## Resolve both locks anew; PIP_FIND_LINKS or PIP_EXTRA_INDEX_URL must lead to PyTorch's CPU wheels
	@tools=$$(mktemp -d); trap 'rm -rf "$$tools"' EXIT; \
	$(PYTHON) -m venv "$$tools"; "$$tools/bin/pip" install --quiet uv==$(UV_VERSION); PATH="$$tools/bin:$$PATH"; \
	export UV_EXTRA_INDEX_URL="$${PIP_EXTRA_INDEX_URL:-}"; \
	$(COMPILE) $(FIND_LINKS) --all-extras --output-file requirements.lock pyproject.toml; \
	$(COMPILE) $(FIND_LINKS) --override appliance/engine/engine-cpu.in --excludes appliance/engine/engine-cpu.excludes \
		--output-file engine-cpu.lock appliance/engine/engine-cpu.in

clean: ## Remove environments and caches; what Leadkeep remembers in var/ stays
	rm -rf .venv .venv-engine build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
