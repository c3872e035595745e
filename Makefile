# From a bare machine with Python 3.11 to a running office (run), its tests (test) and its checks (check).
#
#   make run        set up, then start the office with the demo organisation on http://127.0.0.1:8000
#                   (DEMO=--small loads some months of its work instead of a year)
#   make test       set up, then every test: PostgreSQL and a real Chromium included (ARGS="-k inbox" for some)
#   make check      format, style, types, import walls, documentation
#   make setup      only prepare .venv, with what tests and checks need
#   make chaos      kill, stop and crash everything under load, on both databases (ARGS="--seed 7")
#   make soak       storm after storm and quiet work under the scales, for an hour (SANBAN_SOAK=minutes)
#   make promises   the loads that promises are given for, on both databases, in half an hour (ARGS="--only P2"; P15 by name alone)
#   make bench      measure (see docs/reference/commands.md)
#   make frontend   bundle web/frontend again
#   make notices    the list of everything we are made of (CycloneDX), its licences and their texts, into dist/notices
#   make audit      ask the advisory service about every locked package (needs the network)
#   make lock       resolve the dependencies anew (needs the network, and uv)
#   make clean      remove what was built; the data in var/ stays

SHELL := /bin/sh
.DELETE_ON_ERROR:
.PHONY: run test check format lint types walls papers setup bench chaos soak promises notices audit frontend lock clean

BIN := .venv/bin
WORKERS ?= 2
ARGS ?=
DEMO ?=

run: .venv/.ready-to-run frontend
	@sh tools/fonts.sh
	$(BIN)/sanban demo --if-empty $(DEMO)
	$(BIN)/sanban init
	exec $(BIN)/sanban serve --work

setup: .venv/.ready-to-test frontend

test: setup
	@sh tools/browser.sh
	@sh tools/directory.sh
	@sh tools/nginx.sh
	@# another order of sets each time, and the head of the run says which
	PYTHONHASHSEED=$${PYTHONHASHSEED:-$$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')} $(BIN)/pytest -n $(WORKERS) $(ARGS)

# make -k check goes on after a failure
check: format lint types walls papers

format: setup
	$(BIN)/ruff format --check .

lint: setup
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

walls: setup
	$(BIN)/lint-imports --no-logo --no-cache

papers: setup
	$(BIN)/pytest -q tests/test_docs.py tests/test_repository.py tests/test_walls.py

bench: setup
	$(BIN)/sanban bench $(ARGS)

chaos: setup
	$(BIN)/python -m tests.chaos $(ARGS)

soak: setup
	$(BIN)/python -m tests.chaos.soak $(ARGS)

promises: setup
	$(BIN)/python -m tests.loads $(ARGS)

notices: setup
	$(BIN)/python tools/notices.py

audit: setup
	@sh tools/audit.sh

# bundles only when a source changed; the hook itself compares
frontend: .venv/.ready-to-run
	@$(BIN)/python hatch_build.py

.venv/.ready-to-run: requirements.lock pyproject.toml hatch_build.py tools/setup.sh
	@sh tools/setup.sh requirements.lock
	@touch $@

.venv/.ready-to-test: .venv/.ready-to-run requirements-dev.lock
	@sh tools/setup.sh requirements-dev.lock
	@touch $@

lock:
	sh tools/lock.sh

clean:
	rm -rf web/static/dist engine/bpmn/expressions/dist web/frontend/node_modules dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -rf .hypothesis test-results htmlcov .coverage
