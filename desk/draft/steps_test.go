package draft_test

import (
	"fmt"
	"strings"
	"time"

	"maildesk/compose"
	"maildesk/outage"
	"maildesk/ticket"
)

// step is a call of a method that changes something, by its name.
type step struct {
	method string
	do     func(ticket.Draft) (any, error)
}

// only is a step that returns nothing but an error.
func only(do func(ticket.Draft) error) func(ticket.Draft) (any, error) {
	return func(d ticket.Draft) (any, error) { return nil, do(d) }
}

func (w *world) number() int64 {
	w.last++
	return 1000 + w.last
}

// at returns a time now or somewhat later.
func (w *world) at() time.Time { return w.now.Add(time.Duration(w.IntN(5)) * time.Second) }

func pick[T any](w *world, all ...T) (none T) {
	if len(all) == 0 {
		return none
	}
	return all[w.IntN(len(all))]
}

// or returns a value or, now and then, none.
func or[T any](w *world, one T) (none T) {
	if w.IntN(3) == 0 {
		return none
	}
	return one
}

var (
	addresses = []string{"ana@example.net", "Ana@Example.net", "ben@example.com"}
	agents    = []string{"alice", "bob"}
	queues    = []string{"first-line", "network"}
)

// step returns a change that both can make; some of them fail.
func (w *world) step() step {
	if len(w.tickets) == 0 {
		return w.ticketStep()
	}
	return pick(w, w.ticketStep, w.ticketStep, w.threadStep, w.threadStep, w.mailStep, w.newOutgoing, w.outboxStep, w.outboxStep, w.incidentStep, w.staffStep, w.silenceStep, w.articleStep)()
}

func (w *world) ticket(id ticket.ID) ticket.Ticket {
	return ticket.Ticket{
		ID: id, Subject: pick(w, "printer", "mail"), Requester: pick(w, addresses...), Status: pick(w, ticket.Statuses...), Category: or(w, "network"),
		Kind: "question", Priority: "normal", Queue: pick(w, queues...), Level: 1, Assignee: or(w, pick(w, agents...)), Tags: []string{"a"}, CreatedAt: w.now, UpdatedAt: w.at(),
		ResolvedAt: or(w, w.at()), InformedAt: or(w, w.at()), WakeAt: or(w, w.at()), TargetAt: or(w, w.at()), Round: w.IntN(3),
	}
}

func (w *world) ticketStep() step {
	if len(w.tickets) == 0 || w.IntN(3) == 0 {
		t := w.ticket(ticket.ID(w.number()))
		t.Follows = pick(w, w.tickets...)
		w.tickets = append(w.tickets, t.ID)
		return step{"InsertTicket", func(d ticket.Draft) (any, error) { return d.InsertTicket(t) }}
	}
	t := w.ticket(pick(w, w.tickets...))
	if w.IntN(10) == 0 {
		return step{"Overtake", only(func(d ticket.Draft) error { return d.Overtake(t.ID) })}
	}
	if w.IntN(20) == 0 {
		t.ID = 999 // there is none
	} else {
		t.Follows = or(w, pick(w, w.tickets...))
	}
	return step{"UpdateTicket", only(func(d ticket.Draft) error { return d.UpdateTicket(t) })}
}

