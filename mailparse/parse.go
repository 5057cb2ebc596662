package mailparse

import (
	"bytes"
	"strings"

	"maildesk/mailparse/address"
	"maildesk/mailparse/header"
	"maildesk/mailparse/quote"
	"maildesk/mailparse/report"
	"maildesk/mailparse/room"
)

// Parse understands one mail as it came. It never fails; see [Message] for
// what it returns. Its work and memory are bounded: a mail over a limit of the
// guard is read no further than its header (Withheld).
func Parse(raw []byte, env Envelope) *Message {
	if !bytes.Contains(raw, []byte("\n")) {
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n")) // line endings of old Macs
	}
	if n := bytes.Count(raw, []byte("\r\r\n")); n > 0 && 2*n > bytes.Count(raw, []byte("\n")) {
		raw = bytes.ReplaceAll(raw, []byte("\r\r\n"), []byte("\r\n")) // line endings that were made twice
	}
	limit := guard(raw)
	if limit != "" {
		return withheld(raw, env, limit)
	}
	h, body, odd := header.Read(raw)
	root := readTree(h, body, 0, new(bytes.Buffer))
	redecodeFields(h, root)
	m := &Message{}
	if odd > 0 {
		m.Problems = append(m.Problems, "lines in the header that are no field")
	}
	m.readFields(h)
	b := gather(root, room.New())
	m.Text, m.HTML, m.Attachments, m.Forwarded = b.text(), b.html(), b.attachments, b.forwarded
	m.EventIDs = b.eventIDs()
	m.Problems = append(m.Problems, b.problems...)
	if b.shortened() {
		m.Problems = append(m.Problems, room.ProblemCut)
	}
	m.setReply(b)
	m.Encrypted = b.encrypted || isArmored(m.Reply)
	about := &report.Mail{Header: h, Text: m.Text, Parts: reportParts(root)}
	about.Parts.Calendar = about.Parts.Calendar && b.acceptance()
	m.classify(h, env, about, m.purpose())
	m.Bounces, m.ReportedMessageID = about.Read(m.Class)
	m.Language = languageOf(h, m.FromShown.Name, m.Reply)
	return m
}

// withheld understands the header of a mail that is over a limit.
func withheld(raw []byte, env Envelope, limit string) *Message {
	h := boundedHeader(raw)
	m := &Message{Withheld: true, Problems: []string{"content withheld: " + limit}}
	m.readFields(h)
	m.classify(h, env, &report.Mail{Header: h, Parts: reportParts(newPart(h))}, quote.Unknown)
	m.Language = languageOf(h, m.FromShown.Name, m.Subject)
	return m
}

// readFields reads what the header alone says.
func (m *Message) readFields(h Header) {
	m.Header = h
	m.Subject = h.Get("Subject")
	m.MessageID = first(header.MessageIDs(h.Raw("Message-ID")))
	m.InReplyTo = header.AnsweredIDs(h.AllRaw("In-Reply-To"))
	m.References = header.MessageIDs(strings.Join(h.AllRaw("References"), " "))
	if m.MessageID == "" {
		m.Problems = append(m.Problems, "no usable Message-ID")
	}
	m.readPeople(h)
	m.Date = header.Date(h.Raw("Date"))
	if m.Date.IsZero() {
		m.Problems = append(m.Problems, "no readable Date")
	}
}

func (m *Message) readPeople(h Header) {
	froms := h.AllRaw("From")
	var err error
	if m.From, err = ParseIdentity(froms); err != nil {
		m.Problems = append(m.Problems, "no sender identity: "+err.Error())
	}
	m.Writer = m.From
	if m.Writer.Address == "" {
		m.Writer, _ = address.Only(froms)
	}
	list := func(name string) []Address {
		all := address.List(strings.Join(h.AllRaw(name), ", "))
		return all[:min(len(all), header.MaxList)]
	}
	for _, name := range []string{"From", "Sender", "Resent-From"} {
		if shown := list(name); len(shown) > 0 && m.FromShown == (Address{}) {
			m.FromShown = shown[0]
		}
	}
	m.ReplyTo, m.To, m.Cc = list("Reply-To"), list("To"), list("Cc")
}

func first(s []string) string {
	if len(s) == 0 {
		return ""
	}
	return s[0]
}
