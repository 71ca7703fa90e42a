# Everything a newcomer types. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
LOCK := $(shell cat requirements.txt requirements-dev.txt benchmarks/requirements.txt | sha256sum | cut -c1-16)
STAMP := .venv/.installed-$(LOCK)
RUN := .venv/bin/python
MANAGE := $(RUN) manage.py
OWNER := DB_ROLE=owner $(MANAGE)
DEVSTACK := $(PYTHON) -m devstack

# What is given on make's command line (SCALE="seats=2", DETACH=1, …) reaches every command by itself.
export PYTHONUNBUFFERED := 1

# No process of ours, no browser, nothing that is tried a thousand times over.
FAST := not slow and not faults and not system and not browser and not screenshots and not rates

# Where the benchmarks go: the site of `make up`, or SITE=http://….
BENCH = DB_ROLE=owner $(RUN) -m benchmarks
BENCH_SITE = $(if $(SITE),--site "$(SITE)")
BENCH_CSV = $(if $(CATALOGUE),--catalogue "$(CATALOGUE)") $(if $(DEMAND),--demand "$(DEMAND)")
BENCH_JSON = $(if $(JSON),--json "$(JSON)")

.PHONY: help demo test test-fast lint format check up down logs status reset surge faults races bench live-bench \
  pages-bench services browser screenshots translations venv running

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: venv ## 500 students register, everything shown; the site stays up (DETACH=1: ends instead)
	@$(RUN) scripts/demo

test: venv services browser ## All tests against real servers (ARGS="-k seats")
	@$(RUN) -m pytest $(ARGS)

test-fast: venv services ## The quick tests: no processes of ours, no browser, no faults, no races
	@$(RUN) -m pytest -m "$(FAST)" $(ARGS)

lint: venv ## Format, lint, types, import contracts; needs no servers
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: venv ## Put the sources in their form, and mend what can be mended without thought
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format .

check: lint services ## Lint, then translations, migrations, deployment settings
	@$(RUN) -m devstack translations --check
	@$(MANAGE) makemigrations --check --dry-run
	@DEBUG=off HTTPS=on ALLOWED_HOSTS=registration.example \
	  SITE_URL=https://registration.example CAMPUS_TIME_ZONE=Europe/London $(MANAGE) check --deploy --fail-level WARNING

up: venv services ## Start the site and all pools (SCALE="seats=2 decide=3": how many of each)
	@$(OWNER) migrate --no-input
	@$(DEVSTACK) processes up

down: ## Stop everything, by process id
	@$(DEVSTACK) processes down
	@$(DEVSTACK) down

logs: ## Follow the logs of all processes
	@$(DEVSTACK) processes logs

status: ## What runs
	@$(DEVSTACK) status || true
	@$(DEVSTACK) processes status || true

reset: ## End everything and delete .run: database, mail, secrets, logs
	@$(DEVSTACK) reset

surge: $(if $(SITE),venv,running) ## Registration day (STUDENTS=10000 OVER=60 CATALOGUE=file DEMAND=file JSON=file SITE=http://…)
	@$(BENCH) surge --students $(or $(STUDENTS),10000) --over $(or $(OVER),60) $(BENCH_CSV) $(BENCH_JSON) $(BENCH_SITE)

faults: venv services ## The crash and fault tests at 2,000 students (FAULT_STUDENTS=5000)
	@FAULT_STUDENTS=$(or $(FAULT_STUDENTS),2000) $(RUN) -m pytest -m faults -n 0 --timeout 1800 $(ARGS)

races: venv services ## The races in all their rounds, and more generated requests
	@ROUNDS=all $(RUN) -m pytest -m slow --timeout 900 $(ARGS)

bench: $(if $(SITE),venv,running) ## Cost from 1,000 to 20,000 students, as a table and a picture
	@$(BENCH) sizes $(BENCH_CSV) $(BENCH_SITE)

live-bench: $(if $(SITE),venv,running) ## Open pages that receive live updates (CONNECTIONS=10000 …)
	@$(BENCH) live --connections $(or $(CONNECTIONS),10000) --over $(or $(OVER),60) \
	  $(if $(STUDENTS),--students $(STUDENTS)) $(if $(STORMS),--storms $(STORMS)) $(BENCH_CSV) $(BENCH_JSON) $(BENCH_SITE)

pages-bench: $(if $(SITE),venv,running) ## How long each page of a student takes (TIMES=100)
	@$(BENCH) pages --times $(or $(TIMES),100) $(BENCH_SITE)

browser: ## Install Chromium where it is missing, for the tests of pages
	@$(DEVSTACK) browser

translations: venv ## Write the texts of the pages to project/locale, to be translated there
	@$(RUN) -m devstack translations

screenshots: venv services browser ## Make the pictures of pages in docs/pictures
	@$(RUN) -m pytest -m screenshots -n 0 project/tests/browser/test_screenshots.py $(ARGS)

services: ## Start private PostgreSQL, Redis and RabbitMQ
	@$(DEVSTACK) up

# Starts what is not there and leaves a larger number of pools alone.
running: venv services
	@$(DEVSTACK) processes status > /dev/null || $(MAKE) up

venv: $(STAMP)
	@:

$(STAMP):
	@$(DEVSTACK) venv $(STAMP)
