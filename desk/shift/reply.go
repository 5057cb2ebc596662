package shift

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/desk/command"
	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/ladder"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/rota"
	"maildesk/ticket"
)

// addressLife is for how many days a signed control address proves who answers an
// invitation: it stands in their calendar until the shift begins.
const addressLife = lookedAt

// reach is how far from now the begin of a shift may be that an answer is about: what stands in
// a UID is not a time before it is looked at.
const reach = 366 * 24 * time.Hour

// Replied does what an agent's answer to an invitation says; handled is false where the mail
// is none.
func Replied(h *incoming.Handling) (handled bool, err error) {
	agent, is := h.Set.AgentAt(h.Msg.From.Address)
	if !is || h.Silent || !slices.ContainsFunc(h.Recipients(), h.Set.IsControl) {
		return false, nil
	}
	var all []rota.Reply
	for _, f := range h.Msg.Attachments {
		if strings.EqualFold(f.Type, "text/calendar") {
			all = append(all, rota.Replies(f.Content)...)
		}
	}
	if len(all) == 0 {
		return false, nil
	}
	if !proven(h, agent) {
		return true, unproven(h, agent)
	}
	rotas, away, err := decision.Rotas(h.Set, h.Tx)
	if err != nil {
		return true, err
	}
	var strange []rota.Reply // that are about no shift to come
	for _, reply := range all {
		known := false
		for _, of := range rotas {
			from, ours := rota.BeginOf(reply.UID, of.Name, h.Set.Hostname)
			if !ours || from.Before(h.Now.Add(-reach)) || from.After(h.Now.Add(reach)) {
				continue
			}
			now, on := at(of, away, from)
			if !on || !now.Until.After(h.Now) {
				continue
			}
			known = true
			if err := (answer{h, agent, of, away, from, reply.Comment}).take(reply, now); err != nil {
				return true, err
			}
		}
		if !known {
			strange = append(strange, reply)
		}
	}
	if len(strange) > 0 {
		if err := ofNoShift(h, agent, strange); err != nil {
			return true, err
		}
	}
	return true, h.Finish(ticket.DispositionMachine, incoming.ReasonInvitation, 0)
}

// ofNoShift tells an agent that they answered invitations to nothing that is still to come,
// and that nobody else reads what they say besides.
func ofNoShift(h *incoming.Handling, agent settings.Agent, all []rota.Reply) error {
	says := ticket.Say("Your answer to an invitation is about no shift that is still to come: nothing was done.")
	var words []string
	for _, reply := range all {
		if reply.Comment != "" {
			words = append(words, reply.Comment)
		}
	}
	if len(words) > 0 {
		says = ticket.Together(says, unread(strings.Join(words, "”, “")))
	}
	return aside(h, agent, agent.Known(), "no shift", says)
}

// unread says that nobody reads what an agent says with an answer.
func unread(words string) ticket.Phrase {
	return ticket.Say("Nobody else reads what you wrote with your answer to the invitation: “%s”. To tell a colleague, write to them.", words)
}

// proven reports whether the agent is known to have answered, as surely as #oncall wants it:
// their From field is authenticated, or the answer came to the address that was signed for
// them in the invitation.
func proven(h *incoming.Handling, agent settings.Agent) bool {
	if h.Was != nil {
		return h.Was.Reason == incoming.ReasonInvitation
	}
	if h.Proof() == incoming.ProofForged || h.Disguised() {
		return false
	}
	signed := slices.ContainsFunc(h.Recipients(), func(address string) bool {
		day, ok := h.Keys().ParseControlAddress(address, agent.Name)
		return ok && h.Set.IsControl(address) && day > incoming.DayNumber(h.Now)-addressLife && day <= incoming.DayNumber(h.Now)+1
	})
	if !signed && h.Proof() < incoming.ProofAuthenticated {
		return false
	}
	return ladder.Enough(ladder.Higher(command.Address, h.Proof().Level()), h.Set.Ladder.Needs("oncall", agent.Proof))
}

// unproven tells an agent, at the address in the config and once an hour, that somebody
// answered in their name.
func unproven(h *incoming.Handling, agent settings.Agent) error {
	hour := h.Now.Truncate(time.Hour)
	s, err := h.Tx.CountStorm(incoming.ReasonInvitationUnproven+" "+agent.Name, hour)
	if err != nil {
		return err
	}
	if s.Count == 1 && len(agent.Mail) > 0 {
		n := notify.Notice{Template: notify.TemplateShift, Reason: agent.Known(), Says: ticket.Say("Somebody answered an invitation in your name, and nobody knows that it was you: nothing was done. To swap a shift, write #oncall in reply to this email.")}
		if err := notices.SendAside(h.Change, agent, n, decision.CauseAt(hour)); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionMachine, incoming.ReasonInvitationUnproven, 0)
}

// answer is what an agent says about the shift of a rota that begins at a time.
type answer struct {
	h     *incoming.Handling
	agent settings.Agent
	of    rota.Rota
	away  rota.Away
	from  time.Time
	words string // what they say besides
}

// take keeps what an agent says, and moves the shift that now is where they declined or
// took it.
func (a answer) take(reply rota.Reply, now rota.Shift) error {
	known, err := a.invitations()
	if err != nil {
		return err
	}
	theirs := now.Agent == a.agent.Name
	if reply.Declined && theirs {
		return a.giveAway(known, now)
	}
	switch {
	case reply.Accepted && theirs:
		err = a.keep(known, now, ticket.InvitationAccepted)
	case reply.Accepted:
		err = a.takeBack(known, now)
	}
	if err != nil {
		return err
	}
	return a.returnWords()
}

