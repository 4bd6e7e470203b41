# transferjob: `make help` lists the targets. Everything is installed and built on first use.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:

PY := .venv/bin/python
KEEP ?= 0
N ?=
SEED ?= 1
PYTEST_ARGS ?=
BENCH_ARGS ?=
SOAK_ARGS ?=
MINUTES ?= 30
WORKERS ?= 2
CHECKLIST_ARGS ?=
IMAGES ?= operator trainer
RELEASE_ARGS ?=

.PHONY: help install build demo e2e test test-unit test-slow test-faults test-newest test-exact test-data bench-data fuzz-data soak schedules schedules-live checklist lint fmt types generate generate-backbones verify images release-check clean docs bench-operator bench-trainer bench-accuracy bench-cli bench-advice

help: ## lists the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  %-18s %s\n", $$1, $$2}'

install: .venv/.installed ## makes .venv from the lock file

.venv/.installed: requirements.lock pyproject.toml
	@scripts/install

build: install ## builds the control plane, the storage servers and Helm into the user's cache folder
	@$(PY) -m tests.cluster.toolchain

demo: install ## a story about transfer learning on a real API server (KEEP=1 leaves the cluster up)
	@$(PY) -m tests.cluster.toolchain controlplane versitygw
	$(PY) -m demo $(if $(filter 1,$(KEEP)),--keep,)

test: build ## lint, types, walls, and every test but the slow ones
	@scripts/test $(PYTEST_ARGS)

test-unit: install ## the tests that need no cluster
	@$(PY) -m pytest tests/unit tests/contract $(PYTEST_ARGS)

test-slow: build ## the slow tests: all 40 backbones against the table, long lifecycles, every fault and kill
	@$(PY) -m pytest -m slow $(PYTEST_ARGS)

bench-operator: build ## measures the operator (BENCH_ARGS="--jobs 200 --runs 1") -> build/bench/operator.json
	@$(PY) -m bench.operator $(BENCH_ARGS)

bench-trainer: install ## measures the trainer beside its bound and model.fit -> build/bench/trainer.json
	@$(PY) -m bench.trainer $(BENCH_ARGS)

bench-data: install ## pictures a second beside Keras' own reader -> build/bench/data.json
	@$(PY) -m bench.data $(BENCH_ARGS)

bench-accuracy: install ## transfer beside random weights with few labels, on real pictures; goes on where it was -> build/bench/accuracy.json
	@$(PY) -m bench.accuracy $(BENCH_ARGS)

bench-cli: install ## start-up times of the command line beside the bare import of typer and rich -> build/bench/cli.json
	@$(PY) -m bench.cli $(BENCH_ARGS)

bench-advice: install ## advice beside every freeze count it could have given, resumable, 2 hours -> build/bench/advice
	@$(PY) -m bench.advice $(BENCH_ARGS)

schedules: install ## random schedules over a model of the cluster, 20 minutes (N=10000 SEED=1, the first of the seeds)
	@$(PY) -m tests.schedules $(or $(N),10000) $(SEED)

schedules-live: build ## random schedules on the real control plane, minutes (N=20 SEED=1); prints the seed of what it finds
	@$(PY) -m tests.schedules.live $(or $(N),20) $(SEED)

test-faults: build ## every fault of the proxy and every kill, on two workers with a world each
	@$(PY) -m pytest tests/faults -n $(WORKERS) $(PYTEST_ARGS)

test-newest: install ## the operator's component tests on the newest Kubernetes that builds as Go modules
	@export TRANSFERJOB_TEST_KUBERNETES=newest
	$(PY) -m tests.cluster.toolchain controlplane versitygw
	$(PY) -m pytest -m "not slow" -n $(WORKERS) --dist loadfile tests/component/cluster tests/component/crd tests/component/kube tests/component/cli tests/component/operator $(PYTEST_ARGS)

soak: build ## jobs come and go under faults for MINUTES=30; fails on growth, a lost or doubled job -> build/soak/soak.json
	@$(PY) -m tests.soak --minutes $(MINUTES) $(SOAK_ARGS)

test-exact: install ## training on features equals training the whole model, on all 40 backbones
	@$(PY) -m pytest -m exact tests/exact -v -n $(WORKERS) --dist worksteal $(PYTEST_ARGS)
	$(PY) -m tests.exact.record

test-data: build ## every format, place, export and bad input of the trainer, up to 40 minutes -> build/data
	@$(PY) -m pytest -m "slow or not slow" tests/data tests/component/trainer_s3 tests/component/trainer/test_formats.py tests/unit/trainer/data tests/unit/trainer/export tests/unit/trainer/report tests/unit/trainer/storage tests/unit/trainer/test_publish.py tests/unit/trainer/test_publication.py $(PYTEST_ARGS)
	@cat build/data/exports.md build/data/bad-inputs.md

fuzz-data: install ## damaged datasets of every format for MINUTES=10; fails on anything but one sentence
	@$(PY) -m tests.fuzz --minutes $(if $(filter command line,$(origin MINUTES)),$(MINUTES),10)

e2e: install ## images, chart and jobs on two real nodes in namespaces of their own; needs root -> build/e2e/story.json
	@$(PY) -m tests.e2e_nodes $(PYTEST_ARGS)

checklist: install ## the operator's promises, the tests of each and where they run; fails on a gap
	@$(PY) -m tests.checklist $(CHECKLIST_ARGS)

images: ## builds both container images with buildah or docker (IMAGES="operator", BASE_IMAGE=...)
	@scripts/images $(IMAGES)

release-check: install ## versions, changelog, generated files, licences, bills of materials (RELEASE_ARGS="--unreleased --images")
	@$(PY) scripts/release-check $(RELEASE_ARGS)

docs: install ## the documentation as a site; fails on a dead link -> build/site/index.html
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict
	@echo "docs: build/site/index.html; with search: python3 -m http.server -b 127.0.0.1 -d build/site"

lint: install ## ruff, mypy, import-linter
	@scripts/lint

fmt: install ## formats the code
	@$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

generate: install ## writes what is generated: crds/, docs/reference/
	@scripts/generate

generate-backbones: install ## writes the tables of layers and blocks from the 40 graphs (minutes)
	@$(PY) -m transferjob_trainer.graph.tables

verify: install ## regenerates everything that is generated and fails on a difference
	@scripts/verify

clean: ## removes .venv and build/ (the cache folder of built binaries stays)
	@rm -rf .venv build
