# Development targets. `make setup` does all set-up by itself; every other target needs nothing else.
.PHONY: setup demo test test-all test-more test-quick test-changed later test-engine test-without test-qgis test-gui lint mutants bench clicks monster fuzz i18n styles layouts models screens package offline-kit docs install clean

PY = .venv/bin/python
LRELEASE = QT_SELECT=qt5 lrelease
TRANSLATION = i18n/control_units_zh_CN
SOURCES = $(shell find ui plugin.py -name '*.py' | sort)
WITHOUT = rasterio exactextract sklearn
# Workers side by side, each file in one of them: its fixtures are often those of all its tests.
PYTEST = $(PY) -m pytest -n $(WORKERS) --dist loadfile
WORKERS ?= 2
STORIES = $(PY) -m pytest -p no:pytest_qgis -n $$((2 * $(WORKERS) + 1)) --dist loadgroup --no-loadscope-reorder test/stories

export LC_ALL = C.UTF-8
export PROJ_DATA ?= /usr/share/proj
# Tests start hundreds of processes: with nothing compiled kept, each spends a second or two on the engine's source.
unexport PYTHONDONTWRITEBYTECODE

setup:
	@.ci/setup
	@.ci/catalogue compile

# The demo case, from sources to a plan, its lists and a map.
demo: setup
	@mkdir -p build/demo
	$(PY) -m delineation run resources/demo/case.toml -o build/demo/plan.gpkg
	$(PY) -m delineation lists build/demo/plan.gpkg -o build/demo/lists.xlsx
	$(PY) -m delineation export build/demo/plan.gpkg --format map-png -o build/demo/map.png
	@echo "demo: plan, lists and map are in build/demo"; ls -l build/demo

# All suites, two at a time: the stories wait as often as they work, and so do tests in QGIS; beside them the engine's suite
# takes what they leave, and whichever comes to its end first makes room for the next. Each shows what it has said as it ends.
test: setup $(TRANSLATION).qm
	@echo "suites run two at a time, and each is shown when it has ended: some 15 minutes on two cores"; \
	start=$$(date +%s); $(MAKE) -j 2 --keep-going --output-sync=target --no-print-directory BEHIND="nice -n 5" \
	    test-engine test-gui test-qgis test-without || exit 1; \
	echo "all suites: $$(($$(date +%s) - start)) s"

# `make test`, and what does not fit into it: tests marked `all`, those listed in test/later.txt and the whole of those marked `thirds`, stories in the
# other language, damaged files and edits drawn by another seed.
test-all: test test-more

test-more: setup $(TRANSLATION).qm
	@start=$$(date +%s); $(PYTEST) -p no:pytest_qgis --all -m all || exit 1; \
	QT_QPA_PLATFORM=offscreen $(PYTEST) test/panel --all -m all || [ $$? = 5 ] || exit 1; \
	$(STORIES) --all -m all || exit 1; \
	WORKERS=$(WORKERS) $(PY) test/hostile/fuzz.py 400 && WORKERS=$(WORKERS) $(PY) test/hostile/fuzz_revision.py 400 || exit 1; \
	echo "what make test leaves out: $$(($$(date +%s) - start)) s"

# A first look at the engine: of each file what it tests in its first fifth of a second, and nothing that is slow by itself.
test-quick: setup
	@start=$$(date +%s); $(PYTEST) -p no:pytest_qgis -q -m "not slow" --quick 0.2 || exit 1; \
	echo "first look at the engine: $$(($$(date +%s) - start)) s"

# Tests that execute a line that has changed since the last commit, or SINCE=another, by the lines that `make later` or
# `make mutants` has recorded; files of tests of which no lines are known run whole.
test-changed: setup $(TRANSLATION).qm
	@$(PY) test/house/choosing.py changed --since $(or $(SINCE),HEAD) -o build/changed.txt
	$(PYTEST) -p no:pytest_qgis --chosen=build/changed.txt || [ $$? = 5 ]
	QT_QPA_PLATFORM=offscreen $(PYTEST) test/panel --chosen=build/changed.txt || [ $$? = 5 ]

# Which tests `make test` may leave to `make test-all`: test/later.txt, written anew. Takes as long as all tests do where
# their lines are not known.
later: setup $(TRANSLATION).qm
	$(PY) test/house/choosing.py later --workers $(WORKERS)

# The engine alone: no QGIS in the process. In the order of test/conftest.py: what is slow begins first.
test-engine: setup
	@start=$$(date +%s); $(BEHIND) $(PYTEST) --no-loadscope-reorder -p no:pytest_qgis --durations=5 || exit 1; \
	echo "engine suite: $$(($$(date +%s) - start)) s"

# What touches a library, with that library made absent, for each of three.
test-without: setup
	@start=$$(date +%s); .ci/suites $(WITHOUT) || exit 1; \
	echo "suites without $(WITHOUT): $$(($$(date +%s) - start)) s"

# What needs QGIS, in its own process and without a screen; what is slow begins first here too.
test-qgis: setup $(TRANSLATION).qm
	@start=$$(date +%s); QT_QPA_PLATFORM=offscreen $(PYTEST) --no-loadscope-reorder test/panel --durations=5 || exit 1; \
	echo "QGIS suite: $$(($$(date +%s) - start)) s"

