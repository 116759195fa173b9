# Two commands do everything: `make` for the data and the notebooks, `make test` for the tests. `make help` lists the rest.

# The interpreter that .venv is made from, once: `make PYTHON=python3.12` (`make clean` first to change it).
PYTHON ?= python3
# How many processes the tests run in.
WORKERS ?= 2
UV ?= uv

# Jupyter refuses to run as root, which is who one is in most containers, unless told.
AS_ROOT = $(if $(filter 0,$(shell id -u)),--allow-root)

VENV := .venv
BIN := $(VENV)/bin
LOCKED := $(VENV)/.locked
READY := $(VENV)/.ready
BENCH := $(VENV)/.bench
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet

# What a notebook prints and draws must not depend on the shell, IPython and matplotlib settings of who runs it.
export PYTHONHASHSEED := 0
export IPYTHONDIR := $(CURDIR)/$(VENV)/ipython
export MPLCONFIGDIR := $(CURDIR)/$(VENV)/matplotlib
unexport MPLBACKEND

.DEFAULT_GOAL := all
.PHONY: all test quick lab bench panel lock clean help

all: $(READY)  ## (default) build data/clean from data/raw, execute every notebook in place, those in Chinese into notebooks-zh, write docs/data-paper.md
	$(BIN)/python -m mingzhang build --raw data/raw --clean data/clean
	$(BIN)/python tools/run_notebooks.py
	$(BIN)/python tools/run_notebooks.py --lang zh
	$(BIN)/python tools/data_paper.py

test: $(READY)  ## linter, type checker, tests, and the notebooks' committed outputs against fresh ones
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --nbval --nbval-kernel-name=python3 tests notebooks

quick: $(READY)  ## linter, type checker and the quick tests: the inner loop
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/python -m pytest -q -n $(WORKERS) -m "not slow" tests

lab: $(READY)  ## open JupyterLab
	$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/notebooks/00-start-here.ipynb $(AS_ROOT)

bench: $(READY) $(BENCH)  ## accuracy beside other extractors, seconds and memory: data/bench, for notebook 06 (an hour; takes Java)
	$(BIN)/python tools/bench.py
	$(BIN)/python tools/bench_accuracy.py
	$(BIN)/python tools/bench_stages.py
	$(BIN)/python tools/bench_corpus.py

panel: $(READY)  ## write data/panel, figures of published PDFs, for notebook 07 (where PDFs stand in ../shared/real; else left as it is)
	$(BIN)/python tools/panel.py

lock:  ## write the lock files anew from pyproject.toml (takes uv: pip install uv)
	$(UV) --no-config pip compile pyproject.toml --extra dev --universal --python-version 3.11 --fork-strategy fewest \
		--generate-hashes --custom-compile-command "make lock" --quiet --output-file requirements.lock
	$(UV) --no-config pip compile pyproject.toml --extra bench --constraints requirements.lock --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --custom-compile-command "make lock" --quiet --output-file requirements-bench.lock

clean:  ## remove the environment and the caches (never data or notebooks)
	rm -rf $(VENV) build dist lib/*.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find lib tests tools -name __pycache__ -prune -exec rm -rf {} +

help:  ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-6s %s\n", $$1, $$2 }' Makefile

# Every package at its locked version, checked by hash; the setuptools among them builds the editable install.
$(LOCKED): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, $(PYTHON) is " + sys.version.split()[0] + "; try: make PYTHON=python3.12")'
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --no-compile --require-hashes -r requirements.lock
	@touch $@

$(READY): $(LOCKED) pyproject.toml
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# The extractors that the benchmark measures beside are no part of the environment that the project runs in.
$(BENCH): requirements-bench.lock $(LOCKED)
	$(PIP) install --no-compile --require-hashes -r requirements-bench.lock
	@touch $@
