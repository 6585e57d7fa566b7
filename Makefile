# Everything sets itself up: `make demo`, `make test`. Needs python3 (3.11 or newer) and make.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
# Real pages, feeds and version histories to measure on; see docs/benchmarks.md.
DATA ?= ../shared/data
# Rooms whose tests take values and give values; `make test` runs those with crawls, servers and browsers, too.
PURE := tests/test_*.py tests/diff tests/discover tests/extract tests/schedule tests/sources tests/versions

.PHONY: install demo test quick fuzz lock audit licences test-alpha test-plugins check docs site soak bench bench-recrawl bench-real bench-extract bench-versions bench-schedule bench-warc conformance screenshots clean

install: $(STAMP)

$(STAMP): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,docs]'
	touch $(STAMP)

demo: $(STAMP)  ## archive an invented press, edit it, show search, versions, a diff
	$(BIN)/newsarchive demo

test: $(STAMP)  ## every test but the slow ones
	$(BIN)/python -m pytest -n 3 --dist loadfile -m 'not slow'

quick: $(STAMP)  ## the pure tests: no crawl, no server, no browser
	$(BIN)/python -m pytest -n 2 --dist loadfile -m 'not slow and not browser and not shared' $(PURE)

SEED ?= 333
fuzz: $(STAMP)  ## two minutes of processor time of mutations at every entrance of what strangers write; SEED=N for others
	$(BIN)/python -m tests.hostile_entrances 120 --seed $(SEED)

check: $(STAMP) site  ## style, types, docs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cog --check docs/cli.md

docs: $(STAMP)  ## write the help texts into docs/cli.md
	$(BIN)/cog -r docs/cli.md

lock: .venv-audit/bin/uv  ## pin every dependency of users with its hashes, for Python 3.11 and newer
	.venv-audit/bin/uv pip compile pyproject.toml --extra js --extra notify --extra parquet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock

audit: .venv-audit/bin/uv  ## are there known vulnerabilities in what is pinned? Exit 2 if that can't be asked
	.venv-audit/bin/python -m tests.supply_chain audit requirements.lock

licences: $(STAMP)  ## list the licences of what is pinned
	$(BIN)/python -m tests.supply_chain licences requirements.lock > docs/licences.md

.venv-audit/bin/uv:
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check uv pip-audit packaging

test-alpha: $(STAMP)  ## the browse tests on Datasette's alpha line, in an environment of its own
	test -x .venv-alpha/bin/python || $(PYTHON) -m venv .venv-alpha
	.venv-alpha/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	.venv-alpha/bin/python -m pip install --quiet --disable-pip-version-check --upgrade --pre 'datasette>=1.0a20'
	.venv-alpha/bin/python -m pytest -q -m 'not slow and not browser' tests/browse

# Widely used plugins of Datasette, none of which may break ours, nor ours them.
PLUGINS := block-robots cluster-map configure-fts copyable graphql json-html pretty-json render-markdown search-all vega

test-plugins: $(STAMP)  ## the browse tests beside ten plugins of others, in an environment of its own
	test -x .venv-plugins/bin/python || $(PYTHON) -m venv .venv-plugins
	.venv-plugins/bin/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' 'datasette<1' $(PLUGINS:%=datasette-%)
	.venv-plugins/bin/python -m pytest -q tests/browse/test_other_plugins.py

site: $(STAMP)  ## the docs as a site in build/site; a link that leads nowhere is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

soak: $(STAMP)  ## the slow tests: kills, a month of edits, thirty days of following
	$(BIN)/python -m pytest -m slow

# newsarchive as a user has it: some libraries load packages of development when they are there.
PLAIN := .venv-plain/.installed
$(PLAIN): pyproject.toml
	test -x .venv-plain/bin/python || $(PYTHON) -m venv .venv-plain
	.venv-plain/bin/python -m pip install --quiet --disable-pip-version-check -e .
	touch $(PLAIN)

bench: $(STAMP) $(PLAIN)  ## crawl against wget + trafilatura, whole processes
	BENCH_BIN=.venv-plain/bin $(BIN)/python -m tests.bench.main --data $(DATA)/extraction

bench-recrawl: $(STAMP) $(PLAIN)  ## an unchanged page against a new one
	BENCH_BIN=.venv-plain/bin $(BIN)/python -m tests.bench.recrawl --data $(DATA)/extraction

bench-real: $(STAMP) $(PLAIN)  ## real pages under their own URLs, every one checked
	BENCH_BIN=.venv-plain/bin $(BIN)/python -m tests.bench.real_pages --data $(DATA)/extraction

bench-docs: $(STAMP) $(PLAIN)  ## measure the whole road anew and write the tables of docs/benchmarks.md
	BENCH_BIN=.venv-plain/bin $(BIN)/python -m tests.bench.docs --data $(DATA)/extraction

bench-extract: $(STAMP)  ## text and metadata against other extractors
	$(BIN)/python -m tests.bench.extraction --data $(DATA)/extraction --cross-validate

bench-versions: $(STAMP)  ## edits, false alarms, diffs, identity; a story of 2,000 versions
	$(BIN)/python -m tests.bench.versions --data $(DATA)/versions
	$(BIN)/python -m tests.bench.long_story

bench-schedule: $(STAMP)  ## policies of re-checking, simulated
	$(BIN)/python -m tests.bench.schedule

bench-warc: $(STAMP)  ## writing and verifying WARC
	$(BIN)/python -m tests.bench.warc

conformance: $(STAMP)  ## our WARC files before tools that others wrote (an environment of its own)
	$(BIN)/python -m tests.bench.conformance

screenshots: $(STAMP)  ## pictures of every page of browse, for docs/
	$(BIN)/python -m tests.bench.screenshots

clean:
	rm -rf .venv .venv-alpha .venv-plain .venv-plugins build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
