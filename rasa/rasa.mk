# Rasa, the second provider: an environment of its own, a model from the playbook's examples, a server on loopback.

RASA_BIN := .venv-rasa/bin
RASA_READY := .venv-rasa/.ready
RASA_CONFIG ?= diet
RASA_PLAYBOOK ?= shop
RASA_PORT ?= 5005
RASA_QUIET := RASA_TELEMETRY_ENABLED=false SQLALCHEMY_SILENCE_UBER_WARNING=1 TF_CPP_MIN_LOG_LEVEL=3
# The first Python 3.10 that runs: a version switcher's stand-in on the PATH may be there and say only that it is not.
RASA_PYTHON ?= $(shell for one in python3.10 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.10*/bin/python3.10 \
  /opt/*/bin/python3.10 /usr/local/bin/python3.10; do "$$one" -c "" 2>/dev/null && command -v "$$one" && break; done)

.PHONY: rasa rasa-train rasa-serve rasa-lock test-rasa bench-nlu-rasa

rasa: $(RASA_READY)

$(RASA_READY): rasa/requirements.lock | $(READY)
	@test -n "$(RASA_PYTHON)" || { echo "Rasa 3.6 runs on Python 3.10 only, and none was found. Install it" \
	  "(uv python install 3.10, pyenv install 3.10), or say where it is: make rasa RASA_PYTHON=/path/to/python3.10"; exit 1; }
	@test -x $(RASA_BIN)/python || $(BIN)/uv venv --quiet --python "$(RASA_PYTHON)" .venv-rasa
	@$(BIN)/uv pip install --quiet --python $(RASA_BIN)/python --no-deps --requirements rasa/requirements.lock
	@touch $@

# Rasa is run from the project it is to read, so that nothing of ours is on its path.
rasa-train: $(RASA_READY)
	@$(BIN)/python rasa/project.py var/rasa --playbook "$(RASA_PLAYBOOK)" --config $(RASA_CONFIG)
	@cd var/rasa && $(RASA_QUIET) $(CURDIR)/$(RASA_BIN)/rasa train nlu --config config.yml --domain domain.yml \
	  --nlu data --out models --fixed-model-name $(RASA_CONFIG)

rasa-serve: $(RASA_READY)
	@test -d var/rasa/models || { echo "There is no model yet: make rasa-train"; exit 1; }
	@cd var/rasa && $(RASA_QUIET) exec $(CURDIR)/$(RASA_BIN)/rasa run --enable-api --model models \
	  --interface 127.0.0.1 --port $(RASA_PORT)

# Without --override, uv would ask for the tensorflow that brings the parts for graphics cards.
rasa-lock: $(READY)
	@$(BIN)/uv pip compile --quiet --upgrade --python-version 3.10 --override rasa/overrides.txt --no-header \
	  --no-annotate --no-emit-index-url --no-emit-find-links --output-file rasa/requirements.lock rasa/requirements.in

test-rasa: $(RASA_READY)
	@$(BIN)/python -m pytest -q -m rasa tests/rasa

bench-nlu-rasa: $(RASA_READY)
	@$(BIN)/python -m bench.nlu_rasa
