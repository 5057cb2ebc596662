# Everything is built with the tag sqlite_fts5: the search index needs it.
export CGO_ENABLED = 1
TAGS = sqlite_fts5

.PHONY: build
build:
	go build -tags $(TAGS) -o maildesk ./cmd/maildesk
