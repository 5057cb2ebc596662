package simulation

import (
	"fmt"
	"strings"
	"time"

	"maildesk/simulation/dice"
	"maildesk/simulation/house"
	"maildesk/simulation/mailtext"
	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// byAddress are what agents do by the addresses in their notices.
var byAddress = []struct {
	action  string
	meaning meaning
	text    string
}{
	{"take", order, "\n"}, {"resolve", answer, "It is mended, please try again %s.\n"},
	{"note", note, "It is the old device from the cellar %s.\n"}, {"escalate", note, "This needs the people of the network %s.\n"},
}

// actsByAddress lets an agent write to an address of their notice; false: it has none for
// what they want.
func (w *world) actsByAddress(l *letter, m ticket.OutboxMail) bool {
	a := dice.Pick(w.Dice, byAddress)
	to := mailtext.SignedAddress(m.Bytes, a.action)
	if to == "" {
		return false
	}
	l.to, l.meaning, l.text = []string{to}, a.meaning, a.text
	w.seen.Note(rare.ByAddress)
	return true
}

// leaves lets somebody in copy leave, by a word or by the address for it; false: they do
// not, or are not in copy.
func (p *person) leaves(m ticket.OutboxMail, head mailtext.Header) bool {
	w := p.w
	list := head.Unsubscribe
	if list == "" || !w.Chance(25) {
		return false
	}
	l := &letter{from: p, to: []string{head.AnswerTo}, subject: "Re: " + head.Subject, text: "unsubscribe\n", meaning: order, after: &m}
	if w.Chance(50) {
		address, _, _ := strings.Cut(strings.TrimPrefix(strings.Trim(list, "<>"), "mailto:"), "?")
		l.to, l.subject, l.after = []string{address}, "unsubscribe", nil
	}
	w.post(w.Between(time.Minute, time.Hour), w.write(l))
	return true
}

// passesOn lets an agent pass on a mail that somebody wrote to them alone, or that the
// desk has already.
func (w *world) passesOn() {
	if w.calm || len(w.letters) >= w.house.Letters {
		return
	}
	from, of := w.people[dice.Pick(w.Dice, []string{house.Alice, house.Bob})], w.people[dice.Pick(w.Dice, []string{"ana@mill.example.com", "dora@other.example.net"})]
	subject, text, _ := strings.Cut(dice.Pick(w.Dice, matters[:7]), "|")
	for _, l := range w.letters {
		if l.meaning == request && l.after == nil && l.from == of && w.Chance(50) {
			subject, text = l.subject, strings.TrimSpace(l.text)
			break
		}
	}
	l := &letter{from: from, to: []string{house.Support}, subject: "FW: " + subject, meaning: request}
	l.text = "Please take it in %s.\n\n-----Original Message-----\nFrom: " + of.name + " <" + of.address + ">\nSent: Monday, November 23, 2026 08:20\nTo: " + from.name +
		"\nSubject: " + subject + "\n\n" + text + "\n"
	w.handOver(w.write(l))
}

// inOurName lets a scanner write in the desk's own name, at times about a ticket.
func (w *world) inOurName() {
	if w.calm || len(w.letters) >= w.house.Letters {
		return
	}
	scanner := &person{w: w, address: house.Support, name: "Scanner"}
	subject := "Scan"
	if w.Chance(50) {
		subject = fmt.Sprintf("Re: [Example IT #%d] Scan", 1+w.IntN(4))
	}
	w.handOver(w.write(&letter{from: scanner, to: []string{house.Support}, subject: subject, text: "A page was scanned for you.\n", meaning: request}))
}
