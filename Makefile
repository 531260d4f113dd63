# make demo   all set-up, then the main job on the invented sample
# make app    all set-up, then the window (FILE=… opens a recipe, project, package or layer)
# make test   all set-up, then every check and every test
# make check  style, types, import rules, sizes (as part of make test)
# make bench  the measurements of tests/bench
# make lock   the hash-locked requirements anew (UPGRADE=--upgrade takes newer versions)
# make screenshots  the pictures of the window in docs/images, anew
# make sample the invented sample anew;  make fonts SOURCE=… UNIHAN=…  the shipped fonts anew

SHELL := /bin/bash
BIN := .venv/bin
UV := .venv/.tools/bin/uv
COMPILE = $(UV) --quiet pip compile --universal --python-version 3.11 --generate-hashes --no-header $(UPGRADE)
OUT ?= demo_package
unexport PYTHONPATH PYTHONHOME PYTHONUSERBASE PYTHONDONTWRITEBYTECODE VIRTUAL_ENV PROJ_LIB PROJ_DATA GDAL_DATA GDAL_DRIVER_PATH

.PHONY: demo app screenshots test check bench lock sample fonts
.DEFAULT_GOAL := demo

demo:
	@packaging/bootstrap.sh demo
	@$(BIN)/landplan demo --out "$(OUT)"

app:
	@packaging/bootstrap.sh app
	@$(BIN)/landplan gui $(if $(FILE),"$(FILE)")

screenshots:
	@packaging/bootstrap.sh test
	$(BIN)/python packaging/make_screenshots.py

test:
	@packaging/bootstrap.sh test
	@$(MAKE) --no-print-directory check
	$(BIN)/python -m pytest -n 2 --dist loadfile

check:
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python packaging/check_sizes.py landplan

bench:
	@packaging/bootstrap.sh test
	@if [ -f tests/bench/run.py ]; then $(BIN)/python tests/bench/run.py; else echo "There is no tests/bench/run.py yet."; fi

lock:
	@packaging/bootstrap.sh test
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --extra dev --extra gui --extra cluster --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) packaging/bootstrap.in --output-file packaging/bootstrap.lock

sample:
	@packaging/bootstrap.sh demo
	$(BIN)/python sample_data/make.py

fonts:
	@packaging/bootstrap.sh test
	$(BIN)/python packaging/make_fonts.py "$(SOURCE)" "$(UNIHAN)"
