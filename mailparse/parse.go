package mailparse

import (
	"bytes"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"

	"maildesk/mailparse/charset"
	"maildesk/mailparse/quote"
)

// Parse understands one mail as it came. It never fails; see [Message] for
// what it returns. Its work and memory are bounded: a mail over a limit of the
// guard is read no further than its header (Withheld).
func Parse(raw []byte, env Envelope) *Message {
	if !bytes.Contains(raw, []byte("\n")) {
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n")) // line endings of old Macs
	}
	limit := guard(raw)
	if limit != "" {
		return withheld(raw, env, limit)
	}
	h, body, odd := readHeader(raw)
	root := readTree(h, body, 0, new(bytes.Buffer))
	m := &Message{}
	if odd > 0 {
		m.Problems = append(m.Problems, "lines in the header that are no field")
	}
	m.readFields(h)
	b := gather(root, newRoom())
	m.Text, m.HTML, m.Attachments, m.Forwarded = b.text(), b.html(), b.attachments, b.forwarded
	m.Problems = append(m.Problems, b.problems...)
	if b.shortened() {
		m.Problems = append(m.Problems, problemCut)
	}
	m.setReply(b)
	m.classify(h, env, root, m.purpose())
	m.Bounces, m.ReportedMessageID = report(m.Class, h, root, m.Text)
	m.Language = languageOf(h, m.Reply)
	return m
}

// withheld understands the header of a mail that is over a limit.
func withheld(raw []byte, env Envelope, limit string) *Message {
	h := boundedHeader(raw)
	m := &Message{Withheld: true, Problems: []string{"content withheld: " + limit}}
	m.readFields(h)
	root := newPart(h)
	m.classify(h, env, root, quote.Unknown)
	m.Language = languageOf(h, m.Subject)
	return m
}

// readFields reads what the header alone says.
func (m *Message) readFields(h Header) {
	m.Header = h
	m.Subject = h.Get("Subject")
	m.MessageID = first(messageIDs(h.raw("Message-ID")))
	m.InReplyTo = answeredIDs(h.allRaw("In-Reply-To"))
	m.References = messageIDs(strings.Join(h.allRaw("References"), " "))
	if m.MessageID == "" {
		m.Problems = append(m.Problems, "no usable Message-ID")
	}
	m.readPeople(h)
	m.Date = readDate(h.raw("Date"))
	if m.Date.IsZero() {
		m.Problems = append(m.Problems, "no readable Date")
	}
}

// maxList bounds the addresses and message ids that are read of one mail.
const maxList = 1000

func (m *Message) readPeople(h Header) {
	froms := h.allRaw("From")
	var problem string
	if m.From, problem = identity(froms); problem != "" {
		m.Problems = append(m.Problems, problem)
	}
	list := func(name string) []Address {
		all := addressList(strings.Join(h.allRaw(name), ", "))
		return all[:min(len(all), maxList)]
	}
	for _, name := range []string{"From", "Sender", "Resent-From"} {
		if shown := list(name); len(shown) > 0 && m.FromShown == (Address{}) {
			m.FromShown = shown[0]
		}
	}
	m.ReplyTo, m.To, m.Cc = list("Reply-To"), list("To"), list("Cc")
}

const maxMessageID = 900 // bytes; a line has at most 998 (RFC 5322 section 2.1.1)

var messageIDPattern = regexp.MustCompile(`<[^<>\s"]+>`)

// messageIDs returns the message ids of a field value, in order. QUIRK: ids
// without an "@" occur and are kept, so that answers to them are threaded (RFC
// 5322 section 3.6.4 wants left@right); bare words are taken when nothing stands
// in angle brackets.
func messageIDs(raw string) []string {
	ids := messageIDPattern.FindAllString(raw, maxList)
	if ids == nil {
		for _, word := range strings.Fields(raw) {
			word = strings.Trim(word, "<>,;\"")
			if strings.Contains(word, "@") && !strings.ContainsAny(word, "<>\"()") && len(ids) < maxList {
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

// answeredIDs reads the fields In-Reply-To.
//
// QUIRK: clients of old wrote "Message from A <a@example.org> of <id>" and
// "<id> (message from A <a@example.org>)" (RFC 5322 section 4.5.4). An address
// taken for an id would make one thread of all that was written to A.
func answeredIDs(fields []string) []string {
	var all []string
	for _, raw := range fields {
		ids := messageIDs(raw)
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
	return all[:min(len(all), maxList)]
}

// readDate reads a date-time (RFC 5322 section 3.3), and some that are not.
func readDate(raw string) time.Time {
	if len(raw) > 200 {
		return time.Time{}
	}
	if t, err := time.Parse(time.RFC1123Z, raw); err == nil {
		return t // the usual form; mail.ParseDate tries others first
	}
	if t, err := mail.ParseDate(raw); err == nil {
		return t
	}
	raw, _, _ = strings.Cut(raw, "(")
	raw = strings.Join(strings.Fields(strings.ReplaceAll(raw, ".", ":")), " ")
	for _, layout := range []string{
		time.ANSIC, time.UnixDate, time.RubyDate, time.RFC1123, time.RFC1123Z, time.RFC3339,
		"Mon, 2 Jan 2006 15:04:05", "Mon, 2 Jan 2006 15:04", "2 Jan 2006 15:04:05", "2 Jan 2006 15:04:05 -0700",
		"Mon, 2 Jan 06 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 GMT-0700", "Mon, 2 January 2006 15:04:05 -0700",
		"Monday, 2 January 2006 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02 15:04:05 -0700", "Mon, 2 Jan 2006 3:04:05 PM -0700",
	} {
		if t, err := time.Parse(layout, raw); err == nil {
			return t
		}
	}
	return time.Time{}
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}
