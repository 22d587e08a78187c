# Everything a newcomer runs. `make serve` and `make test` work in a fresh clone with Python 3.11+ alone;
# with Node.js 18+ the pages get their scripts as well.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SSSOM := $(VENV)/sssom/.installed
VENDOR := server/static/vendor/basemap.json
FRONTEND := $(addprefix frontend/,package.json package-lock.json .npmrc build.mjs basemap.mjs) $(wildcard frontend/src/*.* frontend/src/*/*.*)
PORT ?= 8000
HOST ?= 127.0.0.1

.PHONY: messages setup serve test bench lint format clean lock help
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 10

setup: $(STAMP) $(VENDOR) ## create .venv with the locked dependencies; bundle the front end if Node.js is there

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; '$(PYTHON)' is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

# Last in the build, so that it is there only when all is. Without Node.js, or without the registry, the pages do without.
$(VENDOR): $(FRONTEND)
	@if ! command -v npm >/dev/null || ! node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; then \
	  echo "Node.js 18+ and npm are not here: the pages will have no query editor, no map or network that moves, and no base map. Install them (Debian: nodejs npm) and run 'make setup' again." >&2; \
	elif ! { cd frontend && npm ci --silent --prefer-offline && npm run --silent build; }; then \
	  echo "The front end could not be built: the pages will have no query editor, no map or network that moves, and no base map. Run 'make setup' again to try once more." >&2; \
	fi

serve: setup ## build the graph and serve it on port 8000
	$(BIN)/kg build
	$(BIN)/kg serve --host $(HOST) --port $(PORT)

# The package that judges mapping sets brings much along; it gets an environment of its own, for the tests alone.
$(SSSOM): tests/sssom.lock | setup
	$(PYTHON) -m venv $(VENV)/sssom
	$(VENV)/sssom/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tests/sssom.lock
	@touch $(SSSOM)

test: setup $(SSSOM) ## run every test: those that measure time by themselves, the others side by side
	@[ -d tests/comunica/node_modules ] || ! command -v npm >/dev/null || npm ci --prefix tests/comunica --no-audit --no-fund || true
	$(BIN)/pytest -n auto --maxprocesses 4 --dist worksteal -m "not alone"
	$(BIN)/pytest -m alone

bench: setup ## compare with other servers, about 30 minutes (needs wrk); ARGS="--quick --write"
	$(BIN)/python -m tests.bench $(ARGS)

lint: setup ## ruff, mypy --strict, and the format of the Turtle
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/kg format --check

format: setup ## bring code and Turtle into their canonical format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/kg format

messages: setup ## renew the catalogues of the words of the pages; compile those with translations
	$(BIN)/pybabel -q extract -F server/translations/babel.cfg -k lazy_gettext --no-location --sort-output --no-wrap --project karabakh-conflict-graph --version 0 --copyright-holder "the project" --msgid-bugs-address "" -o server/translations/messages.pot .
	$(BIN)/pybabel -q update -i server/translations/messages.pot -d server/translations --no-fuzzy-matching --no-wrap --ignore-obsolete
	$(BIN)/python -c "from server.languages import compile_translated; compile_translated()"

lock: ## renew requirements.lock (needs uv)
	uv pip compile --universal --python-version 3.11 --extra dev --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements.lock

clean: ## remove the build and the environment
	rm -rf build $(VENV) frontend/node_modules server/static/vendor .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
