# Two commands matter: `make run` and `make test`. Both set up everything they need, and say what they do.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
LOCK := --require-hashes --no-deps

.PHONY: run test check setup setup-dev system-dev format lint types story look pictures lock clean release

run: setup ## set up and start a house and a hub on this machine
	@$(BIN)/python -m nasij up $(ARGS)

test: setup-dev system-dev ## set up and pass all tests, browser tests included
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: setup-dev ## the fast loop: format, lint, types, shape of the code, unit tests, docs
	@$(BIN)/ruff format --check -q src tests && $(BIN)/ruff check -q src tests && $(BIN)/mypy
	@$(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser and not slow" $(ARGS)

setup: $(VENV)/ready ## the environment that `make run` needs

setup-dev: $(VENV)/ready-dev ## what the tests need besides

$(VENV)/python-ready:
	@echo "nasij: making an environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "nasij needs Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "nasij: installing python3-venv"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null && \
	    rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); \
	  else \
	    echo "Python's venv is missing. On Debian: sudo apt-get install python3-venv" >&2; exit 1; \
	  fi; }
	@touch $@

$(VENV)/ready: requirements.txt $(VENV)/python-ready
	@echo "nasij: installing the libraries it stands on, each checked against its hash"
	@$(PIP) install --progress-bar on -q $(LOCK) -r requirements.txt
	@echo "$(CURDIR)/src" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/nasij.pth"
	@printf '#!/bin/sh\nexec "%s" -m nasij "$$@"\n' "$(CURDIR)/$(BIN)/python" > $(BIN)/nasij && chmod +x $(BIN)/nasij
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/ready
	@echo "nasij: installing what the tests need"
	@$(PIP) install -q $(LOCK) -r requirements-dev.txt
	@touch $@

system-dev: ## Chromium, an Arabic font and msgfmt, where they may be installed
	@missing=""; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v msgfmt >/dev/null || missing="$$missing gettext"; \
	fc-list 2>/dev/null | grep -q "Noto Sans Arabic" || missing="$$missing fonts-noto-core"; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "nasij: installing$$missing"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null \
	      || echo "nasij: COULD NOT INSTALL$$missing: the tests that need it will be SKIPPED" >&2; \
	  else \
	    echo "nasij: MISSING$$missing: the tests that need it will be SKIPPED. On Debian: sudo apt-get install$$missing" >&2; \
	  fi; \
	fi

format: setup-dev ## rewrite the layout of the code
	@$(BIN)/ruff format src tests && $(BIN)/ruff check --fix src tests

story: setup-dev ## one story: make story NAME=removal
	@$(BIN)/python -m pytest tests/test_stories.py -k "$(NAME)"

look: setup ## every page with sample values, as files to look at
	@$(BIN)/python -m nasij.web.sketchbook build/sketchbook && echo build/sketchbook

pictures: setup-dev system-dev ## the README's pictures, taken anew out of the sample network
	@$(BIN)/python -m tests.pictures docs/pictures

lock: setup-dev ## pin the libraries anew, with hashes
	@$(PIP) install -q uv
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.txt

clean: ## remove what was set up here (never a data folder)
	@rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis

release: check test ## what must hold before a release
	@$(BIN)/python -m nasij version
