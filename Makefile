# Development targets. `make setup` does all set-up by itself; every other target needs nothing else.
.PHONY: setup demo test test-engine test-qgis lint bench i18n styles package install clean

PY = .venv/bin/python
LRELEASE = QT_SELECT=qt5 lrelease
TRANSLATION = i18n/control_units_zh_CN
SOURCES = $(shell find ui plugin.py -name '*.py' | sort)
PROFILE = $(or $(QGIS_CUSTOM_CONFIG_PATH),$(HOME)/.local/share/QGIS/QGIS3)/profiles/default/python/plugins

export LC_ALL = C.UTF-8
export PROJ_DATA ?= /usr/share/proj
export PYTHONDONTWRITEBYTECODE = 1

setup:
	@.ci/setup

# The demo case, from sources to a plan, its lists and a map.
demo: setup
	@mkdir -p build/demo
	$(PY) -m delineation run resources/demo/case.toml -o build/demo/plan.gpkg
	$(PY) -m delineation lists build/demo/plan.gpkg -o build/demo/lists.xlsx
	$(PY) -m delineation.mapping build/demo/plan.gpkg -o build/demo/map.png
	@echo "demo: plan, lists and map are in build/demo"; ls -l build/demo

test: test-engine test-qgis

# The engine alone: no QGIS in the process.
test-engine: setup
	@start=$$(date +%s); $(PY) -m pytest -p no:pytest_qgis --durations=5 || exit 1; \
	echo "engine suite: $$(($$(date +%s) - start)) s"

# What needs QGIS, in its own process and without a screen.
test-qgis: setup $(TRANSLATION).qm
	@start=$$(date +%s); QT_QPA_PLATFORM=offscreen $(PY) -m pytest test/in_qgis --durations=5 || exit 1; \
	echo "QGIS suite: $$(($$(date +%s) - start)) s"

# bandit and detect-secrets look at what ships, with all their rules, as the plugin site does.
lint: setup
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m pytest -q -p no:pytest_qgis test/test_architecture.py
	.ci/shipped | grep '\.py$$' | xargs -d '\n' $(PY) -m bandit -q
	.ci/shipped | xargs -d '\n' .venv/bin/detect-secrets-hook

# Timed, so not part of `make test`.
bench: setup
	$(PY) test/bench/bench.py

# New strings into the translation file; then it is for a translator, and `make $(TRANSLATION).qm` compiles it.
i18n: setup
	pylupdate5 -noobsolete $(SOURCES) -ts $(TRANSLATION).ts
	$(MAKE) $(TRANSLATION).qm

%.qm: %.ts
	$(LRELEASE) -silent $< -qm $@

# The styles are made by QGIS itself, so that they load as QGIS writes them.
styles: setup
	QT_QPA_PLATFORM=offscreen QT_HASH_SEED=0 $(PY) .ci/styles.py

# The plugin's zip from the last commit: one top folder, what .gitattributes leaves, and the compiled translation.
package: setup $(TRANSLATION).qm
	@mkdir -p build
	git archive --format=zip --prefix=control_units/i18n/ --add-file=$(TRANSLATION).qm --prefix=control_units/ -o build/control_units.zip HEAD
	@ls -l build/control_units.zip

# This checkout as a plugin of the default QGIS profile.
install: setup $(TRANSLATION).qm
	@mkdir -p "$(PROFILE)"
	ln -sfn "$(CURDIR)" "$(PROFILE)/control_units"
	@echo "installed: switch on “Control Units” in QGIS, Plugins → Manage and Install Plugins"

clean:
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis
