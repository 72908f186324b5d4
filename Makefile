# What a person runs. Each target is one script that can be read and run by itself.
# Targets work with the checkout in any folder name.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Where the virtual environments live; several checkouts may share one folder.
export VENVS ?= $(CURDIR)/.venv

help: ## this text
	@sed -nE 's/^([a-z0-9-]+):[^#]*## (.*)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

setup: ## install what is missing (apt, when root) and make the virtual environments
	@tools/bootstrap
	@tools/venv dev

lint: ## ruff, Python 3.6 syntax, yamllint, shellcheck, ansible-lint, changelog, documentation
	@tools/lint

sanity: ## ansible-test sanity on the newest ansible-core
	@tools/sanity dev

unit: ## unit tests: engine on Python 3.6 and 3.13, Deadline side on 3.7 and 3.10 too, modules
	@tools/unit

slow: ## unit tests that take their time: large trees, thousands of examples, races
	@SLOW=yes UNIT_PYTHONS="3.6 3.13" tools/unit

transcripts: ## recorded lfs calls on the simulated cache (MOUNT=DIR CONTROL=CMD: on any Lustre)
	@tests/farm/transcripts/run

farm: ## the simulated cache (sleepers, faults, clients), instance metadata, Deadline: root and FUSE
	@tests/farm/cache/run
	@tests/farm/imds/run
	@tests/farm/deadline/run

conformance: ## what Lustre HSM does, as tests (MOUNT=DIR [CONTROL=CMD]: on any mounted cache)
	@$(if $(MOUNT),python3,$$(tools/venv dev)/bin/python) tests/conformance/run

e2e: ## engine, command and modules on a simulated cache: needs root and FUSE
	@tests/e2e/run

cloud-init: ## merged user data in containers, run by cloud-init itself
	@tests/cloud_init/run

scenarios: ## playbooks on systemd containers, one with apt and one with dnf: needs root and FUSE
	@tools/scenarios

demo: setup ## the main job, told as a story by real ansible runs on a simulated cache
	@demo/run

file-cache: ## the command as one reproducible file, build/file-cache
	@python3 tools/build_command.py file build/file-cache

role-docs: ## write the variables of each role into its README
	@tools/role-docs

bench: ## file-cache against what a person would type instead; writers with and without watch
	@benchmarks/run
	@benchmarks/run watch

# What a change has to pass. A new check is added here.
CHECKS := lint sanity unit slow transcripts conformance farm e2e cloud-init scenarios demo

test: setup ## everything that a change has to pass
	@tools/run-all $(CHECKS)

nightly: setup ## the same, and the rest of the matrix: Python 3.8 to 3.12, ansible-core 2.16, more distributions
	@tools/run-all $(CHECKS) unit-3.9 sanity-2.16 scenarios-all scenarios-others

unit-3.9:
	@UNIT_PYTHONS=3.9 DEADLINE_PYTHONS="3.8 3.11 3.12" tools/unit

sanity-2.16:
	@tools/sanity core-2.16

scenarios-all:
	@tools/scenarios test --all

scenarios-others:
	@FARM_APT=ubuntu2404 FARM_DNF=rocky8 tools/scenarios test --all
	@FARM_DNF=al2023 tools/scenarios test --all

clean: ## remove what was built (virtual environments stay: they are in .venv)
	rm -rf build tests/output .hypothesis .pytest_cache .ruff_cache

.PHONY: help setup lint sanity unit slow transcripts farm conformance e2e demo file-cache bench test
.PHONY: role-docs cloud-init scenarios nightly unit-3.9 sanity-2.16
.PHONY: scenarios-all scenarios-others clean
