package mailparse

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"maildesk/mailparse/address"
	"maildesk/mailparse/charset"
	"maildesk/mailparse/header"
	"maildesk/mailparse/quote"
	"maildesk/mailparse/room"
)

// shownMail reads the fields of a mail that was passed on within the text, by a program
// in the zone here.
func shownMail(f quote.Forwarded, here *time.Location) Forwarded {
	from, sent := shownAddress(f.From), f.Sent
	if f.Intro != "" {
		from, sent = introAuthor(f.Intro), f.Intro
		if at := introMailbox.FindStringIndex(sent); at != nil && at[0] > 0 {
			sent = sent[:at[0]]
		}
	}
	return Forwarded{From: from, Subject: charset.CleanLine(f.Subject), Date: header.ShownDate(sent, here), Text: f.Text}
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
	if list := address.List(s); len(list) > 0 && list[0].Address != "" {
		return list[0]
	}
	name, _, _ := strings.Cut(s, "<")
	return Address{Name: charset.CleanLine(strings.Trim(name, `" `))}
}

// forwardedMail describes a mail that is attached as message/rfc822, with room for
// its text.
func forwardedMail(p *part, left *room.Room) Forwarded {
	inner := p.children[0]
	h := inner.header
	b := gather(inner, left)
	f := Forwarded{
		Subject:    h.Get("Subject"),
		Date:       header.Date(h.Raw("Date")),
		MessageID:  first(header.MessageIDs(h.Raw("Message-ID"))),
		Text:       b.text(),
		Attachment: true,
	}
	if f.Text == "" && len(b.forwarded) > 0 {
		f.Text = b.forwarded[0].Text // passed on again and again
	}
	if list := address.List(h.Raw("From")); len(list) > 0 {
		f.From = list[0]
	}
	return f
}

var introMailbox = regexp.MustCompile(`[\w.%+=-]+@[\w-]+(?:\.[\w-]+)+`)

// introAuthor finds the mailbox in an introduction: the address and the words
// before it that may be a name, which are those behind the last figure, mark or
// word in lower case.
func introAuthor(intro string) Address {
	at := introMailbox.FindStringIndex(intro)
	if at == nil {
		return Address{}
	}
	before := strings.TrimRight(intro[:at[0]], " <([")
	if i := strings.LastIndexAny(before, "0123456789,:"); i >= 0 {
		before = before[i+1:]
	}
	words := strings.Fields(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"'«»„“”‘’`, r) {
			return -1
		}
		return r
	}, before))
	from := len(words)
	for from > 0 {
		if r, _ := utf8.DecodeRuneInString(words[from-1]); unicode.IsLower(r) {
			break
		}
		from--
	}
	return Address{Name: charset.CleanLine(strings.Join(words[from:], " ")), Address: address.LowerDomain(intro[at[0]:at[1]])}
}