// passWords passes what an agent says besides on to those who have the shift from now on.
func (a answer) passWords(s rota.Shift, others []rota.Shift) error {
	var told []string
	for _, o := range others {
		to, known := a.h.Set.AgentNamed(o.Agent)
		if !known || slices.Contains(told, o.Agent) {
			continue
		}
		told = append(told, o.Agent)
		says := ticket.Say("%s declined the shift from %s until %s, and writes: “%s”", a.agent.Known(), when(a.of, s.From), when(a.of, s.Until), a.words)
		if err := aside(a.h, to, a.of.Name, a.about("words"), says); err != nil {
			return err
		}
	}
	return nil
}

// returnWords tells an agent that nobody reads what they say besides.
func (a answer) returnWords() error {
	if a.words == "" {
		return nil
	}
	return aside(a.h, a.agent, a.of.Name, a.about("words"), unread(a.words))
}

// invitations returns those to the shift, the agent's own with them.
func (a answer) invitations() ([]ticket.Invitation, error) {
	all, err := a.h.Tx.Invitations()
	return slices.DeleteFunc(slices.Clone(all), func(i ticket.Invitation) bool { return i.Rota != a.of.Name || !i.From.Equal(a.from) }), err
}

// keep keeps what the agent says.
func (a answer) keep(known []ticket.Invitation, s rota.Shift, state ticket.InvitationState) error {
	own := ticket.Invitation{Rota: a.of.Name, Agent: a.agent.Name, From: a.from, Until: s.Until}
	for _, i := range known {
		if i.Agent == a.agent.Name {
			own = i
		}
	}
	own.State = state
	return a.h.Tx.SetInvitation(own)
}

// giveAway gives the shift to the next in turn who has not declined it.
func (a answer) giveAway(known []ticket.Invitation, s rota.Shift) error {
	if err := a.keep(known, s, ticket.InvitationDeclined); err != nil {
		return err
	}
	declined := []string{a.agent.Name}
	for _, i := range known {
		if i.State == ticket.InvitationDeclined {
			declined = append(declined, i.Agent)
		}
	}
	begin := a.from
	if begin.Before(a.h.Now) {
		begin = a.h.Now
	}
	others := a.of.Shifts(begin, s.Until, func(agent string, at time.Time) bool { return slices.Contains(declined, agent) || a.away(agent, at) })
	if len(others) == 0 {
		if err := a.returnWords(); err != nil {
			return err
		}
		return a.tell(ticket.Say("You declined, but nobody else is left who could be on call from %s until %s: you still are. To swap, write #oncall with the name of a colleague.", when(a.of, s.From), when(a.of, s.Until)))
	}
	if err := a.putOnCall(others); err != nil {
		return err
	}
	first, last := others[0], others[len(others)-1]
	says := ticket.Say("You declined, and %s is on call from %s until %s.", a.h.Set.KnownAs(first.Agent), when(a.of, first.From), when(a.of, last.Until))
	if a.words != "" {
		if err := a.passWords(s, others); err != nil {
			return err
		}
		says = ticket.Together(says, ticket.Say("What you wrote with it was passed on."))
	}
	return a.tell(says)
}

// putOnCall puts agents on call, each for the times that the rota has: not for the hours
// between the nights of a week.
func (a answer) putOnCall(all []rota.Shift) error {
	for _, s := range all {
		if err := a.h.Tx.AddDuty(ticket.Duty{Rota: a.of.Name, Agent: s.Agent, From: s.From, Until: s.Until, By: a.agent.Name}); err != nil {
			return err
		}
	}
	return nil
}

// takeBack gives the shift to an agent who was invited to it and declined, unless the one
// who has it now has accepted it.
func (a answer) takeBack(known []ticket.Invitation, s rota.Shift) error {
	declined, free := false, true
	for _, i := range known {
		declined = declined || i.Agent == a.agent.Name && i.State == ticket.InvitationDeclined
		free = free && (i.Agent != s.Agent || i.State != ticket.InvitationAccepted)
	}
	if !declined || !free {
		return a.tell(ticket.Say("The shift that you accepted is not yours: %s is on call from %s until %s.", a.h.Set.KnownAs(s.Agent), when(a.of, s.From), when(a.of, s.Until)))
	}
	own := a.of.Shifts(s.From, s.Until, a.away)
	for i := range own {
		own[i].Agent = a.agent.Name
	}
	if err := a.putOnCall(own); err != nil {
		return err
	}
	return a.keep(known, s, ticket.InvitationAccepted)
}

// tell tells the agent what became of their answer.
func (a answer) tell(says ticket.Phrase) error {
	return aside(a.h, a.agent, a.of.Name, a.about("what became of it"), says)
}

// about tells apart what is said of the answers to several invitations in one mail.
func (a answer) about(what string) string {
	return fmt.Sprintf("%s %d %s", a.of.Name, a.from.Unix(), what)
}

// aside mails an agent something about an answer in a mail; about is the same for what is
// said once of it.
func aside(h *incoming.Handling, to settings.Agent, subject, about string, says ticket.Phrase) error {
	key := h.Mail.MessageID + " " + h.Mail.ReceivedAt.String() + " " + about
	return notices.SendAside(h.Change, to, notify.Notice{Template: notify.TemplateShift, Reason: subject, Says: says}, number(key))
}
