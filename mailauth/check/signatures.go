package check

import (
	"bytes"
	"strings"
)

// Bounds of a mail whose signatures are verified. The library takes time that grows with the square of what they bound:
// of a header's lines, of its fields and those that a signature names, and of empty lines. A sound mail has far less.
const (
	maxHeaderBytes  = 256 << 10
	maxHeaderLines  = 5000
	maxSignedFields = 500      // that one signature names
	maxEmptyLines   = 64 << 10 // bytes of line ends, one behind the other
)

// signature is what a DKIM-Signature says of itself, whoever wrote it.
type signature struct {
	domain, selector string // d=, s=
	fields           int    // that it names (h=)
}

// key returns the name of its key in the DNS (RFC 6376 section 3.6.2.1).
func (s signature) key() string { return s.selector + "._domainkey." + s.domain }

// signaturesOf returns the topmost signatures of a mail, those that are verified, in their order. tooMuch says why the
// mail is too much work to verify any; empty: it is not.
func signaturesOf(raw []byte) (all []signature, tooMuch string) {
	lines, start, at := 0, 0, 0
	endField := func() {
		name, value, _ := bytes.Cut(raw[start:at], []byte(":"))
		if len(all) < maxSignatures && strings.EqualFold(string(bytes.TrimSpace(name)), "DKIM-Signature") {
			tags := tagsOf(string(value))
			all = append(all, signature{tags["d"], tags["s"], strings.Count(tags["h"], ":") + 1})
		}
		start = at
	}
	for line := range bytes.Lines(raw) {
		text := bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))
		if len(text) == 0 {
			break
		}
		if text[0] != ' ' && text[0] != '\t' {
			endField()
		}
		lines++
		at += len(line)
	}
	endField()
	switch {
	case at > maxHeaderBytes || lines > maxHeaderLines:
		return all, "the header is too long"
	case longestOfLineEnds(raw[at:]) > maxEmptyLines:
		return all, "too many empty lines"
	}
	return all, ""
}

// longestOfLineEnds returns the length of the longest run of CR and LF.
func longestOfLineEnds(text []byte) (longest int) {
	run := 0
	for _, c := range text {
		if run++; c != '\r' && c != '\n' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}

// tagsOf returns the tags of a list (RFC 6376 section 3.2), without the blanks within their values.
func tagsOf(list string) map[string]string {
	tags := map[string]string{}
	for part := range strings.SplitSeq(list, ";") {
		tag, value, _ := strings.Cut(part, "=")
		tags[strings.TrimSpace(tag)] = strings.Join(strings.Fields(value), "")
	}
	return tags
}
