# Short names for what people do here. `make help` lists them.

BUILD := build
MESON_FLAGS ?=
ARGS ?=

.PHONY: help run build check test lint format fuzz bench cover docs nightly clean

help:
	@echo "make run      install what is missing, build, start a development server (ARGS='--listen localhost:9600')"
	@echo "make build    build $(BUILD)/lifeguard"
	@echo "make check    the inner loop: build, lint, unit, store, wire, fuzz replay (under 90 s)"
	@echo "make test     install what is missing, then the whole suite (under 30 min on 2 cores)"
	@echo "make bench    measure against this machine's own limits, write $(BUILD)/bench.json"
	@echo "make nightly  the long forms: kill -9 rounds, fuzzing"
	@echo "make lint | format | fuzz | cover | docs | clean"

$(BUILD)/build.ninja:
	@meson setup $(BUILD) $(MESON_FLAGS) >/dev/null || { meson setup $(BUILD) $(MESON_FLAGS); exit 1; }

build: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet lifeguard

run:
	@tools/deps.sh build
	@$(MAKE) --no-print-directory build
	@$(BUILD)/lifeguard serve --dev $(ARGS)

lint:
	@python3 tools/lint.py

check: $(BUILD)/build.ninja
	@python3 tests/run.py check

test:
	@tools/deps.sh test
	@python3 tests/run.py test

nightly:
	@tools/deps.sh test
	@python3 tests/run.py nightly

bench:
	@tools/deps.sh test
	@$(MAKE) --no-print-directory build
	@python3 tests/bench/bench.py

fuzz:
	@python3 tests/run.py fuzz

cover:
	@python3 tests/run.py cover

format:
	@git ls-files 'src/*.[ch]' 'tests/*.[ch]' | xargs clang-format -i

docs:
	@python3 tools/gen/docs.py
	@python3 tools/gen/man.py
	@python3 tools/gen/settings.py docs api/settings.txt docs/SETTINGS.md

clean:
	rm -rf $(BUILD) build-*
