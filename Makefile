# Two commands do all their own set-up: `make demo` and `make test`. They need Python 3.11 and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
READY := .venv/.ready

# Tests start commands and servers by the hundred. Were nothing compiled kept, each would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test lint types crash clocks soak bench bench-desk bench-nlu lock screenshots vendor desk-words clean

help:
	@echo "make demo         build .venv and serve a demonstration on http://127.0.0.1:8080"
	@echo "make test         every test; what this machine lacks is named and skipped"
	@echo "make lint types   ruff; mypy"
	@echo "make crash        50 kill -9 under 10,000 messages, at both doors, the desk and timers, on SQLite and PostgreSQL"
	@echo "make clocks       the calendar against a clock watched minute by minute, 10,000 cases"
	@echo "make soak         Telegram at its worst: limits, pauses, lost answers, over some thousand messages"
	@echo "make bench        turns a second, latency, memory, start-up, against a bare endpoint"
	@echo "make bench-desk   the inbox of 100,000 chats, and how soon a message reaches the other side"
	@echo "make rasa         an environment for Rasa, the second provider; then rasa-train, rasa-serve, test-rasa"
	@echo "make bench-nlu    how well and how fast texts are understood, on public sets and on messages written apart"
	@echo "make lock         renew requirements.lock from pyproject.toml"

$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -qq --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --requirements requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: $(READY)
	@$(BIN)/amends demo

# Killed servers and a browser have processes of their own: they would disturb their neighbours' clocks and event loops.
# Those who wait for Telegram's limits begin first.
test: $(READY)
	@failed=0; \
	$(BIN)/python -m pytest -q -n 4 --dist loadgroup -m "not alone and not rasa" || failed=1; \
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m alone tests/crash || failed=1; \
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m alone tests/browser/together tests/browser || failed=1; \
	exit $$failed

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python docs/lint.py

types: $(READY)
	@$(BIN)/mypy

crash: $(READY)
	@$(BIN)/python -m tests.crash

clocks: $(READY)
	@CLOCK_CASES=10000 $(BIN)/python -m pytest -q -n 2 tests/complaints/test_clocks.py

soak: $(READY)
	@SOAK=20 $(BIN)/python -m pytest -q tests/telegram_channel/test_soak.py

bench: $(READY)
	@$(BIN)/python -m bench

bench-nlu: $(READY)
	@$(BIN)/python -m bench.nlu

bench-desk: $(READY)
	@$(BIN)/python -m bench.desk

screenshots: $(READY)
	@$(BIN)/python -m docs.screenshots

# The desk's scripts and styles that are not ours, as handlers/desk/vendoring.py names them. It needs npm.
vendor: $(READY)
	@$(BIN)/python -m handlers.desk.vendoring

# New texts of the desk into the .po files, where somebody translates them.
desk-words: $(READY)
	@$(BIN)/python -m handlers.desk.collecting

# No address of any registry belongs in the file: it must serve every mirror.
lock:
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install -qq --disable-pip-version-check uv
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra test --no-header --no-annotate \
	  --no-emit-index-url --no-emit-find-links --output-file requirements.lock pyproject.toml

clean:
	@rm -rf .venv .venv-rasa var build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results bench/results

include rasa/rasa.mk
