package simulation

import (
	"fmt"
	"regexp"
	"time"

	"maildesk/mailparse"
	"maildesk/simulation/dice"
	"maildesk/simulation/mailtext"
	"maildesk/ticket"
)

// isAsked is what a vendor does with a question: their own desk confirms it, and somebody
// answers, now and then from another address of theirs; or nobody does.
func (p *person) isAsked(m ticket.OutboxMail, head mailtext.Header) {
	w := p.w
	if p.mute {
		return
	}
	if w.Chance(40) {
		w.post(w.Between(time.Second, time.Minute), w.write(&letter{
			from: p, to: []string{head.AnswerTo}, subject: fmt.Sprintf("[VEN-%d] received: %s", m.Ticket, head.Subject), null: true, meaning: machine,
			text: "We have received your request.\n", header: "Auto-Submitted: auto-replied\n", after: &m,
		}))
	}
	if !w.Chance(65) {
		return
	}
	from := p
	if w.Chance(25) {
		from = &person{w: w, address: "second." + p.address, name: "Will Vogel", habit: sells}
	}
	w.post(w.Between(time.Minute, 20*time.Hour), w.write(&letter{
		from: from, to: []string{head.AnswerTo}, subject: "Re: " + head.Subject, meaning: inform, after: &m,
		text: dice.Pick(w.Dice, []string{"There is a newer release, 5.2 %s.\n", "We do not know this device %s.\n", "Please send us the number on its back %s.\n"}),
	}))
}

// voteLink finds an address by which somebody votes.
var voteLink = regexp.MustCompile(`mailto:(\S+-(?:approve|reject)@[a-z.]+)`)

// votes is what somebody does who is asked to approve: they follow one of the links, only
// write, or are away.
func (p *person) votes(m ticket.OutboxMail, head mailtext.Header) {
	w := p.w
	links := voteLink.FindAllStringSubmatch(mailparse.Parse(m.Bytes, mailparse.Envelope{}).Text, -1)
	l := &letter{from: p, to: []string{head.AnswerTo}, subject: "Re: " + head.Subject, meaning: inform, after: &m, text: "Well %s.\n"}
	switch {
	case len(links) != 2 || w.Chance(20):
		return
	case w.Chance(20):
		l.meaning, l.null, l.header, l.text = machine, true, "Auto-Submitted: auto-replied\n", "I am away.\n"
	case w.Chance(75):
		l.to = []string{dice.Pick(w.Dice, links)[1]}
	}
	w.post(w.Between(time.Minute, 10*time.Hour), w.write(l))
}
