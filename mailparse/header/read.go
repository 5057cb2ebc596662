package header

import (
	"bytes"
	"math"
	"regexp"
	"strings"
)

// Read reads the header at the beginning of a mail and returns the body
// after it. Lines that are no field are stepped over and counted.
//
// QUIRK: RFC 5322 section 2.2 knows no such lines. net/mail and go-message
// refuse the whole mail for one of them; we keep what can be read.
func Read(b []byte) (h Header, body []byte, odd int) {
	b = skipPreamble(b)
	sure := -1 // how much of b is left where a field of a header stands for sure
	for len(b) > 0 {
		line, rest := CutLine(b)
		if len(line) == 0 {
			if h.unfinished() && h.goesOn(rest) {
				odd++
				b = rest
				continue
			}
			return h, rest, odd
		}
		if !IsField(line) {
			if sure < 0 {
				sure = leadingField(h, rest)
			}
			if line[0] != ' ' && line[0] != '\t' && len(rest) < sure && !FieldFollows(rest) {
				return h, b, odd + 1 // the empty line was forgotten: this is the body
			}
			odd++
			b = rest
			continue
		}
		var value []byte
		name, first, _ := bytes.Cut(line, []byte(":"))
		value, b = unfold(first, rest)
		value, b = unfoldParameters(name, value, b)
		value, b = unfoldWords(name, value, b)
		h = append(h, NewField(string(bytes.TrimRight(name, " \t")), string(value)))
	}
	return h, nil, odd
}

// NewField decodes one field whose lines were joined already.
func NewField(name, raw string) Field {
	return Field{Name: name, Value: Decode(raw), Raw: raw}
}

// skipPreamble steps over a byte order mark, empty lines and the "From " line of mbox files;
// "From :" is the field (RFC 5322 section 4.5.1 allows the blank).
//
// QUIRK: scripts that write a mail to a file put the mark of UTF-8 and empty lines in front.
func skipPreamble(b []byte) []byte {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	for {
		line, rest := CutLine(b)
		mbox := bytes.HasPrefix(line, []byte("From ")) && !IsField(line) || bytes.HasPrefix(line, []byte(">From "))
		if len(rest) == 0 || !mbox && (len(bytes.TrimSpace(line)) > 0 || !FieldFollows(bytes.TrimLeft(rest, " \t\r\n"))) {
			return b
		}
		b = rest
	}
}

// unfold joins the continuation lines to the first line of a field value, with
// one space each (RFC 5322 section 2.2.3).
func unfold(first, rest []byte) (value, after []byte) {
	value = bytes.TrimSpace(first)
	value = value[:len(value):len(value)] // a continuation must not overwrite the mail
	for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
		var line []byte
		line, rest = CutLine(rest)
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if len(value) > 0 {
				value = append(value, ' ')
			}
			value = append(value, line...)
		}
	}
	return value, rest
}

// maxOdd is how many lines that are no fields may stand above the author.
const maxOdd = 500

// leadingField looks for the fields with which no header does without, where none
// of them was read: a long field whose lines lost their indent stands above them.
// It returns how much of b is left behind that field; more than can be when there
// is none.
func leadingField(h Header, b []byte) (left int) {
	if h.Raw("From") != "" {
		return math.MaxInt
	}
	for rest, n := b, 0; n < maxOdd; n++ {
		var line []byte
		if line, rest = CutLine(rest); len(line) == 0 {
			break
		}
		switch nameOf(line) {
		case "from", "message-id", "mime-version":
			return len(rest)
		}
	}
	return math.MaxInt
}

// parameter is a line that holds nothing but a parameter of RFC 2045.
var parameter = regexp.MustCompile(`^[A-Za-z][\w*-]{1,30}\s*=\s*(?:"[^"]*"|[^\s";]+)\s*;?\s*$`)

// IsParameter reports whether a line of a header holds nothing but a parameter.
func IsParameter(line []byte) bool { return parameter.Match(line) }

