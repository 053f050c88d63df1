# The few verbs of this project; `make help` lists them.

SWIFT ?= swift
# What the build needs, and what the tests need on top of it (Debian 12 names).
BUILD_PACKAGES = libsqlite3-dev libcurl4-openssl-dev libzstd-dev libsodium-dev libmaxminddb-dev zlib1g-dev pkg-config tzdata
TEST_PACKAGES = $(BUILD_PACKAGES) ffmpeg mpv nginx libnginx-mod-rtmp zstd jq sqlite3 curl openssl
IMPORT_CHECK = --explicit-target-dependency-import-check error
SOURCES = Package.swift Sources Tests
PREFIX ?= /usr/local
# Of the soak: how long, and what its faults are drawn from.
MINUTES ?= 3
SEED ?= 1

# Installs the Debian packages named in $(1) that are missing; says what to do where it can't.
define install_packages
	@command -v $(SWIFT) >/dev/null || { \
	  echo "make: no Swift toolchain found; Baton needs Swift 6.3 or later: https://www.swift.org/install/linux" >&2; exit 1; }
	@missing=""; for package in $(1); do \
	  dpkg-query -W -f='$${Status}' "$$package" 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else \
	    echo "make: these Debian packages are missing and only root can install them:" >&2; \
	    echo "  sudo apt-get install --no-install-recommends$$missing" >&2; exit 1; fi; \
	  echo "installing:$$missing"; \
	  $$as_root apt-get update -qq >/dev/null && \
	  DEBIAN_FRONTEND=noninteractive $$as_root apt-get install -y -qq --no-install-recommends $$missing >/dev/null || { \
	    echo "make: apt-get could not install:$$missing" >&2; exit 1; }; \
	fi
endef

.DEFAULT_GOAL := help
.PHONY: help setup build demo test soak lint format bench install

help: ## list the verbs
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: ## install the Debian packages that build and tests need
	$(call install_packages,$(TEST_PACKAGES))

build: ## build the program for use: .build/release/baton
	$(call install_packages,$(BUILD_PACKAGES))
	$(SWIFT) build -c release --product baton $(IMPORT_CHECK)

demo: build ## a working service with two suppliers, customers and viewers (Ctrl-C ends it)
	.build/release/baton demo $(DEMO)

test: setup ## lint, build, run all tests, compare the exported schemas
	@$(MAKE) --no-print-directory lint
	$(SWIFT) build --build-tests $(IMPORT_CHECK)
	$(SWIFT) test --skip-build --no-parallel --skip EndToEndTests
	SOAK_MINUTES=3 SOAK_SEED=1 $(SWIFT) test --skip-build --no-parallel --filter EndToEndTests
	.build/debug/baton schema --check

soak: setup ## suppliers that fail again and again, viewers that check: MINUTES=3 SEED=1
	$(SWIFT) build --build-tests $(IMPORT_CHECK)
	SOAK_MINUTES=$(MINUTES) SOAK_SEED=$(SEED) $(SWIFT) test --skip-build --filter SoakTests

lint: ## check the layout of the code
	$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)

format: ## lay out the code
	$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

bench: setup ## measure against nginx and the disk; writes Tests/Benchmarks/README.md
	$(SWIFT) build -c release --product Benchmarks $(IMPORT_CHECK)
	.build/release/Benchmarks --report Tests/Benchmarks/README.md

install: build ## install the program below PREFIX (/usr/local)
	install -D -m 755 .build/release/baton $(DESTDIR)$(PREFIX)/bin/baton