# Stories in a real QGIS with a window, on a screen of its own; pictures go to build/screens. They wait as well as work,
# so more run at once than there are processors, the longest first.
test-gui: setup
	@start=$$(date +%s); $(STORIES) --durations=5 || exit 1; \
	echo "stories in a window: $$(($$(date +%s) - start)) s"

# bandit and detect-secrets look at what ships, with all their rules, as the plugin site does.
lint: setup
	$(PY) -m ruff check .
	$(PY) -m ruff format --check -q .
	$(PY) .ci/weigh.py
	$(PY) -m mypy
	@mkdir -p build/typed && ln -sfn ../.. build/typed/control_units
	$(PY) -m mypy --config-file .ci/mypy_ui.ini
	.ci/shipped | grep '\.py$$' | xargs -d '\n' $(PY) -m bandit -q
	.ci/shipped | xargs -d '\n' .venv/bin/detect-secrets-hook

# Small changes to the engine that no test notices: 30 (N=) in each room where a fault costs a planner something. With
# ROOM=delineation/checks (files and folders), or SINCE=commit for files changed since, N=200 changes are drawn there
# (0: all). SEED=text for another draw than that of this commit.
mutants: setup
	@$(PY) test/house/mutants.py $(ROOM) $(if $(N),--count $(N)) --workers $(WORKERS) $(if $(SINCE),--since "$(SINCE)") \
	    $(if $(SEED),--seed "$(SEED)") $(if $(VERBOSE),--verbose)

# Timed, so not part of `make test`.
bench: setup
	$(PY) test/speed/bench.py
	$(PY) test/speed/exports.py
	$(PY) test/speed/edits.py
	$(PY) test/speed/lists.py
	$(PY) test/speed/assess.py

# From a click to what it is for, in a real window.
clicks: setup
	$(PY) test/speed/clicks.py

# What a sea of 1.8 million invalid vertices costs, and how soon a run over it ends when told to: a generated one, and with
# EARTH=map.geo.json the real one (npm pack @geo-maps/earth-waterbodies-10m; the file is in the archive).
monster: setup
	$(PY) test/speed/monster.py
	$(if $(EARTH),$(PY) test/speed/monster.py --earth "$(EARTH)")

# Damaged files through all verbs, in processes of their own: N=5000 of them, SEED=… to repeat a run. What fails is told with
# the command that repeats it, and kept in test/hostile/fuzz_seeds.txt, which the engine's suite replays. Then edits of a plan drawn
# at random, 10,000 sequences of them, editors killed in thousands, and 200 second years.
fuzz: setup
	WORKERS=$(WORKERS) $(PY) test/hostile/fuzz.py $(or $(N),1000) $(SEED)
	WORKERS=$(WORKERS) $(PY) test/hostile/fuzz_revision.py $(or $(N),10000) $(SEED)

# New strings into the translation files (the panel's, and the engine's catalogue); then it is for a translator, and
# `make $(TRANSLATION).qm` and `make setup` compile them. pylupdate5
# reads what .ci/panel_texts.py makes of the sources: it knows nothing of `tr`, nor of calls as the formatter leaves them.
i18n: setup
	rm -rf build/i18n && mkdir -p build/i18n && cp --parents $(TRANSLATION).ts build/i18n
	$(PY) .ci/panel_texts.py build/i18n $(SOURCES)
	cd build/i18n && pylupdate5 -noobsolete $(SOURCES) -ts $(TRANSLATION).ts
	cp build/i18n/$(TRANSLATION).ts $(TRANSLATION).ts
	$(MAKE) $(TRANSLATION).qm
	.ci/catalogue update && .ci/catalogue compile

%.qm: %.ts
	$(LRELEASE) -silent $< -qm $@

# The styles are made by QGIS itself, so that they load as QGIS writes them.
styles: setup
	QT_QPA_PLATFORM=offscreen QT_HASH_SEED=0 $(PY) .ci/styles.py

# The sheets that maps are printed on, made by QGIS for the same reason.
layouts: setup
	QT_QPA_PLATFORM=offscreen QT_HASH_SEED=0 $(PY) .ci/layouts.py

# The example model, built by QGIS itself for the same reason.
models: setup
	QT_QPA_PLATFORM=offscreen QT_HASH_SEED=0 $(PY) .ci/model.py

# Pictures of toolbox, dialogs, a batch and the model in a real QGIS on a screen of its own: build/screens. LOCALE=en_US for
# English ones. Then those of the planner's story, which help pages and the first page of docs/ show, in both languages.
screens: setup $(TRANSLATION).qm
	$(PY) test/stories/toolbox_screens.py $(LOCALE)
	CONTROL_UNITS_PICTURES=1 $(PY) -m pytest -q -p no:pytest_qgis --all test/stories/test_planner.py

# The plugin's zip from the last commit: one top folder, what .gitattributes leaves, and the compiled translation.
package: setup
	@$(PY) .ci/package.py -o build/control_units.zip

# For Windows computers without a network: the zip, the wheels that QGIS lacks, and instructions in Chinese.
offline-kit: package
	@$(PY) .ci/offline_kit.py build/control_units.zip -o build/offline-kit.zip

# The documentation as a site in build/site, with its reference made of what the code declares. A warning is an error.
docs: setup
	@$(PY) .ci/docs.py

# This checkout as a plugin of a QGIS profile: the default one, or PROFILE=name or PROFILE=folder.
install: setup $(TRANSLATION).qm
	@.ci/install "$(PROFILE)"

clean:
	rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis
