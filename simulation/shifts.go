package simulation

import (
	"strings"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/rota"
	"maildesk/simulation/dice"
	"maildesk/simulation/planner"
	"maildesk/simulation/rare"
	"maildesk/ticket"
)

// noteShift puts what a mail says of a shift into the calendar of its reader, and returns
// the invitation that it is; false: it is none.
func (w *world) noteShift(m ticket.OutboxMail) (i planner.Invitation, invited bool) {
	if m.Template != string(notify.TemplateShift) {
		return i, false
	}
	if w.planners[m.Recipient] == nil {
		w.planners[m.Recipient] = planner.Planner{}
	}
	for _, f := range mailparse.Parse(m.Bytes, mailparse.Envelope{}).Attachments {
		if !strings.EqualFold(f.Type, "text/calendar") {
			continue
		}
		i, news, err := w.planners[m.Recipient].Note(f.Content)
		switch {
		case err != nil:
			w.breaks("an invitation can be read", nil, 0, "outgoing mail %d to %s: %v", m.ID, m.Recipient, err)
		case news && i.Withdrawn:
			w.seen.Note(rare.Withdrawn)
		case news:
			w.seen.Note(rare.Invited)
			return i, true
		}
	}
	return i, false
}

// answersInvitation lets an agent say whether they take a shift, or think better of it.
func (p *person) answersInvitation(i planner.Invitation) {
	w := p.w
	if !w.Chance(40) {
		return
	}
	soon := w.Between(time.Minute, 5*time.Hour)
	says := dice.Pick(w.Dice, []string{"ACCEPTED", "ACCEPTED", "DECLINED", "DECLINED", "TENTATIVE"})
	w.post(soon, p.saysOfShift(i, says))
	if says == "DECLINED" && w.Chance(50) {
		w.post(soon+w.Between(time.Hour, 5*time.Hour), p.saysOfShift(i, "ACCEPTED"))
	}
}

// saysOfShift writes an answer to an invitation, now and then with words.
func (p *person) saysOfShift(i planner.Invitation, says string) *letter {
	w := p.w
	l := w.write(&letter{from: p, to: []string{i.AnswerTo}, subject: says + ": on call", meaning: scheduled})
	if l.text = ""; w.Chance(40) {
		l.text = "I am at the dentist's then " + l.marker() + "."
	}
	i.Declined = i.Declined || says == "DECLINED"
	head, _, _ := strings.Cut(string(l.raw), "Content-Type:")
	body := "Content-Type: text/calendar; method=REPLY; charset=utf-8\n\n" + i.Answer(p.address, says, l.text, w.now())
	l.raw = []byte(head + strings.ReplaceAll(body, "\n", "\r\n"))
	return l
}

// holdScheduled checks that an answer to an invitation was taken for one, and that an agent
// reads the words with it.
func (w *world) holdScheduled(r records, l *letter, m ticket.Mail) error {
	if m.Reason != "invitation" {
		w.breaks("an answer to an invitation counts", l, 0, "mail %d is %s (%s)", m.ID, m.Disposition, m.Reason)
	}
	if l.text == "" {
		return nil
	}
	for _, o := range r.sent[0] {
		if o.Template != string(notify.TemplateShift) {
			continue
		}
		whole, err := r.OutboxMail(o.ID)
		if err != nil {
			return err
		}
		if strings.Contains(mailparse.Parse(whole.Bytes, mailparse.Envelope{}).Text, l.marker()) {
			w.seen.Note(rare.WordsOfShift)
			return nil
		}
	}
	w.breaks("every word of an agent reaches somebody", l, 0, "nobody reads what is in mail %d", m.ID)
	return nil
}

// surelyInvited is how long before a shift its agent was invited at the latest: the desk
// does so 28 days ahead.
const surelyInvited = 27 * 24 * time.Hour

// holdShifts checks that the calendars of agents say who is on call.
func (w *world) holdShifts(r ticket.Reader) error {
	invitations, err := r.Invitations()
	if err != nil || !w.house.Invites || w.byHand {
		return err
	}
	for _, i := range invitations {
		if i.State == ticket.InvitationDeclined {
			w.seen.Note(rare.GaveAway)
		}
	}
	rotas, away, err := decision.Rotas(w.settings, r)
	if err != nil {
		return err
	}
	for _, of := range rotas {
		coming := map[string]rota.Shift{} // by whoever has it and its UID
		for _, s := range of.Turns(w.now(), w.now().AddDate(0, 3, 0), away) {
			a, _ := w.settings.AgentNamed(s.Agent)
			uid := rota.UID(of.Name, s.From, w.settings.Hostname)
			coming[a.Mail[0]+" "+uid] = s
			if !s.From.After(w.now()) || s.From.Sub(w.now()) > surelyInvited || w.unread[a.Mail[0]] {
				continue
			}
			if p := w.planners[a.Mail[0]][uid]; p == nil || p.Withdrawn || !p.Until.Equal(s.Until) && !p.Declined {
				w.breaks("who is on call has it in their calendar", nil, 0, "%s is from %s until %s, and has %+v", s.Agent, s.From, s.Until, p)
			}
		}
		w.holdNoOthers(coming)
	}
	return nil
}

// holdNoOthers checks that no calendar has a shift that somebody else has.
func (w *world) holdNoOthers(coming map[string]rota.Shift) {
	for address, all := range w.planners {
		for uid, p := range all {
			_, theirs := coming[address+" "+uid]
			if !theirs && !p.Withdrawn && !p.Declined && p.From.After(w.now()) && !w.unread[address] {
				w.breaks("nobody has the shift of another in their calendar", nil, 0, "%s has %s: %+v", address, uid, *p)
			}
		}
	}
}