// unfoldParameters joins parameters whose lines lost their indent to the field of
// MIME that they belong to.
//
// QUIRK: RFC 5322 section 2.2.3 knows no line of a field without its indent; gateways
// that trim lines leave such parameters, and the boundary among them.
func unfoldParameters(name, value, rest []byte) (joined, after []byte) {
	for len(name) > 8 && bytes.EqualFold(name[:8], []byte("content-")) {
		line, below := CutLine(rest)
		if len(line) == 0 || !parameter.Match(line) {
			break
		}
		if !bytes.HasSuffix(value, []byte(";")) {
			value = append(value, ';')
		}
		value = append(append(value, ' '), line...)
		value, rest = unfold(value, below)
	}
	return value, rest
}

// unfoldWords joins lines that lost their indent and can be nothing but a part of the
// field above: an encoded word, or a mailbox below the name of its owner.
func unfoldWords(name, value, rest []byte) (joined, after []byte) {
	for {
		line, below := CutLine(rest)
		switch {
		case bytes.HasPrefix(line, []byte("=?")) && encodedWord.Match(line):
		case mailboxLine.Match(line) && mailboxField.Match(name):
		default:
			return value, rest
		}
		value = append(append(value, ' '), bytes.TrimSpace(line)...)
		value, rest = unfold(value, below)
	}
}

var (
	mailboxLine  = regexp.MustCompile(`^<[^<>@\s]+@[^<>@\s]+>,?\s*$`)
	mailboxField = regexp.MustCompile(`(?i)^(?:from|to|cc|reply-to|sender)$`)
)

// unfinished reports whether a header lacks the fields without which no program sends
// a mail (RFC 5322 section 3.6): an empty line came into it.
func (h Header) unfinished() bool {
	return len(h) > 0 && h.Raw("Date") == "" && h.Raw("Message-ID") == "" && h.Raw("MIME-Version") == "" && h.Raw("Content-Type") == ""
}

// goesOn reports whether a text that stands below an empty line goes on with a header: it has one
// of the fields that only programs write, none again that was read, and ends within some lines. A
// form that sends fields as its text does not.
func (h Header) goesOn(b []byte) bool {
	sure := false
	for range maxBegin {
		line, rest := CutLine(b)
		if len(line) == 0 {
			return sure
		}
		if b = rest; line[0] == ' ' || line[0] == '\t' {
			continue
		}
		switch name := nameOf(line); name {
		case "":
			return false
		case "from", "to", "subject", "reply-to":
			if h.Raw(name) != "" {
				return false
			}
		case "message-id", "mime-version", "content-type":
			sure = true
		}
	}
	return false
}

// Begins reports whether a text begins with the fields of a mail.
func Begins(b []byte) bool {
	seen := 0
	for range maxBegin {
		line, rest := CutLine(b)
		name := nameOf(line)
		if len(line) == 0 || line[0] != ' ' && line[0] != '\t' && name == "" {
			break
		}
		switch name {
		case "from", "to", "subject", "date", "message-id", "mime-version", "content-type", "received":
			seen++
		}
		b = rest
	}
	return seen >= minBegin
}

const (
	maxBegin = 40 // lines that are looked at for the fields of a mail
	minBegin = 3  // that there must be
)

// FieldFollows looks a few lines ahead for another field of the same header.
func FieldFollows(b []byte) bool {
	for range 5 {
		line, rest := CutLine(b)
		if len(line) == 0 {
			return false
		}
		if IsField(line) {
			return true
		}
		b = rest
	}
	return false
}

// IsField reports whether a line begins a field: a name of printable ASCII and a
// colon (RFC 5322 section 2.2). Blanks before the colon are the obsolete syntax
// of section 4.5.
func IsField(line []byte) bool {
	i := bytes.IndexByte(line, ':')
	if i <= 0 {
		return false
	}
	name := bytes.TrimRight(line[:i], " \t")
	for _, c := range name {
		if c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return len(name) > 0
}

// nameOf returns the name of the field that a line begins, in lower case; empty: it begins
// none.
func nameOf(line []byte) string {
	if !IsField(line) {
		return ""
	}
	name, _, _ := bytes.Cut(line, []byte(":"))
	return strings.ToLower(string(bytes.TrimRight(name, " \t")))
}

// CutLine cuts the first line off, without its line ending.
func CutLine(b []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
}
