package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// pageSize is how many tickets a list shows at a time.
const pageSize = 50

// ticketRow is a ticket in a list.
type ticketRow struct {
	ticket.Ticket
	Due     time.Time
	DueWhat ticket.TargetKind
	Late    bool

	Line, File, By string // what a search found, and in which file
	At             time.Time
}

func rowOf(t ticket.Ticket) ticketRow {
	row := ticketRow{Ticket: t}
	row.Due, row.DueWhat = t.NextDue()
	row.Late = t.LateAt(time.Now())
	return row
}

func rowsOf(all []ticket.Ticket) (rows []ticketRow) {
	for _, t := range all {
		rows = append(rows, rowOf(t))
	}
	return rows
}

// listPage is the data of a list of tickets.
type listPage struct {
	Tickets  []ticketRow
	Next     string // the address of the next page; empty: there is none
	First    string // of the first one; empty: this is it
	Chosen   url.Values
	Statuses []ticket.Status
	Queues   []string
	Agents   []settings.Agent
}

// tickets lists tickets, the newest first, a page at a time.
func (s *Server) tickets(w http.ResponseWriter, r *http.Request, agent settings.Agent) error {
	set := s.src.Settings()
	chosen := r.URL.Query()
	filter, err := filterOf(chosen)
	if err != nil {
		return err
	}
	p := listPage{Chosen: chosen, Statuses: ticket.Statuses, Queues: set.QueuesFor(agent), Agents: set.Agents}
	if q := filter.Queue; q != "" && set.IsPrivate(q) && !set.IsOf(agent, q) {
		return errNowhere
	}
	err = s.src.View(r.Context(), func(r ticket.Reader) error {
		all, err := r.Tickets(filter)
		if err != nil {
			return err
		}
		if len(all) > pageSize {
			all = all[:pageSize]
			p.Next = "/tickets?" + with(chosen, "before", strconv.FormatInt(int64(all[pageSize-1].ID), 10))
		}
		seen, err := visible(r, set, agent, all, pageSize)
		p.Tickets = rowsOf(seen)
		return err
	})
	if err != nil {
		return err
	}
	if chosen.Get("before") != "" {
		p.First = "/tickets?" + with(chosen, "before", "")
	}
	return s.render(w, r, http.StatusOK, "tickets.html", view{Title: "Tickets", Here: "tickets", Agent: agent, Data: p})
}

// filterOf reads which tickets are asked for; its limit is one more than a page shows.
func filterOf(q url.Values) (f ticket.Filter, err error) {
	f = ticket.Filter{Queue: q.Get("queue"), Assignee: q.Get("assignee"), Requester: q.Get("requester"), Category: q.Get("category"), Newest: true, Limit: pageSize + 1}
	switch status := q.Get("status"); {
	case status == "" || status == "in work":
		f.Status = inWork
	case status == "any":
	case slices.Contains(ticket.Statuses, ticket.Status(status)):
		f.Status = []ticket.Status{ticket.Status(status)}
	default:
		return f, &refusal{http.StatusBadRequest, "There is no such status. There are: " + joined(ticket.Statuses) + "."}
	}
	if f.Assignee == "nobody" {
		f.Assignee, f.Unassigned = "", true
	}
	if q.Get("late") != "" {
		f.LateAt = time.Now()
	}
	if before := q.Get("before"); before != "" {
		n, err := strconv.ParseInt(before, 10, 64)
		if err != nil || n <= 0 {
			return f, &refusal{http.StatusBadRequest, "“before” is the number of a ticket."}
		}
		f.Before = ticket.ID(n)
	}
	return f, nil
}

func joined[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, w := range all {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

// with returns a query with a key set to a value; an empty value removes the key.
func with(q url.Values, key, value string) string {
	own := url.Values{}
	for k, v := range q {
		if k != key && len(v) > 0 && v[0] != "" {
			own.Set(k, v[0])
		}
	}
	if value != "" {
		own.Set(key, value)
	}
	return own.Encode()
}
