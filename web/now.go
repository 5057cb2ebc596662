package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// How long the state of the desk is cached: counting a million rows takes a good
// part of a second.
const (
	standingFresh = 5 * time.Second
	standingKept  = 5 * time.Minute
)

// standing is the state of the desk.
type standing struct {
	condition ticket.Condition
	problems  []Problem
	mailboxes []ticket.Mailbox
	due       []ticket.Ticket // of which something is late, or due soon: what is due first
}

// stand reads the state of the desk.
func (s *Server) stand(ctx context.Context, _ asOf) (now standing, err error) {
	if now.condition, now.problems, err = s.src.Now(ctx); err != nil && len(now.problems) == 0 {
		return now, err
	}
	return now, s.src.View(ctx, func(r ticket.Reader) (err error) {
		if now.due, err = due(r, mostDueRead); err != nil {
			return err
		}
		now.mailboxes, err = r.Mailboxes()
		return err
	})
}

// nowPage is the data of the first page.
type nowPage struct {
	ReadAt     time.Time
	Problems   []Problem
	Queues     []queueRow
	All        queueRow
	Promises   []promiseRow
	Mine, Due  []ticketRow
	Incidents  []incidentRow
	Outbox     []countRow
	Oldest     time.Time // outgoing mail that waits
	Mailboxes  []ticket.Mailbox
	Waiting    int64 // mails that are not handled
	Quarantine int64
	Uninformed int64
}

type queueRow struct {
	Name    string
	Level   int
	Private bool
	Ages    [4]int64 // as ticket.Ages
	Open    int64
	Late    int64
}

type promiseRow struct {
	Name string
	Late int64
}

type countRow struct {
	Name  string
	Count int64
	Alarm bool
}

type incidentRow struct {
	Lead    ticketRow
	Reports int
	Since   time.Time
}

// What the first page shows at most.
const (
	mostMine      = 10
	mostDue       = 10
	mostDueRead   = 1000 // at once, of which each agent sees the first that they may read
	mostIncidents = 20
	dueAhead      = 24 * time.Hour
)

// deskNow shows the state of the desk.
func (s *Server) deskNow(w http.ResponseWriter, r *http.Request, agent settings.Agent) error {
	erased, err := s.asOf(r.Context())
	if err != nil {
		return err
	}
	stands, at, err := s.now.get(r.Context(), erased)
	if err != nil {
		return err
	}
	c := stands.condition
	p := nowPage{ReadAt: at, Problems: stands.problems, Mailboxes: stands.mailboxes, Waiting: c.Mails[ticket.DispositionPending],
		Quarantine: c.Mails[ticket.DispositionQuarantined], Uninformed: c.Uninformed, Outbox: outboxRows(c), Oldest: earliest(c.OldestUntried, c.OldestDeferred)}
	set := s.src.Settings()
	p.Queues, p.All = queueRows(set, agent, c.Open)
	for _, k := range ticket.TargetKinds {
		p.Promises = append(p.Promises, promiseRow{strings.ToUpper(string(k)[:1]) + string(k)[1:], c.Breached[k]})
	}
	err = s.src.View(r.Context(), func(r ticket.Reader) (err error) {
		if p.Mine, err = mine(r, agent); err != nil {
			return err
		}
		seen, err := dueFor(r, set, agent, stands.due)
		if err != nil {
			return err
		}
		p.Due = rowsOf(seen)
		p.Incidents, err = incidents(r, set, agent)
		return err
	})
	if err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, "now.html", view{Title: "The desk now", Here: "now", Agent: agent, Data: p})
}

