# `make demo` shows what the project does, `make test` proves it. PYTHON=python3.12 chooses another Python.

PYTHON ?= python3
VENV := .venv
VENV_CORE_44 := .venv-core-44
BIN := $(VENV)/bin
PERIOD ?= 2026-11

.DEFAULT_GOAL := help
.PHONY: help install demo test test-browser test-core-44 check bench notebooks format clean

help: ## List these commands
	@sed -n 's/^\([a-z0-9-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

install: $(VENV)/.installed ## Make the environment (.venv), once per change of pyproject.toml

demo: install ## Print the entitlements of the households of examples/
	@for file in examples/*.json; do \
		printf '\n%s\n\n' "$$file"; \
		$(BIN)/dept-rules calculate "$$file" --period $(PERIOD) || exit 1; \
	done

test: install ## Run the whole suite
	$(BIN)/pytest -n logical

test-core-44: $(VENV_CORE_44)/.installed ## Run the suite on the oldest openfisca-core supported
	$(VENV_CORE_44)/bin/pytest -n logical -m "not long and not browser"

test-browser: $(VENV)/.browser ## Run the tests of the calculators in Chromium, and install it if need be
	$(BIN)/pytest -n logical -m browser tests/browser

check: install ## Check style, types, layers and the rules of the house
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/yamllint --strict .
	$(BIN)/lint-imports
	$(BIN)/towncrier build --draft --version next > /dev/null
	$(BIN)/pytest tests/dept_rules/test_law_style.py

bench: install ## Measure what the README promises, and write its table (minutes)
	$(BIN)/python bench/all.py

notebooks: install ## Run the notebooks of examples/ again, and keep what they give
	$(BIN)/jupyter-execute --inplace examples/*.ipynb

format: install ## Lay the code out
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

clean: ## Remove what these commands made
	rm -rf $(VENV) $(VENV_CORE_44) build dist *.egg-info .hypothesis .*_cache

$(VENV_CORE_44)/.installed: CORE := openfisca-core==44.7.1

$(VENV)/.browser: $(VENV)/.installed
	@command -v chromium > /dev/null || { \
		as_root=$$(test "$$(id -u)" = 0 || echo sudo); \
		$$as_root apt-get update -qq && \
		$$as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core > /dev/null; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[browser]'
	@touch $@

%/.installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Python 3.11 or later is needed: make PYTHON=/path/to/python3"; exit 1; }
	@test -x $*/bin/pip || $(PYTHON) -m venv --clear $* > /dev/null || { \
		rm -rf $*; \
		echo "$(PYTHON) cannot make an environment; on Debian: apt install python3-venv"; exit 1; }
	@echo "Installing into $* (a minute or two, once)…"
	@$*/bin/pip install --quiet --disable-pip-version-check --editable '.[dev]' $(CORE)
	@touch $@
