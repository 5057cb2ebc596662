package simulation

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/simulation/dice"
	"maildesk/simulation/house"
	"maildesk/simulation/mailtext"
	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// Agents use every command of [command.Table]: one that is added there is played from then
// on, with an argument by what it takes, and a long run in which it was never carried out
// fails and names it.

// arguments are what agents write where a command takes one of these.
var arguments = map[command.Choices][]string{
	command.Agents:     {"alice", "bob", "carol"},
	command.Queues:     {"first-line", "network", "sales"},
	command.Categories: {"network"},
	command.Priorities: {"low", "normal", "high", "urgent"},
	command.Moments:    {"2h", "tomorrow 9:00", "3d", "Friday"},
	command.Days:       {"until Friday", "tomorrow", "3d", "bob until Friday"},
	command.Addresses:  {"kim@guest.example", "ben@mill.example.com", "dora@other.example.net", "private.ana@mill.example.com", "private.dora@other.example.net", help},
	command.Channels:   {"phone", "visit"},
	command.Texts:      {"restart"},
}

// words are what they write behind commands that take something else.
var words = map[string][]string{
	"escalate": {"the gateway is broken"},
	"return":   {"it is nothing for us"},
	"file":     {"1", "2"},
	"tag":      {"cellar", "-cellar"},
	"untag":    {"cellar"},
	"subject":  {"The device from the cellar"},
	"time":     {"15m"}, "bulk": {"1 2 3\n#tag cellar", "2 3 4\n#resolve", "1 2 9\n#assign bob"},
	"kind":    {"incident", "question"},
	"kb":      {"", "How to restart it"},
	"history": {"ana@mill.example.com", ""}, "back": {"", "", "bob"},
	"chase":   {"3x2d"},
	"uncc":    {"ben@mill.example.com"},
	"accept":  {"", "private.ana@mill.example.com", "private.dora@other.example.net"},
	"ask":     {house.VendorAt + " Do you know this device %s?"},
	"approve": {house.BossAt + " May they have it %s?"},
}

// line writes a command, with an argument where it takes one.
func (w *world) line(e command.Entry, on ticket.ID) string {
	known, named := words[e.Name]
	switch {
	case named:
	case e.Choices == command.Tickets:
		other := fmt.Sprint(1 + w.IntN(int(on)+1))
		known = []string{other, other, ""}
	case e.Choices == command.Texts:
		known = append(w.published(), arguments[e.Choices]...)
	case e.Choices != "":
		known = arguments[e.Choices]
	}
	if e.Takes != command.Words {
		return "#" + e.Name + "\n"
	}
	if len(known) == 0 {
		known = []string{"the old device"}
	}
	return strings.TrimSpace("#"+e.Name+" "+dice.Pick(w.Dice, known)) + "\n"
}

// draws are the commands that agents draw from on their mails.
var draws = slices.DeleteFunc(slices.Clone(command.Table), func(e command.Entry) bool {
	return e.Name == "spam" // it ends what is played; a few of [acts] have it
})

// onIncidents are those that only mean something on an incident.
var onIncidents = []string{"announce", "incident", "split", "resolve", "merge", "reply"}

// seldom are those that seldom find what they are about.
var seldom = []string{"uncc", "accept", "untag", "mine", "merge", "merge", "merge", "file", "file", "incident", "link", "myaddress", "myaddress"}

// commands writes what an agent does by one or two commands, alone or with a text, about a
// ticket.
func (w *world) commands(l *letter, on ticket.ID, incident bool) {
	l.meaning, l.text = order, ""
	for range 1 + w.IntN(4)/3 {
		e := dice.Pick(w.Dice, draws)
		switch {
		case incident && w.Chance(60):
			e, _ = command.Lookup(dice.Pick(w.Dice, onIncidents))
		case w.Chance(20):
			e, _ = command.Lookup(dice.Pick(w.Dice, seldom))
		}
		if e.Name == "untag" {
			l.text += "#tag cellar\n"
		}
		if e.Name == "ask" || e.Name == "approve" {
			l.meaning, l.text = ask, w.line(e, on)
			return
		}
		l.text += w.line(e, on)
	}
	if w.Chance(40) || strings.HasPrefix(l.text, "#announce") {
		l.meaning = mixed
		l.text += "\nPlease look behind the device %s.\n"
	}
}

// agentOpens lets an agent write a new mail to the desk: a request that came by phone, or
// one of their own.
func (w *world) agentOpens() {
	if w.calm || len(w.letters) >= w.house.Letters {
		return
	}
	opening := slices.DeleteFunc(slices.Clone(command.Table), func(e command.Entry) bool { return !e.Opens })
	l := &letter{from: w.people[dice.Pick(w.Dice, []string{house.Alice, house.Bob})], to: []string{house.Support}, subject: "A call", meaning: mixed}
	if w.Chance(60) {
		l.text = "#for dora@other.example.net\n#channel phone\n"
	}
	l.text += w.line(dice.Pick(w.Dice, opening), 1) + "\nThe device in the hall makes a noise %s.\n"
	w.handOver(w.write(l))
}

// asksTheDesk lets an agent ask the desk itself, at an address: what is open, who is away.
func (p *person) asksTheDesk(to string, after *ticket.OutboxMail) {
	w := p.w
	asks := slices.Clone(command.Questions)
	for _, e := range command.Table {
		if e.Alone {
			asks = append(asks, e)
		}
	}
	l := &letter{from: p, to: []string{to}, subject: "Question", meaning: order, after: after}
	for range 1 + w.IntN(3) {
		l.text += w.line(dice.Pick(w.Dice, asks), 3)
	}
	w.post(w.Between(time.Minute, time.Hour), w.write(l))
}

// wishes are what requesters ask for by a word on top of their mail.
var wishes = []string{"#close\n", "#reopen\n", "#good\n", "#bad\n", "#list\n", "#language fr\n"}

// wishes lets a requester ask for something by a word, or by an address in a mail to them.
func (p *person) wishes(l *letter, m ticket.OutboxMail) {
	w := p.w
	l.meaning, l.text = order, dice.Pick(w.Dice, wishes)
	if to := mailtext.SignedAddress(m.Bytes, dice.Pick(w.Dice, []string{"good", "bad", "close", "reopen"})); to != "" && w.Chance(60) {
		l.to, l.text = []string{to}, "\n"
		w.seen.Note(rare.ByAddress)
	}
}

// noteCommands counts the commands that were carried out.
func (w *world) noteCommands(r ticket.Reader) error {
	for _, l := range w.letters {
		if !w.isAgent(l.from.address) || l.meaning == machine {
			continue
		}
		m, kept, err := w.effect(w.ctx, r, l)
		if err != nil {
			return err
		}
		undone := []string{"refused-command", "not-done", "undo-late", "undo-nothing"}
		if !kept || m.Ticket == 0 && m.Reason != "question" || slices.Contains(undone, m.Reason) || strings.HasPrefix(m.Reason, "held-") {
			continue
		}
		for _, c := range command.Read(l.text).Commands {
			w.seen.Note(rare.CarriedOut(c.Name))
		}
	}
	return nil
}
