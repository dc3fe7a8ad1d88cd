# The main jobs. `make help` lists them. Needs python3 (3.11 or newer, with venv), make and a package index.
PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
RAW    ?= data/raw
STUDY  ?= $(if $(filter data/raw,$(RAW)),study,study-$(basename $(notdir $(patsubst %/,%,$(RAW)))))
ARGS   ?=
EXTRAS := notebooks train cluster docx dev browser
export UV_COMPILE_BYTECODE := 1
export UV_LINK_MODE := copy

.DEFAULT_GOAL := help
.PHONY: help env run test lint types notebooks lab bench lock test-browser validate clean

help: ## list what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(VENV)/.ready ## make the environment (.venv) from the hashed lock

# uv is a fast installer; where its index is not reachable, pip with its own settings does the same from the same lock.
$(VENV)/.ready: requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "python3 is %d.%d; 3.11 or newer is needed: make PYTHON=python3.11 …" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
	$(PY) -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements-uv.lock
	$(PY) -m uv pip install --quiet --python $(PY) --require-hashes -r requirements.lock \
	  || $(PY) -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements.lock
	$(PY) -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable . \
	  || $(PY) -m pip --disable-pip-version-check install --quiet --no-deps --editable .
	@$(PY) -c 'from analysis.attribution import compiled; compiled.keep()' || echo 'no machine code could be made: NumPy reads everything'
	@touch $@

run: env ## run the study: make run, or make run RAW=folder STUDY=where
	$(PY) -m analysis run "$(RAW)" --out "$(STUDY)" $(ARGS)

test: env lint types ## everything that must hold
	$(PY) -m pytest --cov=analysis --cov-report=term:skip-covered --cov-fail-under=90 $(ARGS)
	$(PY) -m analysis.notebooks --check
	@if command -v chromium >/dev/null || command -v chromium-browser >/dev/null; then $(MAKE) --no-print-directory test-browser ARGS=; \
	  else echo "in the browser: skipped, no Chromium here (make test-browser installs it where it can)"; fi

# Installed where that is possible without a question; where it is not, the tests say so and are skipped.
test-browser: env ## every notebook and page in JupyterLab and Chromium (installs chromium where it can)
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
	  || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get install -qq -y chromium >/dev/null; } \
	  || echo "no Chromium here and it could not be installed: sudo apt-get install chromium"
	ANALYSIS_BROWSER=1 $(PY) -m pytest tests/browser $(ARGS)

lint: env ## ruff and the floors of the house
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports

types: env ## the type checker
	$(VENV)/bin/mypy

notebooks: env ## execute every notebook from an empty kernel; its page goes into the study (made when it is not there)
	@test -f "$(STUDY)/run.json" || $(PY) -m analysis run "$(RAW)" --out "$(STUDY)"
	$(PY) -m analysis.notebooks --study "$(STUDY)"

lab: env ## JupyterLab on the notebooks
	$(VENV)/bin/jupyter lab notebooks/00_read_me_first.ipynb

bench: env ## speed, as ratios measured in one run
	$(PY) -m tests.bench $(ARGS)

validate: env ## every instrument against hand-coded news → docs/validation.md
	$(PY) -m analysis validate $(ARGS)

lock: env ## resolve the lock again
	$(PY) -m uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  $(foreach extra,$(EXTRAS),--extra $(extra)) pyproject.toml --output-file requirements.lock

clean: ## remove the environment and what was made
	rm -rf $(VENV) study study-* .pytest_cache .ruff_cache .mypy_cache .hypothesis .import_linter_cache .coverage build whose_words.egg-info
