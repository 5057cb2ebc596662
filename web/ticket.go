package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/ticket"
	"maildesk/ticket/history"
	"maildesk/ticket/wording"
)

// What a page of a ticket shows at most.
const (
	entriesShown = 30
	eventsShown  = 200
	textShown    = 20 << 10 // bytes of one text; the mail has all
)

// ticketPage is the data of a ticket.
type ticketPage struct {
	ticketRow
	Path       []string
	People     []ticket.Participant
	History    ticket.History
	Incident   ticket.ID   // lead of the one that it reports; 0: none
	Leads      int         // reports of the incident that it leads; 0: none
	MergedHere []ticket.ID // tickets that are worked on in it
	Linked     []ticket.ID
	Vendors    []history.Vendor
	Approvals  []history.Approval
	Rating     string
	Worked     ticket.Minutes
	Timeline   []moment
	Earlier    string // the address of what was before; empty: nothing was
	Later      string // likewise of the latest
	Left       int    // events that are left out
}

// moment is what was written or happened at a time.
type moment struct {
	At    time.Time
	ID    int64 // of the entry
	Kind  string
	Mark  ticket.EntryMark
	Who   string
	Mail  ticket.MailID // that can be looked at; 0: none
	Text  string        // what was written
	Full  string        // the whole, where it is more
	Cut   bool          // there is more than is shown
	Event string        // the kind of what happened
	What  string        // in words
}

// ticketFor returns the ticket that a path names, if the agent may read it. One that does not
// exist, and one that they may not read, give the same error.
func ticketFor(r ticket.Reader, set *settings.Settings, agent settings.Agent, req *http.Request) (ticket.Ticket, error) {
	id, err := strconv.ParseInt(req.PathValue("id"), 10, 64)
	if err != nil {
		return ticket.Ticket{}, errNowhere
	}
	t, err := r.Ticket(ticket.ID(id))
	if err != nil {
		return t, err
	}
	if may, err := decision.MaySee(r, set, t, agent); err != nil || !may {
		return ticket.Ticket{}, cmp.Or(err, error(errNowhere))
	}
	return t, nil
}

// ticket shows a ticket and what was written and happened on it.
func (s *Server) ticket(w http.ResponseWriter, r *http.Request, agent settings.Agent) error {
	set := s.src.Settings()
	var p ticketPage
	err := s.src.View(r.Context(), func(reader ticket.Reader) error {
		t, err := ticketFor(reader, set, agent, r)
		if err != nil {
			return err
		}
		p.ticketRow = rowOf(t)
		for _, q := range set.Path(t) {
			p.Path = append(p.Path, q.Name)
		}
		events, err := reader.Events(t.ID)
		if err != nil {
			return err
		}
		p.of(events)
		if err := p.about(reader, set, agent, t); err != nil {
			return err
		}
		return p.timeline(reader, set, t, events, r.URL.Query().Get("before"))
	})
	if err != nil {
		return err
	}
	title := "#" + strconv.FormatInt(int64(p.ID), 10) + " " + p.Subject
	return s.render(w, r, http.StatusOK, "ticket.html", view{Title: title, Here: "tickets", Agent: agent, Data: p})
}

// of reads what events say about the whole ticket.
func (p *ticketPage) of(events []ticket.Event) {
	p.Vendors, p.Approvals, p.Worked = history.VendorsOf(events), history.ApprovalsOf(events), history.Worked(events)
	if rating, rated := history.RatingOf(events); rated {
		p.Rating = rating.Says
	}
	for _, e := range events {
		switch {
		case e.Kind == ticket.EventMergedIn && !slices.Contains(p.MergedHere, e.OtherTicket):
			p.MergedHere = append(p.MergedHere, e.OtherTicket)
		case e.Kind == ticket.EventLinked && !slices.Contains(p.Linked, e.OtherTicket):
			p.Linked = append(p.Linked, e.OtherTicket)
		}
	}
}

// about reads the participants, and what else the desk has of theirs.
func (p *ticketPage) about(r ticket.Reader, set *settings.Settings, agent settings.Agent, t ticket.Ticket) (err error) {
	if p.People, err = r.Participants(t.ID); err != nil {
		return err
	}
	p.People = slices.DeleteFunc(p.People, func(x ticket.Participant) bool {
		return x.Role == ticket.RoleAgent || x.Role == ticket.RoleRequester && settings.SameAddress(x.Address, t.Requester)
	})
	if t.Requester != "" {
		if p.History, err = historyFor(r, set, agent, t.Requester); err != nil {
			return err
		}
	}
	incident, err := r.IncidentOf(t.ID)
	switch {
	case errors.Is(err, ticket.ErrNotFound):
		return nil
	case err != nil:
		return err
	case incident.Lead == t.ID:
		p.Leads, err = r.CountReports(t.ID)
		return err
	}
	p.Incident = incident.Lead
	return nil
}

