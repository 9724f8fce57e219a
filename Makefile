# Everything runs from .venv, which tools/setup.sh makes and keeps as the lock says: each target that needs it calls
# that script first, and a set-up that still holds costs a few milliseconds.
#
# PYTHON=python3.12 picks the interpreter. ARGS passes options on: make test ARGS="-k queue".

SHELL = /bin/sh
.DEFAULT_GOAL = help
.NOTPARALLEL:
.PHONY: help nightly ui test check lint lock clean setup-run setup-dev

bin = .venv/bin
fast_tests = tests/unit tests/contract tests/architecture

help: ## say what can be made
	@echo "Tidewaiter: nightly trade risk scoring, from advance data to targeting queues."
	@echo
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' Makefile | awk -F '|' '{ printf "%-16s%s\n", $$1, $$2 }'

nightly: setup-run ## set up, run the sample night and show the head of a queue
	@$(bin)/tidewaiter sample $(ARGS)

ui: setup-run ## open Dagster with the sample night's history
	@$(bin)/tidewaiter ui $(ARGS)

# Two processes, a file of tests to one of them: most of a night is work of one core.
test: setup-dev ## set up and run every test
	@$(bin)/pytest -n 2 --dist loadfile $(ARGS)

check: lint ## lint, types and the fast tests: what to run before a commit
	@$(bin)/pytest $(fast_tests) $(ARGS)

lint: setup-dev ## lint, layout and types only
	@$(bin)/ruff check .
	@$(bin)/ruff format --check .
	@$(bin)/mypy

# Pins that still fit are kept; ARGS=--upgrade or ARGS="--upgrade-package polars" moves them.
compile = UV_CUSTOM_COMPILE_COMMAND="make lock" $(bin)/uv pip compile --no-config --quiet --universal \
	--python-version 3.11 --fork-strategy fewest --no-strip-extras --generate-hashes \
	--no-emit-index-url --no-emit-find-links $(ARGS)

lock: setup-dev ## write the locks from requirements.in and requirements-dev.in
	@$(compile) requirements.in --output-file requirements.lock
	@$(compile) requirements-dev.in --output-file requirements-dev.lock
	@echo "Locked. The next target that needs .venv installs what changed."

clean: ## remove .venv and what the tools leave; data/ stays
	rm -rf .venv build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup-run:
	@sh tools/setup.sh run

setup-dev:
	@sh tools/setup.sh dev
