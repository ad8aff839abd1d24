# make test   install what the tests need where it is missing, then vet, staticcheck and all tests with the race detector
# make test-interop  Slack's own clients for Node against the simulated workspace
# make test-deploy  the files in deploy/ and the release, by promtool, systemd-analyze and the types of Kubernetes and goreleaser
# make check-goreleaser  .goreleaser.yaml, by goreleaser itself
# make bench  the benchmarks, compared with the last time, into docs/performance.md
# make load   commands through the whole bot, faster and faster, into docs/performance.md
# make soak   three replicas, 1,000 slots and ten minutes of faults; SOAK=2m is shorter
# make simulate  what each condition makes of planted incidents: false alarms a week, found, delay; WEEKS=40 is shorter
# make build  bin/catbot
# make dist   archives for each system in dist/, with SBOMs and checksums
# make notices  the licences of what the program contains, in THIRD_PARTY_NOTICES
# make fuzz   each fuzz target for FUZZTIME

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
FUZZTIME ?= 30s
SOAK     ?= 10m
WEEKS    ?= 200

.PHONY: test test-interop tools vet build bench load soak simulate fuzz screens examples golden

# What needs no race detector is compiled as the Dockerfile compiles, whose step a test runs, so that is done once.
vet test-deploy: export CGO_ENABLED = 0
vet test-deploy: export GOFLAGS += -trimpath

test: tools vet
	go test -race -timeout 8m ./...

vet:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt on these"; exit 1; }
	go vet ./...
	go tool staticcheck ./...
	@$(MAKE) --no-print-directory vulnerabilities

# A warning, never a failure: what is known today is not the fault of a change. Without the database it says so at once.
.PHONY: vulnerabilities
vulnerabilities:
	@if curl --silent --fail --max-time 3 --output /dev/null $${GOVULNDB:-https://vuln.go.dev}/index/db.json; then \
		go tool -modfile=release/tools/go.mod govulncheck -db $${GOVULNDB:-https://vuln.go.dev} -scan package ./... || \
			echo "warning: govulncheck has found something, or could not run"; \
	else echo "known vulnerabilities are not checked: $${GOVULNDB:-https://vuln.go.dev} can't be reached"; fi

# The tests run a real redis-server and a real browser, and the race detector needs a C compiler.
tools: redis
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
		[ -d "/Applications/Chromium.app" ] || [ -d "/Applications/Google Chrome.app" ] || \
		$(MAKE) --no-print-directory install PACKAGE=chromium BREW="--cask chromium"
	@command -v $${CC:-cc} >/dev/null || $(MAKE) --no-print-directory install PACKAGE=gcc BREW=gcc

.PHONY: redis
redis:
	@command -v redis-server >/dev/null || $(MAKE) --no-print-directory install PACKAGE=redis-server BREW=redis
	@command -v redis-server >/dev/null || { echo "redis-server is missing: install Redis 6 or later, then run it again"; exit 1; }

.PHONY: install
install:
	@if command -v apt-get >/dev/null; then \
		sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
		$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq $(PACKAGE); \
	elif command -v brew >/dev/null; then brew install $(BREW); \
	else echo "$(PACKAGE) is missing, and neither apt-get nor brew is here to install it"; exit 1; fi

build:
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X catbot/cli.version=$(VERSION)" -o bin/catbot .

# The same source, version and Go give the same bytes on each machine. ONLY=linux/amd64 builds one system.
.PHONY: dist
dist:
	go run ./release/dist -version $(VERSION) -revision $$(git rev-parse HEAD) -time $$(git log -1 --format=%ct) -only "$(ONLY)" -check

# Two programs that did not come from the same hand have to agree on what Slack says: its own clients and the double.
test-interop: node demo/interop/node_modules/.package-lock.json
	cd demo/interop && npm test

# npm itself writes this file when it is done.
demo/interop/node_modules/.package-lock.json: demo/interop/package-lock.json demo/interop/.npmrc
	cd demo/interop && npm ci

.PHONY: node
node:
	@command -v node >/dev/null && command -v npm >/dev/null || \
		$(MAKE) --no-print-directory install PACKAGE="nodejs npm" BREW=node || true # the next line says what is missing
	@command -v npm >/dev/null && [ "$$(node -p 'parseInt(process.versions.node)')" -ge 20 ] || \
		{ echo "make test-interop needs Node 20 or later and npm, and here is $$(node --version 2>/dev/null || echo neither): install them from https://nodejs.org, then run it again"; exit 1; }

# deploy/check is a module of its own, so that catbot does not depend on Kubernetes, and go test ./... needs none of this.
.PHONY: test-deploy
test-deploy:
	@command -v promtool >/dev/null || $(MAKE) --no-print-directory install PACKAGE="--no-install-recommends prometheus" BREW=prometheus
	@command -v systemd-analyze >/dev/null || ! command -v apt-get >/dev/null || \
		$(MAKE) --no-print-directory install PACKAGE=systemd
	go test -count 1 ./deploy ./release/...
	cd deploy/check && go test -count 1 ./...

# goreleaser takes minutes to build, so this is no part of test-deploy, which checks by its types. It needs a git remote named origin.
.PHONY: check-goreleaser
check-goreleaser:
	go run github.com/goreleaser/goreleaser/v2@v2.15.1 check

# Compare with the figures of the last time, and keep the new ones. Run it on a machine that does nothing else; it takes minutes.
bench: tools
	@mkdir -p bin
	go test -run '^$$' -bench . -benchmem -count 6 -benchtime 0.2s $$(go list ./... | grep -v /demo/) > bin/benchmarks.txt
	go tool benchstat -ignore pkg,cpu last=docs/benchmarks.txt now=bin/benchmarks.txt
	mv bin/benchmarks.txt docs/benchmarks.txt
	{ echo '```text'; go tool benchstat -filter '.unit:sec/op' -ignore pkg,cpu takes=docs/benchmarks.txt; echo '```'; } > bin/bench.md
	go run ./demo/figures docs/performance.md bench < bin/bench.md > /dev/null

load: tools build
	go run ./demo/load -bot bin/catbot -chart docs/load.svg > bin/load.md
	go run ./demo/figures docs/performance.md load < bin/load.md

soak: redis build
	go run ./demo/soak -bot bin/catbot -for $(SOAK)

# The seeds are fixed, so the table is the same on each machine.
simulate:
	go test ./digest -run '^TestConditionsFindPlantedIncidents$$' -count 1 -timeout 30m -v -weeks $(WEEKS)

fuzz:
	@for package in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			go test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
		done; \
	done

# Take the manual's pictures of the demo anew.
screens: tools
	@mkdir -p docs
	go test -count 1 -run 'Demo|Browser' ./e2e -screens ../docs

# Write what the examples in the manual print, and the picture of the imports, anew.
examples:
	go test -count 1 -run 'Manual|Picture' ./e2e -update

# To run after each change of the modules; a test fails until then.
.PHONY: notices
notices:
	go run ./release/notices > THIRD_PARTY_NOTICES.new && mv THIRD_PARTY_NOTICES.new THIRD_PARTY_NOTICES

# Write the golden files anew, to read what changed with git diff.
golden:
	go test ./report ./bot ./bot/blockkit -update