func (w *world) threadStep() step {
	t := pick(w, w.tickets...)
	switch w.IntN(7) {
	case 0:
		p := ticket.Participant{ID: ticket.ParticipantID(w.number()), Ticket: t, Address: pick(w, addresses...), Role: pick(w, ticket.RoleRequester, ticket.RoleAgent), Proven: w.IntN(2) == 0, Left: w.IntN(4) == 0}
		w.people = append(w.people, p)
		return step{"AddParticipant", func(d ticket.Draft) (any, error) { return d.AddParticipant(p) }}
	case 1:
		id := pick(w, w.people...).ID // of whom some were there already
		return step{"SetProven", only(func(d ticket.Draft) error { return d.SetProven(id) })}
	case 2:
		id, left := pick(w, w.people...).ID, w.IntN(2) == 0
		return step{"SetLeft", only(func(d ticket.Draft) error { return d.SetLeft(id, left) })}
	case 3:
		e := ticket.Entry{Ticket: t, Mail: or(w, pick(w, w.mails...)), Kind: pick(w, ticket.EntryMessage, ticket.EntryNote, ticket.EntryReply), Author: pick(w, addresses...),
			Text: or(w, strings.Repeat("word ", 1+w.IntN(2)*1000)), At: w.at()}
		return step{"AddEntry", func(d ticket.Draft) (any, error) {
			_, err := d.AddEntry(e) // a draft does not know the number yet
			return nil, err
		}}
	case 4:
		e := ticket.Event{ID: w.number(), Ticket: t, At: w.at(), Kind: pick(w, ticket.EventStatus, ticket.EventAnswered), Actor: pick(w, agents...), From: "new", To: "open", Mail: or(w, pick(w, w.mails...))}
		return step{"AddEvent", func(d ticket.Draft) (any, error) { return d.AddEvent(e) }}
	case 5:
		mail := pick(w, w.mails...)
		return step{"MakeNote", only(func(d ticket.Draft) error { return d.MakeNote(t, mail) })}
	default:
		m := ticket.MessageRef{MessageID: pick(w, ids...), Ticket: t, Mail: or(w, w.mails[0]), Own: w.IntN(2) == 0}
		return step{"AddMessageRef", only(func(d ticket.Draft) error { return d.AddMessageRef(m) })}
	}
}

var ids = []string{"<1@example.net>", "<2@example.net>"}

func (w *world) mailStep() step {
	id := pick(w, w.mails...)
	switch w.IntN(7) {
	case 0, 1:
		as := pick(w, ticket.DispositionNew, ticket.DispositionSpam, ticket.DispositionQuarantined, ticket.DispositionQuarantined)
		t, at := or(w, pick(w, w.tickets...)), w.at()
		if as == ticket.DispositionQuarantined {
			w.aside = append(w.aside, id)
		}
		return step{"Dispose", only(func(d ticket.Draft) error { return d.Dispose(id, as, "why", t, at) })}
	case 2, 3:
		if w.IntN(4) > 0 && len(w.aside) > 0 {
			id = pick(w, w.aside...)
		}
		return step{"Reconsider", only(func(d ticket.Draft) error { return d.Reconsider(id) })}
	case 4:
		return step{"BeginAttempt", func(d ticket.Draft) (any, error) { return d.BeginAttempt(id) }}
	case 5:
		return step{"TakeBackAttempt", only(func(d ticket.Draft) error { return d.TakeBackAttempt(id) })}
	}
	t := pick(w, w.tickets...)
	if w.judged[id] || w.opened[t] || w.IntN(2) == 0 {
		return step{"BeginAttempt", func(d ticket.Draft) (any, error) { return d.BeginAttempt(id) }}
	}
	w.judged[id], w.opened[t] = true, true
	j := ticket.Judgement{Mail: id, Ticket: t, Version: "1", LoadedAt: w.now, History: ticket.History{Open: 1, All: 2}}
	return step{"AddJudgement", only(func(d ticket.Draft) error { return d.AddJudgement(j) })}
}

// file is as long as files that mails share.
var file = strings.Repeat("file ", 4000)

func (w *world) newOutgoing() step {
	m := ticket.OutboxMail{
		ID: ticket.OutboxID(w.number()), Ticket: pick(w, w.tickets...), Cause: or(w, pick(w, w.mails[:3]...)), CauseEvent: int64(w.IntN(4)), Template: pick(w, "acknowledgement", "reply"),
		Recipient: pick(w, addresses...), MessageID: fmt.Sprintf("<out.%d@example.org>", w.last), CreatedAt: w.now, NextAt: or(w, w.at()),
		Automatic: w.IntN(2) == 0, BudgetMailbox: "ana@example.net", BudgetDomain: "example.net", Standing: ticket.Standing(w.IntN(2)),
		Bytes: fmt.Appendf(nil, "mail %d ", w.last),
	}
	if len(w.people) > 0 {
		m.Participant = pick(w, w.people...).ID
	}
	if w.IntN(2) == 0 {
		m.Files = []compose.Span{{From: len(m.Bytes), To: len(m.Bytes) + len(file)}}
		m.Bytes = append(append(m.Bytes, file...), "end"...)
	}
	if w.IntN(2) == 0 {
		m.Held, m.HeldKey = "budget", pick(w, addresses...)
	} else {
		m.AllowedAt = w.now
	}
	w.outgoing = append(w.outgoing, m.ID)
	return step{"AddOutbox", func(d ticket.Draft) (any, error) {
		if _, err := d.Participant(m.Participant); err != nil {
			m.Participant = 0 // they were on the ticket already, under another number
		}
		return d.AddOutbox(m)
	}}
}

