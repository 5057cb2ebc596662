package simulation

import (
	"bytes"
	"strings"
	"time"

	"maildesk/desk/notify"
	"maildesk/simulation/dice"
	"maildesk/simulation/house"
	"maildesk/simulation/mailtext"
	"maildesk/ticket"
)

// act is something that agents write.
type act struct {
	weight  int
	meaning meaning
	text    string // %s is where the marker stands; TOKEN is the signed address of the notice
}

// acts are what agents do with a notice.
var acts = []act{
	{30, answer, "Please restart the device and tell us whether that helps %s.\n"},
	{10, answer, "#take\n\nI look at it this afternoon %s.\n"},
	{5, order, "#take\n"},
	{4, answer, "Hello,\n#send restart\nand tell us whether that helps %s.\n"},
	{2, order, "#send\n"},
	{10, answer, "#resolve\n#kb\n\nOpen the cover, take the paper out and start it again %s.\n"},
	{15, answer, "#resolve\n\nIt is mended, please try again %s.\n"},
	{5, answer, "#close\n\nThis is done %s.\n"},
	{8, note, "#note it is the old device from the cellar %s\n"},
	{6, note, "#escalate\nthis needs the people of the network %s\n"},
	{5, answer, "#pending 2h\n\nPlease send us a picture of the screen %s.\n"},
	{3, note, "#return\nthis is nothing for us %s\n"},
	{4, answer, "#frobnicate\n\nHello, this goes nowhere %s.\n"},
	{5, answer, "We look at it %s.\n#resolve\nIt is done.\n"},
	{4, ask, "#ask " + house.VendorAt + " within 4h Do you know this device %s?\n"},
	{3, ask, "#hold\n#ask " + house.VendorAt + ", " + house.SilentAt + " by tomorrow 9:00\nIs there a newer release %s?\n"},
	{4, ask, "#hold\n#approve " + house.BossAt + " within 4h May they have it %s?\n"},
	{4, answer, "Please write to TOKEN the next time %s.\n"},
	{4, answer, "Bitte starten Sie das Gerät neu und sagen Sie uns, ob das geholfen hat %s.\n"},
	{3, machine, "I am out of the office until Monday.\n"},
	{3, mixed, "#later 3h\n\nDo not forget the other device %s.\n"},
	{7, mixed, "#pending\n#chase 1x1h\n\nPlease tell us the number on its back %s.\n"},
	{2, mixed, "#ifsilent 5h\n\nWe close it then %s.\n"},
	{2, order, "#hold\n"},
	{2, order, "#assign bob\n"},
	{2, order, "#priority urgent\n"},
	{2, order, "#handover bob\n"},
	{2, order, "#oncall bob until tomorrow 9:00\n"},
	{1, order, "#oncall\n"},
	{2, order, "#queue sales\n"},
	{1, order, "#spam\n"},
	{2, order, "#undo\n"},
	{8, order, "#mute\n"},
	{1, order, "#help\n"},
}

// worksOn is what an agent does with a notice.
func (p *person) worksOn(m ticket.OutboxMail, head mailtext.Header) {
	w := p.w
	if m.Template == string(notify.TemplateAnswer) && w.Chance(60) {
		p.asksTheDesk(head.AnswerTo, &m)
		return
	}
	if m.Ticket == 0 {
		return
	}
	l := &letter{from: p, to: []string{head.AnswerTo}, subject: "Re: " + head.Subject, after: &m}
	soon := w.Between(time.Minute, 3*time.Hour)
	if !p.reacts(l, m, head) {
		return
	}
	if m.Template == string(notify.TemplateSending) {
		soon = w.Between(time.Second, 30*time.Second)
	}
	l.home = l.meaning != machine && w.Chance(4)
	if l.meaning == machine {
		l.null, l.header, l.subject = true, "Auto-Submitted: auto-replied\n", "Out of office: "+head.Subject
	}
	w.post(soon, w.write(l))
}

