# Everything starts here: `make help` lists what can be done.
# Each target sets up what it needs in .venv/ and finishes without a manual step.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
PEERS := build/peers
SERVED := build/served
PIP := $(BIN)/python -m pip --disable-pip-version-check --require-virtualenv

# pip compiles nothing here: what is imported, a tenth of it, is compiled then. Where that may not be
# kept, each process would do so again, for twenty seconds.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check check-web wheel bench clean browser

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 19

run: $(VENV)/.installed ## Set everything up and serve the chat page (PORT=8000 HOST=127.0.0.1)
	$(BIN)/faqbot serve --host $(HOST) --port $(PORT)

# Two processes with one thread each: torch's threads in several processes wait for one another. Files
# stay in order, so that those which share a server follow one another.
test: $(VENV)/.installed-dev browser ## Set everything up and run all tests (ARGS='-k store' for some)
	FAQBOT_INDEX_DIR=.pytest_cache/d/faqbot-index $(BIN)/faqbot index build
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --forbid-skips $(ARGS)

check: $(VENV)/.installed-dev ## Check format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

check-web: ## Check format, lint, types and unit tests of web/ (needs Node 20 or later and npm)
	@node -e 'process.exit(parseInt(process.version.slice(1)) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null || \
	  { echo "make check-web needs Node 20 or later and npm (on Debian: apt install nodejs npm)." \
	    "They are tools for developing web/ only: faqbot itself runs without." >&2; exit 1; }
	npm ci --prefix web
	npm run check --prefix web

# Both lists are of an environment that holds what serving takes, and nothing else.
wheel: $(VENV)/.installed-dev ## Build the wheel, its SBOM (CycloneDX) and its list of licences into dist/
	rm -rf dist $(SERVED)
	$(PIP) wheel --no-deps --wheel-dir dist .
	$(PYTHON) -m venv $(SERVED)
	$(SERVED)/bin/python -m pip install --no-compile --no-deps --require-hashes --requirement deploy/requirements-serve.txt
	$(SERVED)/bin/python -m pip install --no-compile --no-deps dist/*.whl
	$(BIN)/cyclonedx-py environment --output-reproducible --pyproject pyproject.toml \
	  --output-file dist/faqbot.cdx.json $(SERVED)/bin/python
	$(BIN)/pip-licenses --python=$(SERVED)/bin/python --with-system --from=mixed --format=markdown \
	  --output-file=dist/LICENCES.md

bench: $(VENV)/.installed-dev ## Measure speed and memory, beside peers (20 minutes; ARGS='--quick', ARGS='http growth')
	@$(MAKE) --no-print-directory $(PEERS)/.installed || echo "The report will name the peers that are missing." >&2
	$(BIN)/faqbot index build
	$(BIN)/python eval/benchmarks/bench.py --peers $(PEERS)/bin/python $(ARGS)

$(PEERS)/.installed: eval/benchmarks/peers/requirements.txt constraints.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip --disable-pip-version-check install --constraint constraints.txt --requirement $<
	@touch $@

clean: ## Remove what was installed and built here (not your data, not the model's cache)
	rm -rf $(VENV) build dist web/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find indexes -mindepth 1 -maxdepth 1 -type d -exec rm -rf {} +

# A Chromium, a Firefox and an nginx for the tests; the only step that may need root.
browser: $(VENV)/.installed-dev
	@.ci/install-for-tests $(BIN)/python

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "faqbot needs Python 3.11 or later: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || \
	  { echo "Python's venv module is missing (on Debian: apt install python3-venv)" >&2; exit 1; }
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --upgrade pip
	$(PIP) install --no-compile --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.created pyproject.toml constraints.txt
	$(PIP) install --constraint constraints.txt --upgrade pip
	$(PIP) install --no-compile --constraint constraints.txt --editable '.[dev]'
	@touch $(VENV)/.installed $@