// queueRows returns the open tickets of each queue that an agent may read, by level, and
// their sum. Empty queues are included.
func queueRows(set *settings.Settings, agent settings.Agent, open []ticket.OpenTickets) (rows []queueRow, all queueRow) {
	byName := map[string]*queueRow{}
	for _, name := range set.QueuesFor(agent) {
		q, _ := set.Queue(name)
		byName[name] = &queueRow{Name: name, Level: q.Level, Private: q.Private}
	}
	for _, o := range open {
		row := byName[o.Queue]
		if row == nil {
			if _, known := set.Queue(o.Queue); known {
				continue // it is private
			}
			row = &queueRow{Name: o.Queue, Level: o.Level} // it was removed from the configuration
			byName[o.Queue] = row
		}
		if i := slices.Index(ticket.Ages, o.Age); i >= 0 {
			row.Ages[i] += o.Tickets
			all.Ages[i] += o.Tickets
		}
		row.Open, row.Late = row.Open+o.Tickets, row.Late+o.Late
		all.Open, all.Late = all.Open+o.Tickets, all.Late+o.Late
	}
	for _, row := range byName {
		rows = append(rows, *row)
	}
	slices.SortFunc(rows, func(a, b queueRow) int { return cmp.Or(cmp.Compare(a.Level, b.Level), strings.Compare(a.Name, b.Name)) })
	return rows, all
}

// outboxRows counts the outgoing mails that are not done, or have failed.
func outboxRows(c ticket.Condition) []countRow {
	rows := []countRow{{"Waiting to be sent", c.Outbox[ticket.OutboxReady] + c.Outbox[ticket.OutboxClaimed], false}}
	var held int64
	for _, n := range c.Held {
		held += n
	}
	return append(rows, countRow{"of these, held back", held, held > 0}, countRow{"Answers that wait for their author", c.HeldAnswers, false},
		countRow{"Planned for later", c.Planned, false}, countRow{"Failed", c.Outbox[ticket.OutboxFailed], c.Outbox[ticket.OutboxFailed] > 0}, countRow{"Sent", c.Outbox[ticket.OutboxSent], false})
}

// earliest returns the earlier of two times, of which each may be none.
func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// mine returns an agent's tickets, those due first on top.
func mine(r ticket.Reader, agent settings.Agent) ([]ticketRow, error) {
	all, err := r.Tickets(ticket.Filter{Status: inWork, Assignee: agent.Name, DueFirst: true, Limit: mostMine})
	return rowsOf(all), err
}

// due returns the first tickets on which something is late or due, in order of time.
func due(r ticket.Reader, most int) ([]ticket.Ticket, error) {
	return r.Tickets(ticket.Filter{Status: inWork, LateAt: time.Now().Add(dueAhead), DueFirst: true, Limit: most})
}

// dueFor returns the first due tickets that an agent may read. If the first of
// all have too few of those, it reads on.
func dueFor(r ticket.Reader, set *settings.Settings, agent settings.Agent, first []ticket.Ticket) ([]ticket.Ticket, error) {
	seen, err := visible(r, set, agent, first, mostDue)
	for most := mostDueRead; err == nil && len(seen) < mostDue && len(first) >= most; {
		most *= 4
		if first, err = due(r, most); err == nil {
			seen, err = visible(r, set, agent, first, mostDue)
		}
	}
	return seen, err
}

// visible returns the first of some tickets that an agent may read.
func visible(r ticket.Reader, set *settings.Settings, agent settings.Agent, all []ticket.Ticket, most int) (seen []ticket.Ticket, err error) {
	for _, t := range all {
		may, err := decision.MaySee(r, set, t, agent)
		if err != nil {
			return nil, err
		}
		if may {
			seen = append(seen, t)
		}
		if len(seen) == most {
			break
		}
	}
	return seen, nil
}

// incidents returns the current outages.
func incidents(r ticket.Reader, set *settings.Settings, agent settings.Agent) (rows []incidentRow, err error) {
	open, err := r.OpenIncidents()
	if err != nil {
		return nil, err
	}
	for _, i := range slices.Backward(open) {
		lead, err := r.Ticket(i.Lead)
		if err != nil {
			return nil, err
		}
		may, err := decision.MaySee(r, set, lead, agent)
		if err != nil {
			return nil, err
		}
		if !may {
			continue
		}
		n, err := r.CountReports(i.Lead)
		if err != nil {
			return nil, err
		}
		if rows = append(rows, incidentRow{rowOf(lead), n, i.OpenedAt}); len(rows) == mostIncidents {
			break
		}
	}
	return rows, nil
}
