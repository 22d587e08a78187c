# Everything a newcomer runs. `make serve` and `make test` work in a fresh clone with Python 3.11+ alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PORT ?= 8000
HOST ?= 127.0.0.1

.PHONY: setup serve test bench lint format clean lock help
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

setup: $(STAMP) ## create .venv with the locked dependencies

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

serve: setup ## build the graph and serve it on port 8000
	$(BIN)/kg build
	$(BIN)/kg serve --host $(HOST) --port $(PORT)

test: setup ## run every test: those that measure time by themselves, the others side by side
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal -m "not alone"
	$(BIN)/pytest -m alone

bench: setup ## time the build and the queries
	$(BIN)/python -m tests.bench

lint: setup ## ruff, mypy --strict, and the format of the Turtle
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/kg format --check

format: setup ## bring code and Turtle into their canonical format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/kg format

lock: ## renew requirements.lock (needs uv)
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements.lock

clean: ## remove the build and the environment
	rm -rf build $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