func (w *world) outboxStep() step {
	if len(w.outgoing) == 0 {
		return w.newOutgoing()
	}
	id := w.outgoing[max(0, len(w.outgoing)-1-w.IntN(8))]
	at := w.at()
	switch w.IntN(6) {
	case 0:
		s := pick(w, ticket.OutboxStates...)
		return step{"SetOutboxState", only(func(d ticket.Draft) error { return d.SetOutboxState(id, s, at) })}
	case 1:
		return step{"RetryOutbox", func(d ticket.Draft) (any, error) {
			w.retried = true
			return nil, d.RetryOutbox(id, at)
		}}
	case 2:
		budget := pick(w, addresses...)
		return step{"HoldOutbox", only(func(d ticket.Draft) error { return d.HoldOutbox(id, "budget", budget, at) })}
	case 3:
		return step{"AllowOutbox", only(func(d ticket.Draft) error { return d.AllowOutbox(id, at) })}
	}
	a := ticket.Attempt{Outbox: id, At: at, State: pick(w, ticket.OutboxSent, ticket.OutboxReady, ticket.OutboxFailed), NextAt: w.at(), Host: "mx", Code: 250, Text: "ok"}
	if w.IntN(3) == 0 {
		return step{"CameBack", func(d ticket.Draft) (any, error) {
			if _, err := d.Outgoing(id); err != nil {
				return nil, nil // it was one mail with another
			}
			return nil, d.CameBack(a)
		}}
	}
	return step{"Attempted", func(d ticket.Draft) (any, error) {
		if _, err := d.Outgoing(id); err != nil {
			return nil, nil
		}
		m, err := d.Attempted(a)
		m.SHA256 = [32]byte{}
		if w.retried {
			m.Priority = 0
		}
		return m, err
	}}
}

func (w *world) incidentStep() step {
	lead := w.tickets[w.IntN(min(4, len(w.tickets)))]
	if w.IntN(2) == 0 {
		i := ticket.Incident{Lead: lead, Signature: outage.Signature{Category: pick(w, queues...)}, OpenedAt: w.now, SolvedAt: or(w, w.at()), Solver: "alice"}
		return step{"SaveIncident", only(func(d ticket.Draft) error { return d.SaveIncident(i) })}
	}
	t, told := pick(w, w.tickets...), w.IntN(2) == 0
	return step{"SetReport", func(d ticket.Draft) (any, error) {
		none := w.story[0] == "SetReport" && len(w.story)%2 == 0
		if all, err := d.OpenIncidents(); none || err != nil || len(all) == 0 {
			return nil, d.SetReport(t, 0, told)
		} else {
			return nil, d.SetReport(t, all[len(all)-1].Lead, told)
		}
	}}
}

func (w *world) staffStep() step {
	agent := pick(w, agents...)
	switch w.IntN(8) {
	case 7:
		i := ticket.Invitation{Rota: "nights", Agent: agent, Sequence: w.IntN(3), State: pick(w, ticket.Invited, ticket.InvitationDeclined)}
		return step{"SetInvitation", only(func(draft ticket.Draft) error { return draft.SetInvitation(i) })}
	case 6:
		d := ticket.Duty{Rota: "nights", Agent: agent, By: "alice"}
		return step{"AddDuty", only(func(draft ticket.Draft) error { return draft.AddDuty(d) })}
	case 0:
		queue := pick(w, queues...)
		return step{"SetRotation", only(func(d ticket.Draft) error { return d.SetRotation(queue, agent) })}
	case 1:
		a := ticket.Absence{Agent: agent, Last: or(w, "2026-12-24")}
		return step{"SetAway", only(func(d ticket.Draft) error { return d.SetAway(a) })}
	case 2:
		most := 1 + w.IntN(3)
		return step{"TakeThanks", func(d ticket.Draft) (any, error) { return d.TakeThanks(agent, most) }}
	}
	switch address := pick(w, addresses...); w.IntN(3) {
	case 0:
		a := ticket.AgentAddress{Address: address, Agent: or(w, agent)}
		return step{"SetAgentAddress", only(func(d ticket.Draft) error { return d.SetAgentAddress(a) })}
	case 1:
		language := pick(w, "de", "fr")
		return step{"SetWantedLanguage", only(func(d ticket.Draft) error { return d.SetWantedLanguage(address, language) })}
	}
	t, m := pick(w, w.tickets...), pick(w, w.mails...)
	return step{"AddThanks", only(func(d ticket.Draft) error { return d.AddThanks(t, agent, m) })}
}

func (w *world) silenceStep() step {
	address, kind := pick(w, addresses...), pick(w, "bounces", "budget")
	switch w.IntN(6) {
	case 0:
		s := ticket.Suppression{Address: address, Cause: pick(w, ticket.CauseBounce, ticket.CauseHand), Strikes: w.IntN(3), At: w.at(), Until: or(w, w.at())}
		return step{"SetSuppression", only(func(d ticket.Draft) error { return d.SetSuppression(s) })}
	case 1:
		return step{"RemoveSuppressions", func(d ticket.Draft) (any, error) { return d.RemoveSuppressions(address) }}
	case 2:
		if w.IntN(2) == 0 {
			limit := w.IntN(4)
			return step{"CountUpTo", func(d ticket.Draft) (any, error) { return d.CountUpTo(kind, noon, limit) }}
		}
		return step{"CountStorm", func(d ticket.Draft) (any, error) { return d.CountStorm(kind, noon) }}
	case 3:
		t := pick(w, w.tickets...)
		return step{"SetStormTicket", only(func(d ticket.Draft) error { return d.SetStormTicket(kind, noon, t) })}
	case 4:
		s := ticket.TroubleState{Trouble: ticket.Trouble{Kind: pick(w, ticket.TroubleDisk, ticket.TroubleRule), Subject: or(w, address), Text: "full"}, Since: w.now, OverAt: or(w, w.at())}
		return step{"SaveTrouble", only(func(d ticket.Draft) error { return d.SaveTrouble(s) })}
	}
	return step{"DropTrouble", only(func(d ticket.Draft) error { return d.DropTrouble(ticket.TroubleDisk, address) })}
}

func (w *world) articleStep() step {
	slug := pick(w, "vpn", "printer")
	if w.IntN(4) == 0 {
		day := pick(w, "2027-01-31", "2027-02-28")
		return step{"SetArticleReminded", only(func(d ticket.Draft) error { return d.SetArticleReminded(slug, day) })}
	}
	a := ticket.Article{
		Slug: slug, State: pick(w, ticket.ArticleStates...), Audience: pick(w, ticket.Audiences...), Owner: or(w, pick(w, agents...)), Ticket: or(w, pick(w, w.tickets...)), Review: pick(w, "", "2027-01-31", "2027-02-28"),
		Texts:     []ticket.Text{{Language: "fr", Title: "L'imprimante", Body: "Arrêtez-la."}, {Language: "en", Title: "The printer", Body: pick(w, "Stop it.", "Start it.")}},
		CreatedAt: w.now, ChangedAt: w.at(), ChangedBy: pick(w, agents...), Revision: w.IntN(2),
	}
	return step{"SaveArticle", only(func(d ticket.Draft) error {
		next := a
		if was, err := d.Article(slug); err == nil {
			next.Revision += was.Revision // the next one, or one that there is
		}
		return d.SaveArticle(next)
	})}
}