// reacts says in a letter what an agent answers a notice, and reports whether they do.
func (p *person) reacts(l *letter, m ticket.OutboxMail, head mailtext.Header) bool {
	w := p.w
	says := func(is meaning, text string) bool { l.meaning, l.text = is, text; return true }
	const knows = "I know that device, it stood in the cellar %s.\n"
	switch notify.Template(m.Template) {
	case notify.TemplateHeld:
		switch {
		case w.Chance(60):
			return says(order, "#anyway\n")
		case w.Chance(50):
			return says(answer, "Please restart the device once more %s.\n")
		}
		return false
	case notify.TemplateSending:
		return w.Chance(25) && says(order, dice.Pick(w.Dice, []string{"UNDO\n", "stop\n", "#undo\n"}))
	case notify.TemplateIncident:
		if !w.Chance(80) {
			return false
		}
		w.commands(l, m.Ticket, true)
		return true
	case notify.TemplateArticle:
		return w.Chance(85) && w.reviews(l, m)
	case notify.TemplateNote:
		switch {
		case w.Chance(20):
			return says(order, "#accept\n")
		case w.Chance(15):
			if cause := w.byID[m.Cause]; cause != nil && !w.isAgent(cause.from.address) {
				return says(mixed, knows) // it goes to a stranger once they are accepted
			}
			return says(note, knows)
		}
		return false
	case notify.TemplateSolved, notify.TemplateColleague, notify.TemplateVote, notify.TemplateApprovalLate:
		return w.Chance(15) && says(note, knows)
	case notify.TemplateVendor, notify.TemplateVendorLate:
		switch {
		case w.Chance(30):
			return says(ask, "And where do we get it %s?\n")
		case w.Chance(30):
			return says(answer, "#reply\n\nThe vendor has a newer release, we install it %s.\n")
		}
		return false
	case notify.TemplateTranscript:
		if bytes.Contains(m.Bytes, []byte("#merge")) && w.Chance(80) {
			return says(order, "#split\n")
		}
		return w.Chance(10) && p.worksOnTicket(l, m, head)
	case notify.TemplateNotDone:
		return p.reactsToNotDone(l, m, head)
	case notify.TemplateHelp, notify.TemplateRefusal, notify.TemplateDueSoon, notify.TemplateUndeliverable:
		return w.Chance(10) && p.worksOnTicket(l, m, head)
	}
	return p.worksOnTicket(l, m, head)
}

// reactsToNotDone says in a letter what an agent answers where their mail was not carried out.
func (p *person) reactsToNotDone(l *letter, m ticket.OutboxMail, head mailtext.Header) bool {
	switch w := p.w; {
	case bytes.Contains(m.Bytes, []byte("#myaddress")) && w.Chance(50):
		l.meaning, l.text = order, confirmHome
		return true
	case !w.Chance(10):
		return false
	case bytes.Contains(m.Bytes, []byte("INTERN")): // the name of the address: what is sent there is for agents
		l.meaning, l.text = note, "I know that device, it stood in the cellar %s.\n"
		return true
	}
	return p.worksOnTicket(l, m, head)
}

// worksOnTicket says in a letter what an agent does about the ticket of a notice, and
// reports whether they do.
func (p *person) worksOnTicket(l *letter, m ticket.OutboxMail, head mailtext.Header) bool {
	w := p.w
	if !w.Chance(45) {
		return false
	}
	cause, copied := w.byID[m.Cause], ""
	if cause != nil && strings.Contains(cause.header, "Cc: ") {
		copied = cause.from.friend
	}
	split := m.Template == string(notify.TemplateMessage) || m.Template == string(notify.TemplateReopened)
	switch {
	case split && w.Chance(15):
		l.meaning, l.text = order, "#split\n"
	case copied != "" && w.Chance(20):
		l.meaning, l.text = order, "#uncc "+copied+"\n"
	case w.Chance(45):
		w.commands(l, m.Ticket, false)
	case w.Chance(10) && w.actsByAddress(l, m):
	case w.Chance(20) && w.sendsArticle(l):
	default:
		a := w.drawAct()
		l.meaning, l.text = a.meaning, strings.ReplaceAll(a.text, "TOKEN", head.AnswerTo)
		if a.text == "#mute\n" && cause != nil && cause.meaning == request {
			w.writesAgain(cause, m.Ticket)
		}
	}
	return true
}

// drawAct draws what an agent does.
func (w *world) drawAct() act {
	sum := 0
	for _, a := range acts {
		sum += a.weight
	}
	n := w.IntN(sum)
	for _, a := range acts {
		if n -= a.weight; n < 0 {
			return a
		}
	}
	panic("the weights do not add up")
}
