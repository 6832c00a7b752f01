# Everything a checkout can do. `make demo` and `make test` need Python 3.10+ and make only:
# scripts/setup puts the rest into .venv and .state, and does nothing where nothing is missing.

# Inside Neovim's own terminal $NVIM is the address of a socket, so only `make NVIM=…` counts.
ifeq ($(origin NVIM),command line)
export IPYNB_NVIM := $(NVIM)
endif
unexport NVIM
ifdef PYTHON
export IPYNB_PYTHON := $(PYTHON)
endif
SEQUENCES ?= 5000
PYTEST = .venv/bin/python scripts/run_tests.py
# What to hand to pytest, e.g. make test ARGS='-k undo -x'
ARGS ?=

.PHONY: help demo test test-nvim differential bench lint typecheck format docs screenshots setup clean
.DEFAULT_GOAL := help

help: ## shows this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

demo: ## opens a copy of examples/demo.ipynb in a Neovim of its own
	@scripts/setup run
	@.venv/bin/python scripts/demo.py

test: ## runs all tests (ARGS='-k undo' for some)
	@scripts/setup test
	@$(PYTEST) $(ARGS)

test-nvim: ## the same on another Neovim: make test-nvim NVIM=/path/to/nvim
ifndef IPYNB_NVIM
	@echo 'make test-nvim: say which Neovim: make test-nvim NVIM=/path/to/nvim' >&2; exit 2
endif
	@scripts/setup test
	@$(PYTEST) $(ARGS)

differential: ## plays thousands of random sequences in cells and on cells (SEQUENCES=5000)
	@scripts/setup test
	@IPYNB_DIFF_SEQUENCES=$(SEQUENCES) IPYNB_CELL_SEQUENCES=$(SEQUENCES) $(PYTEST) -k differential $(ARGS)

bench: ## measures, prints a table, writes bench/results/*.json
	@scripts/setup test
	@.venv/bin/python scripts/run_bench.py $(ARGS)

lint: ## ruff, StyLua, luacheck, and whether the generated docs are up to date
	@scripts/setup lint
	@scripts/lint

typecheck: ## basedpyright, strict below the adapter
	@scripts/setup lint
	@.venv/bin/basedpyright

format: ## formats Python and Lua, mends what ruff can mend
	@scripts/setup lint
	@scripts/lint --fix

docs: ## writes the parts of README and :help that come from lua/ipynb/config/init.lua
	@scripts/setup run
	@.venv/bin/python scripts/gen_docs.py

screenshots: ## makes the pictures of the README, doc/pictures/*.svg
	@scripts/setup test
	@.venv/bin/python scripts/screenshots.py $(ARGS)

setup: ## set-up only, for tests, lint and demo
	@scripts/setup run test lint

clean: ## removes .venv and everything that was made
	rm -rf .venv .state .pytest_cache .ruff_cache .hypothesis bench/results