// historyFor counts the tickets of a requester that an agent may read.
func historyFor(r ticket.Reader, set *settings.Settings, agent settings.Agent, requester string) (ticket.History, error) {
	h, err := r.History(requester)
	if err != nil || h.All == 0 || len(set.ClosedTo(agent)) == 0 {
		return h, err
	}
	all, err := r.Tickets(ticket.Filter{Requester: requester, Newest: true, Limit: h.All})
	for _, t := range all {
		may, err := decision.MaySee(r, set, t, agent)
		if err != nil {
			return h, err
		}
		if may {
			continue
		}
		h.All--
		if t.Status != ticket.StatusResolved && t.Status != ticket.StatusClosed {
			h.Open--
		}
	}
	return h, err
}

// timeline reads what was written before an entry (the latest, if none is given), and what happened
// in between.
func (p *ticketPage) timeline(r ticket.Reader, set *settings.Settings, t ticket.Ticket, events []ticket.Event, before string) error {
	var until int64
	var from, to time.Time // between which things happened; zero: open
	if before != "" {
		var err error
		if until, err = strconv.ParseInt(before, 10, 64); err != nil || until <= 0 {
			return errNowhere
		}
		later, err := r.EntriesBefore(t.ID, until+1, 1)
		if err != nil || len(later) == 0 {
			return cmp.Or(err, error(errNowhere))
		}
		to = later[0].At
		p.Later = "/ticket/" + strconv.FormatInt(int64(t.ID), 10)
	}
	entries, err := r.EntriesBefore(t.ID, until, entriesShown+1)
	if err != nil {
		return err
	}
	if len(entries) > entriesShown {
		entries = entries[:entriesShown]
		from = entries[len(entries)-1].At
		p.Earlier = "/ticket/" + strconv.FormatInt(int64(t.ID), 10) + "?before=" + strconv.FormatInt(entries[len(entries)-1].ID, 10)
	}
	slices.Reverse(entries)
	if err := decision.MarkMoved(r, t.ID, entries); err != nil {
		return err
	}
	if err := decision.MarkNotes(r, t.ID, entries); err != nil {
		return err
	}
	for _, e := range entries {
		m, err := momentOf(r, set, t, e)
		if err != nil {
			return err
		}
		p.Timeline = append(p.Timeline, m)
	}
	p.happened(set, events, from, to)
	return nil
}

// momentOf returns an entry for display.
func momentOf(r ticket.Reader, set *settings.Settings, t ticket.Ticket, e ticket.Entry) (moment, error) {
	m := moment{At: e.At, ID: e.ID, Kind: string(e.Kind), Mark: e.Mark, Who: settings.FirstOf(e.Name, e.Author), Text: e.Text, Full: e.Full}
	if agent, is := set.AgentAt(e.Author); is {
		m.Who = agent.Known()
	}
	if len(m.Text) > textShown {
		m.Text, m.Cut = cutText(m.Text), true
	}
	if len(m.Full) > textShown {
		m.Full, m.Cut = cutText(m.Full), true
	}
	if e.Mail == 0 {
		return m, nil
	}
	mail, err := r.Mail(e.Mail)
	if err == nil && mail.Ticket == t.ID {
		m.Mail = e.Mail
	}
	return m, decision.IgnoreNotFound(err)
}

// cutText returns the beginning of a text, with whole characters.
func cutText(text string) string { return strings.ToValidUTF8(text[:textShown], "") }

// happened adds what happened between two times, either of which may be open, except what
// the entries themselves say.
func (p *ticketPage) happened(set *settings.Settings, events []ticket.Event, from, to time.Time) {
	events = slices.DeleteFunc(slices.Clone(events), func(e ticket.Event) bool {
		return e.At.Before(from) || !to.IsZero() && !e.At.Before(to)
	})
	if len(events) > eventsShown {
		p.Left = len(events) - eventsShown
		events = events[p.Left:]
	}
	for _, e := range events {
		who := ""
		if e.Actor != ticket.ActorDesk {
			who = set.KnownAs(e.Actor)
		}
		p.Timeline = append(p.Timeline, moment{At: e.At, Event: string(e.Kind), What: wording.Of(e), Who: who})
	}
	slices.SortStableFunc(p.Timeline, func(a, b moment) int { return a.At.Compare(b.At) })
}
