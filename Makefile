# Everything is built with the tag sqlite_fts5: the search index needs it. The
# others keep what a static binary cannot have out of it: dlopen, and name
# services of the C library.
export CGO_ENABLED = 1

# SQLite keeps the plan of a prepared statement whatever values are bound
# (ENABLE_QPSG: without it a partial index makes it prepare anew each time), and
# does not count its memory, for which each malloc would take a lock.
export CGO_CFLAGS = -O2 -DSQLITE_ENABLE_QPSG -DSQLITE_DEFAULT_MEMSTATUS=0 -DSQLITE_OMIT_SHARED_CACHE

TAGS   = sqlite_fts5,sqlite_omit_load_extension,osusergo,netgo
GO     = go
BINARY = maildesk

.PHONY: all run build deb image sbom release reproducible test quick simulate faults soak race vet fmt static fuzz bench tools clean

all: build

# The whole story on a desk made for the occasion.
run: build
	./$(BINARY) demo

# One static binary, where the C library can be linked in.
STATIC = $(shell echo 'int main(void){return 0;}' | $${CC:-cc} -static -xc -o /dev/null - 2>/dev/null && echo '-linkmode external -extldflags -static')

build:
	$(GO) build -trimpath -tags $(TAGS) -ldflags '-s -w -buildid= $(STATIC)' -o $(BINARY) ./cmd/maildesk

# A Debian package: make deb VERSION=1.2.3
VERSION ?= 0.1.0
deb: build
	./packaging/build-deb ./$(BINARY) $(VERSION)

# An image for containers, made without a container engine (packaging/oci).
image: build
	$(GO) run ./packaging/oci -binary ./$(BINARY) -version $(VERSION) -o maildesk-$(VERSION).oci.tar

# What the binary is made of, with licences (CycloneDX). The tool reads it from the binary, so that no
# repository is needed; that it finds no licence of maildesk itself by the network is as it should be.
sbom: build
	$(GO) run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0 bin -licenses -json -version v$(VERSION) -output maildesk-$(VERSION).cdx.json ./$(BINARY)

# All that is published, with checksums.
release: deb image sbom
	cp $(BINARY) maildesk-$(VERSION)
	sha256sum maildesk-$(VERSION) maildesk-$(VERSION).oci.tar maildesk-$(VERSION).cdx.json maildesk_$(VERSION)_*.deb >maildesk-$(VERSION).sha256

# The same source makes the same binary, wherever it lies: it is built in two folders (four
# minutes of CPU).
reproducible:
	./packaging/test-reproducible

# Everything that CI checks. Tests that need a Debian package which is not
# there and cannot be installed say so and are skipped.
test: tools fmt vet static reproducible simulate race

# The tests without the race detector.
quick:
	$(GO) test -timeout 30m -tags $(TAGS) ./...

# The fault suite, long cases too: a table of what was done and seen (15 to 29
# minutes, loopback only). Exit code 1: a case failed or has no row.
faults: export MAILDESK_FAULTS = long
faults: tools
	$(GO) run -tags $(TAGS) ./faulttest/table

# Whole desks, played from seeds (some three minutes on two cores), some of them on
# PostgreSQL. More of them, and others: make simulate SEEDS=20000 SERVER=200 FIRST=5000
SEEDS ?= 2000
SERVER ?= 24
FIRST ?= 1
simulate:
	GOGC=400 $(GO) test -tags $(TAGS) -timeout 24h ./simulation -run TestSeeds -seeds $(SEEDS) -server $(SERVER) -first $(FIRST)

# A desk under load and kills, at five mails a second: make soak FOR=24h
FOR ?= 10m
soak:
	MAILDESK_SOAK=$(FOR) $(GO) test -tags $(TAGS) -timeout 0 -count=1 -v -run '^TestT162Soak$$' ./cmd/maildesk

race:
	$(GO) test -tags $(TAGS) -race -timeout 80m ./...

tools:
	@./scripts/test-tools

fmt:
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }

vet:
	$(GO) vet -tags $(TAGS) ./...

static:
	$(GO) tool staticcheck -tags $(TAGS) ./...

# Ten seconds for each fuzz target: FUZZTIME=10m for a long run.
FUZZTIME ?= 10s
fuzz:
	@grep -rl --include='*_test.go' '^func Fuzz' . | while read -r f; do \
	  grep -o '^func Fuzz[A-Za-z0-9]*' "$$f" | sed 's/^func //' | while read -r target; do \
	    echo "$$target in $$(dirname "$$f")"; \
	    $(GO) test -tags $(TAGS) -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "$$(dirname "$$f")" || exit 1; \
	  done || exit 1; done

bench:
	$(GO) test -tags $(TAGS) -run '^$$' -bench . -benchmem ./...

clean:
	rm -f $(BINARY) $(BINARY)_*.deb
