# Two commands do all their own set-up: `make demo` and `make test`. They need Python 3.11 and make.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
UV := uv==0.13.9
# HASHES=no: for a mirror that builds its own wheels, whose hashes differ from those of PyPI.
HASHES ?= yes
LOCKED := $(if $(filter no,$(HASHES)),.venv/requirements.lock,requirements.lock)
READY := .venv/.ready

# Tests start commands and servers by the hundred. Were nothing compiled kept, each would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-again learn attack prove lint types crash clocks soak bench bench-desk bench-nlu bench-incidents lock audit-dependencies screenshots vendor desk-words clean

help:
	@echo "make demo         build .venv and serve a demonstration on http://127.0.0.1:8080"
	@echo "make test         every test; what this machine lacks is named and skipped"
	@echo "make test-again   those that failed, once more and one after another"
	@echo "make lint types   ruff; mypy"
	@echo "make attack       what an attacker tried, as a table: what, how often, whether it held"
	@echo "make prove        what is too long for make test, at full size: attacks, floods, kills, random chats"
	@echo "make crash        50 kill -9 under 10,000 messages, at both doors, the desk and timers, on SQLite and PostgreSQL"
	@echo "make clocks       the calendar against a clock watched minute by minute, 10,000 cases"
	@echo "make soak         Telegram at its worst: limits, pauses, lost answers, over some thousand messages"
	@echo "make bench        turns a second, latency, memory, start-up, against a bare endpoint"
	@echo "make bench-desk   the inbox of 100,000 chats, and how soon a message reaches the other side"
	@echo "make rasa         an environment for Rasa, the second provider; then rasa-train, rasa-serve, test-rasa"
	@echo "make bench-nlu    how well and how fast texts are understood, on public sets (DATA=folder) and on messages apart"
	@echo "make bench-incidents   how soon bursts of complaints are found, who belongs to them, what is a repeat (DATA=folder)"
	@echo "make learn        heads and tagger learn from the examples anew, where these have changed"
	@echo "make lock         renew requirements.lock from pyproject.toml, with hashes; HASHES=no leaves them out"
	@echo "make audit-dependencies   locked versions against published advisories, where these can be reached"

$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check $(UV)
	@sed '/--hash/d; s/ \\$$//' requirements.lock >.venv/requirements.lock
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --requirements $(LOCKED) \
	  || { echo "Where hashes differ because a mirror builds its own wheels: make $(MAKECMDGOALS) HASHES=no"; exit 1; }
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: $(READY)
	@$(BIN)/amends demo

# Killed servers and a browser have processes of their own: they would disturb their neighbours' clocks and event loops.
# Those who wait for Telegram's limits begin first. What compares durations has the machine to itself.
test: $(READY)
	@failed=0; \
	$(BIN)/python -m pytest -q -n 4 --dist loadgroup -m "not alone and not timed and not rasa" || failed=1; \
	$(BIN)/python -m pytest -q -m timed tests || failed=1; \
	$(BIN)/python -m pytest -q -n 2 --dist loadgroup -m alone tests/crash || failed=1; \
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m alone tests/browser/together tests/browser || failed=1; \
	exit $$failed

# Those that failed the last time, one after another: what fails again is broken, what passes waited for a busy machine.
test-again: $(READY)
	@$(BIN)/python -m pytest -q --last-failed --last-failed-no-failures none -m "not rasa" tests

attack: $(READY)
	@$(BIN)/python -m pytest -q -n 2 --dist loadgroup tests/attack

prove: $(READY)
	@PROVE=1 $(BIN)/python -m pytest -q -m "prove and not rasa" --timeout 7200 tests tests/attack

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python docs/lint.py

types: $(READY)
	@$(BIN)/mypy

# What hears and finds facts, learned from the examples as they are now, put where the program brings it along.
learn: $(READY)
	@$(BIN)/python -m bot.learning.shipping

crash: $(READY)
	@$(BIN)/python -m tests.crash

clocks: $(READY)
	@CLOCK_CASES=10000 $(BIN)/python -m pytest -q -n 2 tests/complaints/test_clocks.py

soak: $(READY)
	@SOAK=20 $(BIN)/python -m pytest -q tests/telegram_channel/test_soak.py

bench: $(READY)
	@$(BIN)/python -m bench

bench-nlu: $(READY)
	@$(BIN)/python -m bench.nlu $(if $(DATA),--data $(DATA))

bench-incidents: $(READY)
	@OMP_NUM_THREADS=1 $(BIN)/python -m bench.incidents $(if $(DATA),--data $(DATA))

bench-desk: $(READY)
	@$(BIN)/python -m bench.desk

screenshots: $(READY)
	@$(BIN)/python -m docs.screenshots

# The desk's scripts and styles that are not ours, as handlers/desk/vendoring.py names them. It needs npm.
vendor: $(READY)
	@$(BIN)/python -m handlers.desk.vendoring

# New texts of the desk into the .po files, where somebody translates them.
desk-words: $(READY)
	@$(BIN)/python -m handlers.desk.collect_words

# No address of any registry belongs in the file: it must serve every mirror.
lock:
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check $(UV)
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra test --no-header --no-annotate \
	  $(if $(filter no,$(HASHES)),,--generate-hashes) --no-emit-index-url --no-emit-find-links \
	  --output-file requirements.lock pyproject.toml

# The versions that are locked, against what is known of them. Where no source of advisories can be reached, it says so.
audit-dependencies: $(READY)
	@$(BIN)/python -m docs.advisories

clean:
	@rm -rf .venv .venv-rasa var build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results bench/results

include rasa/rasa.mk
