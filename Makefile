# An Sinh: every command of the house. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/bash
BIN := .venv/bin
# where it is set, each of the many processes that tests and the demonstration start would compile everything anew
unexport PYTHONDONTWRITEBYTECODE
# three workers for two cores, since browsers, the engine and killed processes make a worker wait; tests of one file stay
# together, in the order that tests/conftest.py gives
WORKERS = $(shell echo $$(( ($$(nproc) * 3 + 1) / 2 )))
PYTEST = $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
LOCK := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-strip-extras --no-annotate --no-header --quiet $(if $(UPGRADE),--upgrade)

.PHONY: help setup setup-run demo start migrate test test-fast test-long lint format golden papers docs screenshots bench lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# ---- run it

setup-run:
	@deploy/setup.sh run

demo: setup-run ## run a whole quarter on invented data, then leave the pages open (EXIT=1: stop at the end)
	@$(BIN)/ansinh demo $(if $(EXIT),--exit)

start: setup-run ## start the product; the first time it asks for an admin, a commune and its villages
	@$(BIN)/ansinh start

migrate: setup-run ## bring the database to the newest form
	@$(BIN)/ansinh migrate

# ---- change it

setup: ## prepare everything, for tests too (also done by every command that needs it)
	@deploy/setup.sh test

test: setup ## run every test, in the browser and on PostgreSQL too (T=path chooses some)
	@$(PYTEST) -m "not long" $(T)

test-fast: setup ## run what needs neither browser, engine nor killed processes (T=path chooses some)
	@$(PYTEST) -m "not browser and not engine and not kill and not long" $(T)

test-long: setup ## run every test, those of several machines too, with many more random cases
	@HYPOTHESIS_PROFILE=long $(PYTEST) --timeout=1800 $(T)

lint: setup ## style, types, the floors, the scripts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@for script in deploy/*.sh .ci/run; do bash -n $$script || exit 1; done

format: setup ## lay the code out and repair what can be repaired
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

golden: setup ## write the golden files of letters, papers and exports anew; review the difference
	@ANSINH_GOLDEN=1 $(BIN)/pytest -q tests

papers: ## print every paper of the demonstration as pictures, to be looked at
	@deploy/setup.sh papers
	@rm -rf var/papers
	@$(BIN)/ansinh demo --exit --by-hand --folder var/papers/demo
	@$(BIN)/python -m deploy.render_papers var/papers/demo var/papers/anh

docs: setup ## draw and write the generated pages of docs/ anew
	@$(BIN)/python deploy/draw_architecture.py
	@$(BIN)/python deploy/write_glossary.py
	@$(BIN)/python deploy/write_law.py
	@$(BIN)/python deploy/write_workflow.py
	@$(BIN)/python deploy/write_handbook.py

screenshots: setup ## pictures of every page at desk, tablet and phone into var/screenshots/, and those of the handbook
	@$(BIN)/python -W ignore -m tests.web.walk_screenshots
	@$(BIN)/python -W ignore -m tests.web.walk_screenshots --handbook
	@$(BIN)/python deploy/write_handbook.py

bench: setup ## measure the product beside a floor and print the ratios (B=pages chooses one)
	@$(BIN)/python -m bench $(B)

lock: setup ## fix the exact versions of all packages anew (UPGRADE=1: take the newest allowed)
	@$(LOCK) --group build --output-file requirements.lock
	@$(LOCK) --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove what the tools left behind (not .venv, not var/ with its data)
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
	@find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +
