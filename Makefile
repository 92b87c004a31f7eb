PORT ?= 8000
DATA ?= ./var
PYTHON ?= python3
ONLY ?=
LOGIN ?= quantri
VENV := .venv
BIN := $(VENV)/bin
IOC := $(BIN)/ioc --data $(DATA)

.PHONY: run test lint bench demo-reset code docs-shots assets messages lock sbom

run: $(VENV)/.installed assets messages ## start the product with the demonstration province
	@$(IOC) run --demo --port $(PORT)

test: $(VENV)/.developed assets messages ## everything, the browser's tests too
	@$(BIN)/python -m tests.browser_needed
	$(BIN)/python -m pytest -n 2 --dist loadgroup

lint: $(VENV)/.developed messages web/node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet ioc
	$(BIN)/python -m tests.lint
	cd web && $(NODE_ENV) npm run --silent check
	$(BIN)/python -m tests.audit

bench: $(VENV)/.developed assets messages
	@$(BIN)/python -m bench --data $(DATA) $(if $(ONLY),--only $(ONLY))

demo-reset: $(VENV)/.installed
	@$(IOC) demo reset

docs-shots: $(VENV)/.developed assets messages ## the pictures of the guides, from the running product
	@$(BIN)/python -m tests.browser_needed
	@$(BIN)/python -m tests.shots

code: $(VENV)/.installed ## the second-factor code of a demonstration login: make code LOGIN=quantri
	@$(IOC) demo code $(LOGIN)

# Node comes from the machine when it has one new enough, else from a wheel.
NODE_ENV := PATH="$(abspath $(BIN))/node-bin:$$PATH"
assets: web/dist/manifest.json
web/dist/manifest.json: web/node_modules/.installed $(shell find web/src ioc -name '*.ts' -o -name '*.css' -o -name '*.html' 2>/dev/null) web/icons.txt
	@cd web && $(NODE_ENV) npm run --silent build
web/node_modules/.installed: web/package.json web/package-lock.json | $(VENV)/.installed
	@$(BIN)/python -m ioc.conf.node $(BIN)
	@cd web && $(NODE_ENV) npm ci --silent --no-audit --no-fund
	@touch $@

messages: ioc/locale/vi/LC_MESSAGES/django.mo
ioc/locale/vi/LC_MESSAGES/django.mo: ioc/locale/vi/LC_MESSAGES/django.po | $(VENV)/.installed
	@$(BIN)/python -m ioc.conf.messages --compile

# What is installed is what requirements/*.txt name, by hash; `make lock` renews them within pyproject.toml.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
$(VENV)/.installed: pyproject.toml requirements/run.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed (PYTHON=python3.12 make run)"; exit 1; }
	@test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	@echo "Installing…"
	@$(INSTALL) --upgrade pip
	@$(INSTALL) --require-hashes --requirement requirements/run.txt
	@$(INSTALL) --no-deps --editable .
	@touch $@

$(VENV)/.developed: $(VENV)/.installed requirements/dev.txt
	@$(INSTALL) --require-hashes --requirement requirements/dev.txt
	@touch $@

sbom: $(VENV)/.installed ## the libraries of this installation as CycloneDX JSON
	@$(BIN)/ioc sbom

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header $(UPGRADE)
UPGRADE ?= --upgrade
lock: $(VENV)/.installed ## renew the locked lists (UPGRADE= keeps what still fits)
	@$(INSTALL) uv
	$(COMPILE) pyproject.toml --extra dev --output-file requirements/dev.txt
	$(COMPILE) pyproject.toml --constraints requirements/dev.txt --output-file requirements/run.txt
	$(COMPILE) requirements/node.in --output-file requirements/node.txt
