# Two commands matter: `make run` and `make test`. Both do all the set-up themselves.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
.DEFAULT_GOAL := help

help:            ## what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: $(VENV)/.installed       ## set up, then crawl the bundled demo web twice
	$(BIN)/jianbao demo

test: $(VENV)/.dev            ## set up, then lint, types, import contracts, docs and all tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

format: $(VENV)/.dev          ## let ruff put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench-crawl: $(VENV)/.bench   ## the main job on real pages, twice, with their scores (needs the corpus)
	$(BIN)/python bench/replica.py

bench-extract: $(VENV)/.bench ## extraction of real pages beside its peers, with its targets (needs the corpus)
	$(BIN)/python bench/extract.py

bench-text: $(VENV)/.bench    ## decoding and repair beside their peers, with their targets (needs the corpus)
	$(BIN)/python bench/text.py

fuzz-text: $(VENV)/.dev       ## ten minutes of hostile pages by the whole way
	$(BIN)/python bench/fuzz.py --minutes 10

bench-schedules: $(VENV)/.installed ## when sources are looked at, beside four other policies at the same number of requests
	$(BIN)/python bench/schedules.py

bench-watch: $(VENV)/.installed ## fifty sites of the lab for a month of virtual time, held against the truth
	$(BIN)/python bench/watch.py

bench-fetching: $(VENV)/.installed ## processor time of a fetched page and of a list, beside Scrapy's defaults
	$(BIN)/python bench/fetching.py

bench-hostile: $(VENV)/.installed ## a hundred hostile servers, each against a crawl with five sound sites
	$(BIN)/python bench/attacks.py

bench-stories: $(VENV)/.bench  ## a stream of copies and lookalikes grouped into stories, beside three peers; targets and growth
	$(BIN)/python bench/stories.py

bench-archive: $(VENV)/.bench  ## search over 100,000 articles and captures beside their peers, with their targets (needs ten minutes)
	$(BIN)/python bench/captures.py; met=$$?; $(BIN)/python bench/searching.py && exit $$met

bench-whole: $(VENV)/.bench    ## a crawl from the request to the index of search, beside Scrapy with trafilatura and SQLite
	$(BIN)/python bench/whole.py

bench-export: $(VENV)/.dev     ## every export and the report over 1,000 and 50,000 articles: time, memory, size (needs ten minutes)
	$(BIN)/python bench/exporting.py

bench-reread: $(VENV)/.installed ## 10,000 stored pages read again, killed 20 times on the way and compared, with its target
	$(BIN)/python bench/reread.py

bench-start: $(VENV)/.installed ## what the start of a command costs beside a bare interpreter's
	$(BIN)/python bench/start.py

COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
           --no-emit-index-url --no-emit-find-links --extra postgres --group install $(LOCK_OPTIONS) pyproject.toml

lock:            ## resolve the locked requirements anew (needs uv)
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock -o requirements-dev.lock
	$(COMPILE) --group bench --constraint requirements.lock -o requirements-bench.lock

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("jianbao needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 $(MAKECMDGOALS)") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing jianbao and what it needs into $(VENV) (once, about a minute)"
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.installed
	$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.installed
	$(INSTALL) --no-deps --require-hashes -r requirements-bench.lock
	@# magic-html's package asks for Python 3.12 although the code runs on 3.11 (measured with 0.1.8)
	$(BIN)/python -c 'import magic_html' 2>/dev/null || \
	  { $(INSTALL) numpy py-asciimath && $(INSTALL) --no-deps --ignore-requires-python magic-html==0.1.8; }
	@touch $@

clean:           ## remove the environment and all caches; data stays
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help run test format lock clean bench-whole bench-archive bench-export bench-stories bench-crawl bench-extract bench-text fuzz-text bench-schedules bench-start bench-watch bench-fetching bench-hostile
