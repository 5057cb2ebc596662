package simulation

import (
	"bytes"
	"strings"
	"time"

	"maildesk/desk/notify"
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
	{15, answer, "#resolve\n\nIt is mended, please try again %s.\n"},
	{5, answer, "#close\n\nThis is done %s.\n"},
	{8, note, "#note it is the old device from the cellar %s\n"},
	{6, note, "#escalate\nthis needs the people of the network %s\n"},
	{5, answer, "#pending 2h\n\nPlease send us a picture of the screen %s.\n"},
	{3, note, "#return\nthis is nothing for us %s\n"},
	{4, answer, "#frobnicate\n\nHello, this goes nowhere %s.\n"},
	{5, answer, "We look at it %s.\n#resolve\nIt is done.\n"},
	{4, ask, "#ask " + vendorAt + " within 4h Do you know this device %s?\n"},
	{3, ask, "#hold\n#ask " + vendorAt + ", " + silentAt + " by tomorrow 9:00\nIs there a newer release %s?\n"},
	{4, ask, "#hold\n#approve " + bossAt + " within 4h May they have it %s?\n"},
	{4, answer, "Please write to TOKEN the next time %s.\n"},
	{4, answer, "Bitte starten Sie das Gerät neu und sagen Sie uns, ob das geholfen hat %s.\n"},
	{3, machine, "I am out of the office until Monday.\n"},
	{2, order, "#hold\n"},
	{2, order, "#assign bob\n"},
	{2, order, "#priority urgent\n"},
	{2, order, "#handover bob\n"},
	{2, order, "#oncall bob until tomorrow 9:00\n"},
	{1, order, "#oncall\n"},
	{2, order, "#queue sales\n"},
	{1, order, "#spam\n"},
	{2, order, "#undo\n"},
	{1, order, "#help\n"},
}

// worksOn is what an agent does with a notice.
func (p *person) worksOn(m ticket.OutboxMail, head header) {
	w := p.w
	if m.Template == string(notify.TemplateAnswer) && w.chance(60) {
		p.asksTheDesk(head.answerTo, &m)
		return
	}
	if m.Ticket == 0 {
		return
	}
	l := &letter{from: p, to: []string{head.answerTo}, subject: "Re: " + head.subject, after: &m}
	soon := w.between(time.Minute, 3*time.Hour)
	switch notify.Template(m.Template) {
	case notify.TemplateHeld:
		switch {
		case w.chance(60):
			l.meaning, l.text = order, "#anyway\n"
		case w.chance(50):
			l.meaning, l.text = answer, "Please restart the device once more %s.\n"
		default:
			return
		}
	case notify.TemplateSending:
		if !w.chance(25) {
			return
		}
		l.meaning, l.text, soon = order, pick(w, []string{"UNDO\n", "stop\n", "#undo\n"}), w.between(time.Second, 30*time.Second)
	case notify.TemplateIncident:
		if !w.chance(80) {
			return
		}
		w.commands(l, m.Ticket, true)
	case notify.TemplateNote:
		switch {
		case w.chance(20):
			l.meaning, l.text = order, "#accept\n"
		case w.chance(15):
			l.meaning, l.text = note, "I know that device, it stood in the cellar %s.\n"
		default:
			return
		}
	case notify.TemplateSolved, notify.TemplateColleague, notify.TemplateVote, notify.TemplateApprovalLate:
		if !w.chance(15) {
			return
		}
		l.meaning, l.text = note, "I know that device, it stood in the cellar %s.\n"
	case notify.TemplateVendor, notify.TemplateVendorLate:
		switch {
		case w.chance(30):
			l.meaning, l.text = ask, "And where do we get it %s?\n"
		case w.chance(30):
			l.meaning, l.text = answer, "#reply\n\nThe vendor has a newer release, we install it %s.\n"
		default:
			return
		}
	case notify.TemplateTranscript:
		if bytes.Contains(m.Bytes, []byte("#merge")) && w.chance(80) {
			l.meaning, l.text = order, "#split\n"
			break
		}
		fallthrough
	case notify.TemplateHelp, notify.TemplateRefusal, notify.TemplateNotDone, notify.TemplateDueSoon, notify.TemplateUndeliverable:
		if !w.chance(10) {
			return
		}
		fallthrough
	default:
		if !w.chance(45) {
			return
		}
		split := m.Template == string(notify.TemplateMessage) || m.Template == string(notify.TemplateReopened)
		switch {
		case split && w.chance(15):
			l.meaning, l.text = order, "#split\n"
		case w.chance(45):
			w.commands(l, m.Ticket, false)
		case w.chance(10) && w.actsByAddress(l, m):
		default:
			a := w.drawAct()
			l.meaning, l.text = a.meaning, strings.ReplaceAll(a.text, "TOKEN", head.answerTo)
		}
	}
	if l.meaning == machine {
		l.null, l.header, l.subject = true, "Auto-Submitted: auto-replied\n", "Out of office: "+head.subject
	}
	w.post(soon, w.write(l))
}

// drawAct draws what an agent does.
func (w *world) drawAct() act {
	sum := 0
	for _, a := range acts {
		sum += a.weight
	}
	n := w.rand.IntN(sum)
	for _, a := range acts {
		if n -= a.weight; n < 0 {
			return a
		}
	}
	panic("the weights do not add up")
}
