package simulation

import (
	"fmt"
	"strings"
	"time"

	"maildesk/desk/notify"
	"maildesk/simulation/brittle"
	"maildesk/simulation/dice"
	"maildesk/simulation/house"
	"maildesk/simulation/mailtext"
	"maildesk/ticket"
)

// person is somebody with a mailbox, or a machine that has one.
type person struct {
	w       *world
	address string
	name    string
	habit   habit
	gone    departure
	mute    bool   // never answers
	friend  string // whom they like to put into Cc; empty: nobody
}

// habit is what somebody does with the mails of the desk.
type habit string

const (
	asks     habit = "asks"      // a requester, who now and then answers
	isDesk   habit = "is a desk" // of this program
	works    habit = "works"     // an agent
	holidays habit = "holidays"  // a requester whose server answers by itself
	sells    habit = "sells"     // a vendor whom agents ask
	approves habit = "approves"  // votes, and now and then only writes
	echoes   habit = "echoes"    // a machine that answers everything, and does not say that it is one
)

// departure is how mail to somebody fails.
type departure string

const (
	byRefusal departure = "refused" // the next hop refuses it
	byReport  departure = "bounces" // it takes it, and sends a delivery report
)

// populate makes the people of a play, and lets them write.
func (w *world) populate() {
	for _, p := range []person{
		{address: house.Alice, name: "Alice Ames", habit: works},
		{address: house.Bob, name: "Bob Bell", habit: works},
		{address: house.Carol, name: "Carol Conti", habit: works},
		{address: "ana@mill.example.com", name: "Ana Berg", habit: asks, friend: "ben@mill.example.com"},
		{address: "ben@mill.example.com", name: "Ben Berg", habit: asks},
		{address: "dora@other.example.net", name: "Dora Dahl", habit: asks},
		{address: "emil@example.org", name: "Emil Ende", habit: asks}, // of the desk's own house
		{address: "fay@holiday.example", name: "Fay Fine", habit: holidays},
		{address: "gus@gone.example", name: "Gus Gone", habit: asks, gone: dice.Pick(w.Dice, []departure{byRefusal, byReport})},
		{address: house.VendorAt, name: "Vera Vogel", habit: sells},
		{address: house.BossAt, name: "Bea Boss", habit: approves},
		{address: house.SilentAt, name: "Nobody there", habit: sells, mute: true},
		{address: "kim@guest.example", name: "Kim Kern", habit: asks},
		{address: "desk@echo.example", name: "The other desk", habit: echoes},
	} {
		p.w = w
		w.people[p.address] = &p
	}
	for range 3 + w.IntN(5) {
		w.after(w.Between(0, 10*time.Hour), w.somebodyWrites)
	}
	if w.Chance(30) {
		w.after(w.Between(0, 10*time.Hour), w.passesOn)
	}
	if w.Chance(10) {
		w.after(w.Between(0, 10*time.Hour), w.inOurName)
	}
	if w.Chance(40) {
		w.after(w.Between(0, 10*time.Hour), w.agentOpens)
	}
	if w.house.Console {
		for range 2 + w.IntN(5) {
			w.after(w.Between(time.Hour, 20*time.Hour), w.atConsole)
		}
	}
	if w.house.Erases {
		for range 1 + w.IntN(2) {
			w.after(w.Between(2*time.Hour, 30*time.Hour), w.erases)
		}
	}
	if w.Chance(20) {
		w.after(w.Between(0, 10*time.Hour), func() { w.people[house.Alice].asksTheDesk(house.Control, nil) })
	}
	if w.house.Incidents && w.Chance(60) {
		w.outage()
	}
}

// matters are what people write about.
var matters = []string{
	"VPN drops|My VPN drops every ten minutes, and I have to log in again.",
	"Printer|The printer on the second floor prints every page twice.",
	"New account|Our new colleague starts on Monday and needs an account.",
	"Question|How long are backups kept on the file server?",
	"Drucker geht nicht|Der Drucker im zweiten Stock druckt seit gestern nicht mehr.",
	"Imprimante en panne|L'imprimante du deuxième étage ne marche plus depuis hier.",
	"Pantalla|La pantalla de mi ordenador parpadea todo el tiempo desde ayer.",
	"monitoring|The check of the web server was slow this morning.",
	"You won the lottery|Send us your bank account and get the money.",
	brittle.Poison + " apple|This request cannot be shown to anybody.",
}

// somebodyWrites lets somebody ask for something.
func (w *world) somebodyWrites() {
	if w.calm || len(w.letters) >= w.house.Letters {
		return
	}
	from := w.people[dice.Pick(w.Dice, []string{"ana@mill.example.com", "ana@mill.example.com", "ben@mill.example.com", "dora@other.example.net", "emil@example.org",
		"fay@holiday.example", "gus@gone.example", "desk@echo.example"})]
	subject, text, _ := strings.Cut(dice.Pick(w.Dice, matters), "|")
	l := &letter{from: from, to: []string{house.Support}, subject: subject, text: text + "\n", meaning: request}
	switch {
	case w.Chance(8):
		l.to = []string{house.Sales}
	case w.Chance(10):
		l.to = []string{house.Support, house.Sales}
	}
	l.file = w.Chance(35)
	if from.friend != "" && w.Chance(30) {
		l.header = "Cc: " + from.friend + "\n"
	}
	if w.Chance(8) { // the server or a program wrote it
		l.meaning = machine
		l.header += dice.Pick(w.Dice, []string{"Auto-Submitted: auto-generated\n", "Precedence: bulk\nList-Id: <news.other.example.net>\n", "X-Auto-Response-Suppress: All\nAuto-Submitted: auto-replied\n"})
	}
	if w.write(l); len(l.to) > 1 && w.Chance(60) {
		w.postApart(l)
		return
	}
	w.handOver(l)
}

