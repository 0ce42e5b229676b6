# `make help` lists what can be done. Everything works without a network once
# the modules are in Go's module cache.

GO            ?= go
DOCKER_CONFIG ?= $(HOME)/.docker
# More for go test, such as -race or -run NAME.
TESTFLAGS     ?=
KIND          ?= capable
FUZZTIME      ?= 20s
# A folder with a labels.jsonl; empty: MAPCOUNT_CORPUS.
CORPUS        ?=
MIN           ?= 0

EXE    := $(shell $(GO) env GOEXE)
PLUGIN := $(DOCKER_CONFIG)/cli-plugins/docker-mapcount$(EXE)
# No time, path or state of the working copy gets into the binary: the same source gives the same bytes.
BUILD  := CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags "-s -w"
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
# The generator writes this file last.
HELPER := internal/preflight/helper/image/ids.json
HELPER_SOURCES := go.mod plugin.json $(shell find internal/preflight internal/sysctl internal/fileswap -name '*.go' ! -name '*_test.go')
LINT   = "$$($(GO) run ./test/tools/build golangci-lint)"

# Some tests are handed engines rather than start them.
ENGINES = $(if $(filter 1,$(MAPCOUNT_TEST_ENGINE)),$(GO) run ./test/engine/run capable containerd refusing podman --)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

.PHONY: helper
helper: $(HELPER) ## Generate the helper images that the plugin embeds

# Only when something changed: tests may be compiling what embeds them.
$(HELPER): $(HELPER_SOURCES)
	@$(GO) run ./internal/preflight/helper/generate

.PHONY: build
build: helper ## Build bin/docker-mapcount
	@$(BUILD) -o bin/docker-mapcount$(EXE) ./cmd/docker-mapcount

.PHONY: install
install: helper ## Build the plugin and put it where docker finds it (DOCKER_CONFIG)
	@mkdir -p "$(DOCKER_CONFIG)/cli-plugins"
	@$(BUILD) -o "$(PLUGIN).new" ./cmd/docker-mapcount
	@mv -f "$(PLUGIN).new" "$(PLUGIN)"
	@echo 'Installed $(PLUGIN)'
	@echo 'Now type, in the folder of a Compose project:'
	@echo '  docker mapcount check'

.PHONY: uninstall
uninstall: ## Remove the plugin again
	rm -f "$(PLUGIN)"

.PHONY: test
test: helper ## Run the tests; MAPCOUNT_TEST_ENGINE=1 adds those on real engines (Linux, root)
	@$(ENGINES) $(GO) run ./test/summary -timeout 25m $(TESTFLAGS) ./...

.PHONY: check
check: vet lint tidied test ## All that must be right before a change goes in: vet, lint, tidy, test

.PHONY: vet
vet: ## Compile and vet for every platform
	@for p in $(PLATFORMS); do GOOS=$${p%/*} GOARCH=$${p#*/} $(GO) vet ./... || exit 1; done

.PHONY: lint
lint: ## Run the linter, formatting included
	@$(LINT) run ./...

.PHONY: fmt
fmt: ## Format the code
	@$(LINT) fmt ./...

.PHONY: tidy
tidy: ## Tidy go.mod
	$(GO) mod tidy

.PHONY: tidied
tidied: ## Fail when go.mod is not tidy
	@$(GO) mod tidy -diff

.PHONY: cross
cross: helper ## Build for six platforms into dist/
	@mkdir -p dist
	@for p in $(PLATFORMS); do \
		os=$${p%/*}; arch=$${p#*/}; exe=; if [ $$os = windows ]; then exe=.exe; fi; \
		echo "dist/docker-mapcount-$$os-$$arch$$exe"; \
		GOOS=$$os GOARCH=$$arch $(BUILD) -o "dist/docker-mapcount-$$os-$$arch$$exe" ./cmd/docker-mapcount || exit 1; \
	done

.PHONY: tools
tools: ## Build what the tests on real engines run against
	@$(GO) run ./test/tools/build

.PHONY: engine
engine: ## Start an engine of the suite until Ctrl-C; KIND=capable, containerd, refusing or podman
	@$(GO) run ./test/engine/run $(KIND)

.PHONY: vm
vm: ## Make the engine VM's disk and snapshot where the cache has none (Debian, root)
	@$(GO) run ./test/vm/build

.PHONY: test-vm
test-vm: helper vm ## Run the tests in the engine VM, with real restarts: minutes
	@MAPCOUNT_TEST_VM=1 $(GO) run ./test/summary -timeout 40m $(TESTFLAGS) ./test/vm/...

.PHONY: bench
bench: ## Measure the plugin against what one would type instead (Linux, root)
	@$(GO) run ./test/bench

.PHONY: corpus
corpus: ## Measure accuracy on labelled projects: CORPUS=folder, MIN=0.97 to demand that
	@$(GO) run ./test/corpus/measure -min $(MIN) "$(CORPUS)"

.PHONY: cover
cover: helper ## Show how much of the code the tests run
	@mkdir -p dist
	@$(GO) test -coverpkg=./cmd/...,./internal/... -coverprofile=dist/cover.out ./... >/dev/null
	@$(GO) tool cover -func=dist/cover.out | tail -n 1
	@echo 'Line by line: $(GO) tool cover -html=dist/cover.out'

.PHONY: fuzz
fuzz: ## Run every fuzz test for a while (FUZZTIME)
	@grep -rlE '^func Fuzz' --include='*_test.go' cmd internal | while read -r file; do \
		for name in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\).*/\1/p' "$$file"); do \
			echo "$$name"; $(GO) test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s "./$$(dirname "$$file")" || exit 1; \
		done; \
	done

.PHONY: clean
clean: ## Remove what was built; the tools for tests stay
	rm -rf bin dist internal/preflight/helper/image/*.gz internal/preflight/helper/image/*.json
