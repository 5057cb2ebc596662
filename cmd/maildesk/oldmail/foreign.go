package oldmail

import (
	"bytes"
	"regexp"

	"maildesk/mailbox"
)

// kinds are files that are no mails, by how they begin, with what to do about them.
var kinds = []struct{ begin, why string }{
	{"\x1f\x8b", "is packed (gzip); unpack it first"},
	{"PK\x03\x04", "is packed (zip); unpack it first"},
	{"BZh", "is packed (bzip2); unpack it first"},
	{"\xfd7zXZ\x00", "is packed (xz); unpack it first"},
	{"\x28\xb5\x2f\xfd", "is packed (zstd); unpack it first"},
	{"7z\xbc\xaf\x27\x1c", "is packed (7z); unpack it first"},
	{"!BDN", "is a data file of Outlook; turn it into mbox files first, as readpst does"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is a file of Outlook or another program of Microsoft's; save mails as .eml"},
	{"\x01\x01\x01\x01\n", "is an MMDF folder; turn it into an mbox file first, as mutt does"},
	{"BABYL OPTIONS:", "is a Babyl folder; turn it into an mbox file first, as Emacs does"},
}

const (
	headBytes = 64 << 10 // in which a header begins
	headLines = 50
)

var (
	anyField = regexp.MustCompile(`^[!-9;-~]+[ \t]*:`)
	// mailField begins a field that nearly every mail has (RFC 5322 section 3.6).
	mailField = regexp.MustCompile(`(?i)^(?:from|sender|reply-to|to|cc|subject|date|message-id|received|return-path|delivered-to|mime-version|content-type)[ \t]*:`)
	// folderData is the subject of what Pine and IMAP servers keep at the head of an mbox.
	folderData = "DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA"
)

// notMail returns why something that was found is no mail, with what to do about it; empty
// for a mail, which may be odd: whatever lies in an mbox or a Maildir is one.
func notMail(item mailbox.Item, subject string) string {
	if subject == folderData {
		return "holds data of a mail program"
	}
	if item.Delivered() {
		return ""
	}
	if len(bytes.TrimSpace(item.Raw)) == 0 {
		return "is empty"
	}
	for _, k := range kinds {
		if bytes.HasPrefix(item.Raw, []byte(k.begin)) {
			return k.why
		}
	}
	if !hasHeader(item.Raw) {
		return "is no mail"
	}
	return ""
}

// hasHeader reports whether a file begins with the header of a mail. A line or more of something else may
// stand above it, such as the length that Apple Mail writes there.
func hasHeader(raw []byte) bool {
	head, _, _ := bytes.Cut(raw[:min(len(raw), headBytes)], []byte{0})
	head = bytes.TrimPrefix(head, []byte("\ufeff"))
	lines := 0
	for line := range bytes.Lines(bytes.TrimLeft(head, "\r\n")) {
		if lines++; lines > headLines {
			return false
		}
		if mailField.Match(line) || lines == 1 && anyField.Match(line) {
			return true
		}
	}
	return false
}
