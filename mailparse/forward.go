package mailparse

import (
	"net/mail"
	"strings"
	"time"
)

// maxForwarded bounds the mails within a mail that are listed.
const maxForwarded = 20

// readForwarded makes a forwarded mail of the fields above it and its lines.
func readForwarded(fields map[fieldKind]string, lines []line) Forwarded {
	f := Forwarded{Subject: cleanHeader(fields[subjectField]), Date: shownDate(fields[sentField]), Text: renderLines(trimLines(lines))}
	f.From = shownAddress(fields[fromField])
	return f
}

// shownAddress reads a mailbox as mail programs show it: "Ana <a@b>", "Ana
// [mailto:a@b]", or a name alone.
func shownAddress(s string) Address {
	s = strings.NewReplacer("[mailto:", "<", "]", ">", "<mailto:", "<", "*", "").Replace(s)
	if i := strings.Index(s, "<"); i >= 0 {
		if inner := strings.LastIndex(s, "<"); inner != i {
			s = s[:inner] // "Ana <a@b<mailto:a@b>>"
			if strings.Count(s, ">") == 0 {
				s += ">"
			}
		}
	}
	if list := addressList(s); len(list) > 0 && list[0].Address != "" {
		return list[0]
	}
	name, _, _ := strings.Cut(s, "<")
	return Address{Name: cleanHeader(strings.Trim(name, `" `))}
}

// shownDate reads a date as mail programs show it, if it is one of the common
// English or numeric forms; else it is zero.
func shownDate(s string) time.Time {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\u202f", " "))
	if len(s) > 100 {
		return time.Time{}
	}
	if t, err := mail.ParseDate(s); err == nil {
		return t
	}
	s = strings.Join(strings.Fields(strings.NewReplacer(" at ", " ", ",", "").Replace(s)), " ")
	for _, layout := range []string{
		"Monday January 2 2006 3:04 PM", "Monday January 2 2006 3:04:05 PM", "Mon Jan 2 2006 3:04 PM", "Monday 2 January 2006 15:04",
		"Monday 2 January 2006 15:04:05", "2 January 2006 15:04:05 MST", "2 January 2006 15:04", "January 2 2006 3:04:05 PM MST",
		"January 2 2006 3:04:05 PM", "Mon Jan 2 2006 15:04", "2006-01-02 15:04", "2006-01-02 15:04:05", "02.01.2006 15:04", "02 January 2006 15:04:05 MST",
		"Mon 2 Jan 2006 15:04:05 -0700", "Mon 2 Jan 2006 15:04:05", "2 Jan 2006 15:04",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return readDate(s)
}

// forwardedMail describes a mail that is attached as message/rfc822.
func forwardedMail(p *part) Forwarded {
	inner := p.children[0]
	h := inner.header
	b := gather(inner)
	f := Forwarded{
		Subject:    h.Get("Subject"),
		Date:       readDate(h.raw("Date")),
		MessageID:  first(messageIDs(h.raw("Message-ID"))),
		Text:       b.text(),
		Attachment: true,
	}
	if f.Text == "" && len(b.forwarded) > 0 {
		f.Text = b.forwarded[0].Text // passed on again and again
	}
	if list := addressList(h.raw("From")); len(list) > 0 {
		f.From = list[0]
	}
	return f
}
