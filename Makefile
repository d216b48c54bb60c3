.DEFAULT_GOAL := help
.PHONY: help run test check fuzz magick svg package release prove bench-lambda deploy destroy doctor docs clean

python := .venv/bin/python

# Homebrew keeps its libraries where Wand does not look by itself.
ifeq ($(shell uname),Darwin)
export MAGICK_HOME ?= $(shell brew --prefix 2>/dev/null)
endif

# The deployed app needs it. It is no prerequisite, because then it would get the ARGS of the target.
define build_magick
@ops/setup magick
@$(python) -m infra.magick build $(if $(ARCH),--arch $(ARCH))
endef

help: ## List what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | while IFS="$$(printf '\t')" read -r name does; do printf '  make %-13s %s\n' "$$name" "$$does"; done

run: ## Run the whole system on this machine (PHOTOS=~/Pictures, PORT=8404, ARGS=--strict)
	@ops/setup
	@$(python) -m ops local $(if $(PHOTOS),--photos "$$PHOTOS") $(if $(PORT),--port $(PORT)) $(ARGS)

test: ## Run the tests (ARGS="tests/infra -k routing")
	@ops/setup browser
	@$(python) -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: ## Check style, types, layering and the packaged template
	@ops/setup dev
	@$(python) -m ruff check
	@$(python) -m ruff format --check
	@$(python) -m mypy
	@.venv/bin/lint-imports
	@$(python) -m infra check

fuzz: ## Fuzz the parsers and the renderer (SECONDS=60, ARGS="--seed 1")
	@ops/setup dev
	@$(python) -m fuzz --seconds $(or $(SECONDS),60) $(ARGS)

package: ## Make the template and the bundle that deploy everything, in build/package
	@ops/setup
	@$(python) -m infra package

release: ## Make what others deploy without a compiler, with checksums, in build/release (ARCH=aarch64)
	$(build_magick)
	@$(python) -m infra release

magick: ## Build the ImageMagick of the bundle into vendor/ (ARCH=aarch64)
	$(build_magick) $(ARGS)

svg: ## Fetch what sites that accept SVGs need into vendor/ (ARCH=aarch64)
	@ops/setup
	@$(python) -m infra svg $(if $(ARCH),--arch $(ARCH))

prove: ## Run what is deployed in Lambda's own runtime: every format, in and out
	$(build_magick)
	@ops/setup prove
	@$(python) -m infra.runtime prove $(ARGS)

bench-lambda: ## Time it there: cold start, warm, memory, sizes, into docs/performance.md (ARGS="--rounds 9")
	$(build_magick)
	@ops/setup prove
	@$(python) -m infra.runtime bench $(ARGS)

deploy: ## Deploy everything to AWS as one stack (STACK=resize404, ARGS="--region eu-west-1")
	$(build_magick)
	@$(python) -m ops deploy $(STACK) $(ARGS)

destroy: ## Take that stack away again (STACK=resize404, ARGS="--region eu-west-1")
	@ops/setup
	@$(python) -m ops destroy $(or $(STACK),resize404) $(ARGS)

doctor: ## Name what is wrong with a live deployment (URL=https://img.example.com, or STACK=resize404)
	@ops/setup
	@$(python) -m ops doctor $(if $(URL),"$$URL") $(if $(STACK),--stack $(STACK)) $(ARGS)

docs: ## Make the documentation a site, in build/docs/build/site; a broken link fails
	@ops/setup dev
# In a copy, because --clean removes the .cache beside mkdocs.yml, where ours has what took long to build.
	@mkdir -p build/docs && cp -R mkdocs.yml docs build/docs
	@cd build/docs && ../../$(python) -m zensical build --clean --strict
	@$(python) -m infra site build/docs/build/site

clean: ## Remove everything that can be made again, except .venv
	@rm -rf build vendor .chalice/deployments .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -path ./.venv -prune -o -name __pycache__ -type d -exec rm -rf {} +
