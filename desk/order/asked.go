package order

import (
	"slices"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/settings"
)

// Inquiries returns what the commands of a mail ask vendors, as they were read at a time
// in the desk's zone. What is no inquiry is left out.
func Inquiries(commands []command.Command, at time.Time) (asks []Inquiry) {
	for _, c := range commands {
		if c.Name != "ask" {
			continue
		}
		read := command.ReadInquiry(c.Arg, at)
		all, err := addresses("ask", read.Addresses)
		if err != nil {
			continue
		}
		for _, a := range all {
			asks = append(asks, Inquiry{Address: a.Address, Text: read.Text})
		}
	}
	return asks
}

// Whole returns what a vendor is asked: what stands on the line of the command, and the
// text below.
func (q Inquiry) Whole(text string) string {
	return strings.TrimSpace(q.Text + "\n\n" + text)
}

// askedMark stands before those who are asked, at the beginning of a filed text.
const askedMark = "→ "

// FiledAbove returns a text as it is filed below the addresses of those who are asked, and what they are asked.
func FiledAbove(addresses []string, asked, text string) string {
	return strings.TrimSpace(strings.TrimSpace(askedMark+strings.Join(addresses, ", ")+"\n"+asked) + "\n\n" + text)
}

// NamesAsked reports whether a text was filed with those who are asked above it, by [Filed] or [FiledAbove].
func NamesAsked(filed string) bool { return strings.HasPrefix(filed, askedMark) }

// Filed returns a text as it is filed with what vendors are asked, and whom.
func Filed(asks []Inquiry, text string) string {
	var all []string
	for i, q := range asks {
		same := slices.ContainsFunc(asks[i+1:], func(next Inquiry) bool { return next.Text == q.Text })
		all = append(all, askedMark+q.Address)
		if q.Text != "" && !same {
			all = append(all, q.Text)
		}
	}
	return strings.TrimSpace(strings.Join(all, "\n") + "\n\n" + text)
}

// Below returns the text that [Filed] has filed below some inquiries; false: it was filed
// with others.
func Below(filed string, asks []Inquiry) (text string, known bool) {
	rest, known := strings.CutPrefix(filed, Filed(asks, ""))
	if !known || rest != "" && !strings.HasPrefix(rest, "\n\n") {
		return "", false
	}
	return strings.TrimSpace(rest), true
}

// AskedOf returns what a vendor is asked by some inquiries, without the text below them.
func AskedOf(asks []Inquiry, vendor string) string {
	var all []string
	for _, q := range asks {
		if settings.SameAddress(q.Address, vendor) && q.Text != "" {
			all = append(all, q.Text)
		}
	}
	return strings.Join(all, "\n\n")
}
