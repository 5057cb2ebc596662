package mailparse

import (
	"strings"

	"maildesk/mailparse/html"
)

// part is one node of the MIME tree (RFC 2045, 2046).
//
// Beside the children of a multipart, these parts have children too:
//
//   - message/rfc822 and message/global (also when declared as a file with an
//     .eml name): content holds the raw mail, and the one child is the root of
//     the inner mail, with the inner mail's top header. Mails nested deeper than
//     maxNesting keep only their content.
//   - text/rfc822-headers and message/global-headers: one child that has only
//     a header.
//   - message/delivery-status, message/disposition-notification and
//     message/feedback-report (and the message/global- forms): one child for
//     each block of fields, with only a header (RFC 3464 section 2: the first
//     is per message, the others are per recipient).
type part struct {
	header      Header
	mediaType   string            // lower case, never empty; text/plain when not declared
	params      map[string]string // of Content-Type; keys lower case, values decoded
	disposition string            // lower case: inline, attachment, or empty
	filename    string            // decoded, as the sender wrote it; see attachmentName
	contentID   string            // without angle brackets
	content     []byte            // without the transfer encoding; nil for a multipart
	text        string            // text/* decoded to UTF-8, lines ended by "\n"
	cut         bool              // text is not all of content
	children    []*part
	pictures    []html.Picture // that stood within content
	problems    []string
	encrypted   bool
	doubtful    bool // text may be other words than content says
}

// maxNesting is how deep mails within mails are read.
const maxNesting = 3

// walk calls visit for p and everything below it in the order of the mail,
// until visit returns false. It does not enter the mails within the mail.
func (p *part) walk(visit func(*part) bool) bool {
	if !visit(p) {
		return false
	}
	if p.embedded() {
		return true
	}
	for _, child := range p.children {
		if !child.walk(visit) {
			return false
		}
	}
	return true
}

// embedded reports whether the children of p are not parts of this mail but
// another mail, or fields of a report.
func (p *part) embedded() bool {
	return len(p.children) > 0 && !p.multipart()
}

func (p *part) multipart() bool { return hasPrefixFold(p.mediaType, "multipart/") }

func hasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}
