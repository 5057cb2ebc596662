package tickets

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/desk/settings"
	"maildesk/search"
	"maildesk/search/attached"
	"maildesk/ticket"
)

// mostRead bounds how many hits are read for a page, with those before it.
const mostRead = 1_000_000

// SearchCommand finds tickets and articles.
type SearchCommand struct {
	JSON  bool     `help:"One JSON object a ticket, a line each."`
	Limit int      `default:"20" help:"At most so many tickets on a page."`
	Page  int      `default:"1" help:"Which page, counted anew each time."`
	After string   `placeholder:"MARK" help:"The page behind another one of the same search, which says what to write here: nothing comes twice, or is left out because other mails come in meanwhile."`
	Query []string `arg:"" help:"Words, \"phrases\", beginnings*, -words (behind --, or within quotes) and fields: subject: from: requester: status: category: queue: agent: tag: level: priority: language: since: until: has:file is:open|late|unassigned|incident in:articles|tickets."`
}

// Help explains what a query is made of.
func (*SearchCommand) Help() string {
	return `A ticket is found when its subject or correspondence has all words; an article
of the knowledge base, when its title or text has them.

  maildesk search printer jams
  maildesk search '"paper jam" -toner status:open,new'
  maildesk search from:ana since:30d has:file
  maildesk search in:articles vpn

docs/search.md says more.`
}

func (c *SearchCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	if c.Limit < 1 || c.Page < 1 {
		return console.UsageError(fmt.Errorf("--limit and --page begin at 1"))
	}
	if c.Limit > mostRead/c.Page {
		return console.UsageError(fmt.Errorf("--page times --limit is more than %d", mostRead))
	}
	return console.ViewBy(ctx, string(path), func(r ticket.Reader, s *settings.Settings) error {
		q, err := search.Parse(strings.Join(c.Query, " "), deskOf(r, s))
		if err != nil {
			return console.UsageError(err)
		}
		if q.IsEmpty() {
			return console.UsageError(ticket.Say("words are needed, as in: search printer jams"))
		}
		if q.In == ticket.InArticles {
			return c.articles(std, r, q, s.Language)
		}
		mark, err := c.mark(search.MarkTickets)
		if err != nil {
			return err
		}
		q.Seen, q.Limit = mark.SeenTickets(), c.Page*c.Limit
		if mark.Len() == 0 && c.Page == 1 {
			if err := c.beside(std, r, q); err != nil {
				return err
			}
		}
		found, err := r.Search(q)
		if err != nil {
			return err
		}
		on := page{mark: mark, total: found.Total, older: found.Older}
		found.Hits = cut(c, &on, found.Hits, search.OfTickets)
		hits := make([]searchHit, len(found.Hits))
		lines := attached.Lines{Mails: r, Query: q}
		for i, h := range found.Hits {
			hits[i] = searchHit{ticketJSON: jsonOf(h.Ticket), Score: h.Score, Entry: h.Entry.ID, Author: h.Entry.Author, Name: h.Entry.Name, At: h.Entry.At}
			if hits[i].Line, hits[i].File, err = lines.Of(h); err != nil {
				return err
			}
		}
		if c.JSON {
			err = console.WriteJSONLines(std.Out, hits, console.Itself)
		} else {
			err = printHits(std.Out, found.Hits, hits, len(q.All) > 0)
		}
		return cmp.Or(err, c.end(std, on, "ticket", " Older ones may match, too: only the newest texts were looked at. More words find them."))
	})
}

// deskOf returns what the fields of a query may name: what the configuration has, and
// what tickets have that it had once.
func deskOf(r ticket.TicketReader, s *settings.Settings) search.Desk {
	d := search.Desk{Queues: s.Rules.QueueNames(), Categories: s.Rules.CategoryNames(), Within: s.Rules.Within, Now: time.Now()}
	for _, a := range s.Agents {
		d.Agents = append(d.Agents, a.Name)
	}
	d.Kept = func(field, name string) bool { return hasTickets(r, field, name) }
	return d
}

// hasTickets reports whether there are tickets of a queue, an agent or a category.
func hasTickets(r ticket.TicketReader, field, name string) bool {
	f := ticket.Filter{Limit: 1}
	switch field {
	case "queue":
		f.Queue = name
	case "agent":
		f.Assignee = name
	case "category":
		f.Category = name
	}
	tickets, err := r.Tickets(f)
	return err == nil && len(tickets) > 0
}

// searchHit is a ticket that a search found, as --json prints it.
type searchHit struct {
	ticketJSON
	Score  float64   `json:"score"`
	Entry  int64     `json:"entry,omitempty"` // that matched; 0: the subject did
	Line   string    `json:"line"`            // that matched; empty: the name of the file did, or the words stand in several texts
	File   string    `json:"file,omitempty"`  // in which it stands; empty: in the text itself
	Author string    `json:"author,omitempty"`
	Name   string    `json:"name,omitempty"`
	At     time.Time `json:"at,omitzero"`
}

// printHits prints each ticket with the line that matched, where words were asked for, who
// wrote it and when.
func printHits(w io.Writer, found []ticket.Hit, hits []searchHit, words bool) error {
	out := bufio.NewWriter(w)
	for i, h := range hits {
		t := found[i].Ticket
		about := strings.Join(console.NonEmpty(statusWords(t), t.Queue, t.Assignee, t.Requester), ", ")
		fmt.Fprintf(out, "#%d  %s  (%s)\n", t.ID, console.Printable(console.FirstOf(t.Subject, "–")), console.Printable(about))
		if h.Entry == 0 {
			continue
		}
		who, line := console.FirstOf(h.Name, h.Author), h.Line
		if h.File != "" {
			who += ", in " + h.File
		} else if line == "" && words {
			line = "(together with other texts)"
		}
		fmt.Fprintf(out, "    %s, %s\n", h.At.Local().Format("2006-01-02 15:04"), console.Printable(strings.Join(console.NonEmpty(who, line), ": ")))
	}
	return out.Flush()
}
