PYTHON ?= python3.11
BIN := .venv/bin
INSTALLED := .venv/installed

.PHONY: run robot sdk test browsers check bench pictures lock

run: $(INSTALLED)
	@exec $(BIN)/python -m tools.run

# Somebody to talk to: a robot agent for the running demo.
robot: $(INSTALLED)
	@exec $(BIN)/python -m tools.robot $(or $(AGENT),jane)

# Vonage's Client SDK for the console, which `make run` fetches as well.
sdk: $(INSTALLED)
	@$(BIN)/python -m tools.client_sdk

test: $(INSTALLED)
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not browser"
	$(MAKE) browsers

# Sound in real time: alone, in one process.
browsers: $(INSTALLED)
	$(BIN)/python -m pytest -m browser

check: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/with_test_settings.py $(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	$(BIN)/python tools/with_test_settings.py $(BIN)/python manage.py makemigrations --check --dry-run

bench: $(INSTALLED)
	$(BIN)/python -m bench

pictures: $(INSTALLED)
	$(BIN)/python -m tools.screenshots

# Compiles requirements*.in, with hashes.
lock: $(INSTALLED)
	for name in requirements requirements-dev; do \
	  $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 \
	    --custom-compile-command "make lock" $$name.in -o $$name.txt; \
	done

$(INSTALLED): requirements-dev.txt
	test -x $(BIN)/python || $$(command -v $(PYTHON) || command -v python3) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $(INSTALLED)
