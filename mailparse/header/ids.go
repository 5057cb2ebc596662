package header

import (
	"regexp"
	"slices"
	"strings"

	"maildesk/mailparse/charset"
)

// MaxList bounds the addresses and message ids that are read of one mail.
const MaxList = 1000

const maxMessageID = 900 // bytes; a line has at most 998 (RFC 5322 section 2.1.1)

var messageIDPattern = regexp.MustCompile(`<[^<>\s"]+>`)

// MessageIDs returns the message ids of a field value, in order. QUIRK: ids
// without an "@" occur and are kept, so that answers to them are threaded (RFC
// 5322 section 3.6.4 wants left@right); bare words are taken when nothing stands
// in angle brackets.
func MessageIDs(raw string) []string {
	ids := messageIDPattern.FindAllString(raw, MaxList)
	if ids == nil {
		for _, word := range strings.Fields(raw) {
			word = strings.Trim(word, "<>,;\"")
			if strings.Contains(word, "@") && !strings.ContainsAny(word, "<>\"()") && len(ids) < MaxList {
				ids = append(ids, "<"+word+">")
			}
		}
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return len(id) > maxMessageID })
	for i := range ids {
		ids[i] = charset.CleanLine(ids[i])
	}
	return ids
}

// ReadableIDs returns a field of ids as one line of UTF-8 in which [MessageIDs] finds the same as in its raw value.
func (f Field) ReadableIDs() string {
	return charset.CleanLine(messageIDPattern.ReplaceAllStringFunc(f.Raw, charset.CleanLine))
}

// AnsweredIDs reads the fields In-Reply-To.
//
// QUIRK: clients of old wrote "Message from A <a@example.org> of <id>" and
// "<id> (message from A <a@example.org>)" (RFC 5322 section 4.5.4). An address
// taken for an id would make one thread of all that was written to A.
func AnsweredIDs(fields []string) []string {
	var all []string
	for _, raw := range fields {
		ids := MessageIDs(raw)
		words := strings.Trim(messageIDPattern.ReplaceAllString(raw, " "), " \t\r\n,;")
		if len(ids) > 1 && words != "" {
			if strings.HasPrefix(strings.TrimSpace(raw), "<") {
				ids = ids[:1]
			} else {
				ids = ids[len(ids)-1:]
			}
		}
		all = append(all, ids...)
	}
	return all[:min(len(all), MaxList)]
}

// FirstID returns the first "<left@right>" of a value, or nothing.
func FirstID(value string) string {
	_, rest, found := strings.Cut(value, "<")
	id, _, closed := strings.Cut(rest, ">")
	if !found || !closed || id == "" || strings.ContainsAny(id, " \t") {
		return ""
	}
	return "<" + id + ">"
}