// writesAgain lets the writer of a request write once more about the ticket that it became.
func (w *world) writesAgain(l *letter, on ticket.ID) {
	w.post(w.Between(time.Hour, 5*time.Hour), w.write(&letter{
		from: l.from, to: []string{house.Support}, subject: fmt.Sprintf("Re: [Example IT #%d] %s", on, l.subject), text: "It is worse today.\n", meaning: request,
	}))
}

// outage lets several people report the same.
func (w *world) outage() {
	start := w.Between(time.Hour, 8*time.Hour)
	for i := range 3 + w.IntN(4) {
		from := &person{w: w, address: fmt.Sprintf("p%d@mill%d.example.com", i, i), name: fmt.Sprintf("Person %d", i), habit: asks}
		w.people[from.address] = from
		text := dice.Pick(w.Dice, []string{"The internet is down in the whole building since this morning.", "We have no internet in the building, nothing works since this morning.", "Internet down in our building, no page opens since this morning."})
		w.after(start+w.Between(0, time.Hour), func() {
			w.handOver(w.write(&letter{from: from, to: []string{house.Support}, subject: "Internet down", text: text + "\n", meaning: request}))
		})
	}
}

// receives is what somebody does with a mail of the desk.
func (p *person) receives(m ticket.OutboxMail, head mailtext.Header) {
	w := p.w
	switch {
	case head.AnswerTo == "":
	case p.gone == byReport:
		p.bounces(m, head)
	case p.habit == approves:
		p.votes(m, head)
	case p.habit == sells:
		p.isAsked(m, head)
	case p.habit == isDesk:
		w.after(w.Between(time.Second, time.Minute), func() { w.peer.takes(m) })
	case p.habit == works && notify.Template(m.Template).Audience() == notify.AudienceAgent:
		p.worksOn(m, head)
	case p.habit == echoes:
		w.post(w.Between(time.Second, time.Minute), w.write(&letter{
			from: p, to: []string{head.AnswerTo}, subject: fmt.Sprintf("Ticket received - %d - %s", len(w.letters), head.Subject), meaning: request,
			text: fmt.Sprintf("Thank you for your message. Your request has the number %d.\n", len(w.letters)), after: &m,
		}))
	case p.habit == holidays && w.Chance(80):
		p.isAway(m, head)
	case p.habit == asks && p.leaves(m, head):
	default:
		p.answers(m, head)
	}
}

// answers is what a requester does.
func (p *person) answers(m ticket.OutboxMail, head mailtext.Header) {
	w := p.w
	l := &letter{from: p, to: []string{head.AnswerTo}, subject: "Re: " + head.Subject, meaning: request, after: &m}
	soon := w.Between(time.Minute, 6*time.Hour)
	switch template := notify.Template(m.Template); {
	case template == notify.TemplateAcknowledgement && w.Chance(60) && w.saysSolved(l, m):
	case template == notify.TemplateAcknowledgement && w.Chance(12):
		l.text = "One thing more: it began on Friday.\n"
	case template.Waited() && w.Chance(20), w.Chance(4):
		p.wishes(l, m)
	case template == notify.TemplateReply && w.Chance(55):
		l.text = dice.Pick(w.Dice, []string{"It is the second one from the left.\n", "Version 4, I think.\n", "I tried that, and it did not help.\n"})
	case template == notify.TemplateReply && w.Chance(20), template == notify.TemplateResolution && w.Chance(20):
		l.text = "Thank you, that is very kind.\n"
	case template.Waited() && w.Chance(50):
		l.text = "It still does not work.\n"
		soon = w.Between(time.Minute, 24*time.Hour)
	default:
		return
	}
	if w.Chance(8) { // from a mailbox that the desk does not know
		l.from = &person{w: w, address: "private." + p.address, name: p.name, habit: asks}
	}
	w.post(soon, w.write(l))
}

// isAway answers by itself, as RFC 3834 wants it, or as many programs do.
func (p *person) isAway(m ticket.OutboxMail, head mailtext.Header) {
	to := m.ReversePath
	if to == "" {
		if p.w.Chance(50) {
			return
		}
		to = head.AnswerTo // QUIRK: RFC 3834 section 2 forbids it; many do
	}
	p.w.post(time.Second, p.w.write(&letter{
		from: p, to: []string{to}, subject: "Automatic reply: " + head.Subject, text: "I am on holiday until Monday.\n", null: true, meaning: machine,
		header: "Auto-Submitted: auto-replied\n", after: &m,
	}))
}

// bounces is the delivery report of a mail server that took a mail in vain (RFC 3464).
func (p *person) bounces(m ticket.OutboxMail, head mailtext.Header) {
	if m.ReversePath == "" {
		return
	}
	from := &person{w: p.w, address: "mailer-daemon@" + domainOf(p.address), name: "Mail Delivery System"}
	l := p.w.write(&letter{from: from, to: []string{m.ReversePath}, subject: "Undelivered Mail Returned to Sender", null: true, meaning: machine})
	l.raw = mailtext.Report(l.raw, "mx."+domainOf(p.address), p.address, m.MessageID, head.Subject)
	p.w.post(p.w.Between(time.Second, time.Hour), l)
}
