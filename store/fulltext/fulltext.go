// Package fulltext finds tickets by the words of their subjects and entries, in the
// full-text index of an engine. Texts in an index are numbered: an entry by its id, the
// subject of a ticket by the negated number of the ticket.
//
// Begin with [Search].
package fulltext

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"maildesk/search"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// What a search costs is bounded, however many texts match.
const (
	mostLooked  = 10000 // entries, and as many subjects, the newest first
	mostFound   = 1000  // of those, of tickets that are asked for
	mostListed  = 20000 // tickets, where no word is asked for
	mostTickets = 300   // whose words stand in several entries, or that a word may exclude
	mostEntries = 1500  // of those tickets
	common      = 20000 // hits of a word from which on nobody counts all to weigh it
	// To look into one text for a word costs as much as to read so many of its hits.
	oneText = 200
)

// The rank where a common word, a beginning or a phrase is asked for, which are not
// weighed: as of a text in which a word stands once, and of a subject.
const (
	plainEntry   = "-1.0"
	plainSubject = "-1.5"
)

// notMoved keeps away a text that was split off a ticket: it belongs to the new one, as
// desk/decision.MarkMoved shows it. owner is the column with the number of the entry's ticket: where that is the
// table ticket's, SQLite asks only for texts of tickets that are asked for.
func notMoved(owner string) string {
	return `NOT EXISTS (
	SELECT 1 FROM event s JOIN entry m ON m.ticket = s.other_ticket AND m.mail = entry.mail AND m.text = entry.text AND (m.kind = entry.kind OR m.mail = s.other_mail)
	WHERE s.ticket = ` + owner + ` AND s.kind = 'split off')`
}

// Index is how an engine's full-text index, the table search, is asked.
type Index struct {
	ID    string           // the column with the number of a text
	Match func(int) string // the condition that a text matches the n-th parameter
	Rank  string           // of a text that matches parameter 1: the lower, the better
	// Term returns the expression for a text that has a term.
	Term func(ticket.Term) string
	// And and Or stand between expressions, Not between what a text must match and what
	// it must not.
	And, Or, Not string
	// InOrder says that the rows of a CROSS JOIN come in the order of its first table.
	InOrder bool
}

// finder is one search.
type finder struct {
	Index
	ctx   context.Context
	q     sqlrow.Querier
	ask   ticket.Query
	where func(*sqlrow.Conditions)
	all   []term
	none  []term
	best  map[ticket.ID]ticket.Hit // by the best text
	older bool
	few   bool // tickets have a status that is asked for: the index of statuses lists them, and the rows of others are not read
}

// term is what a text holds, in the language of the index.
type term struct {
	match   string
	subject bool // only subjects count
	prefix  bool
	phrase  bool
	hits    int // up to common and one; so many of a beginning or a phrase, which are not counted
}

// most returns how many hits a term can have.
func (t term) most() int64 {
	if t.hits > common {
		return math.MaxInt64
	}
	return int64(t.hits)
}

// counted returns how many hits were counted, at most common and one; 0: nobody counted.
func (t term) counted() int {
	if t.prefix || t.phrase {
		return 0
	}
	return t.hits
}

// Search returns all tickets that match, best first. Of very many, those with the newest
// texts are looked at.
//
// A text that holds all words is found by the index. Else the latest texts with the
// rarest word lead to tickets, of which the other words are looked up.
func Search(ctx context.Context, q sqlrow.Querier, index Index, ask ticket.Query, where func(*sqlrow.Conditions)) (ticket.Found, error) {
	f := &finder{Index: index, ctx: ctx, q: q, ask: ask, where: where, all: index.terms(ask.All), none: index.terms(ask.None), best: map[ticket.ID]ticket.Hit{}}
	if ask.Files {
		f.all = append(f.all, index.terms([]ticket.Term{{Words: search.FileMark}})...)
	}
	err := cmp.Or(f.count(), f.countTickets())
	if err != nil {
		return ticket.Found{}, err
	}
	if len(f.all) == 0 {
		err = f.tickets()
	} else if err = f.whole(); err == nil && len(f.all) > 1 {
		if len(f.best) < mostTickets {
			err = f.spread()
		} else {
			f.older = true
		}
	}
	if err != nil {
		return ticket.Found{}, err
	}
	hits := slices.SortedFunc(maps.Values(f.best), func(a, b ticket.Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Ticket.ID, a.Ticket.ID))
	})
	if len(f.none) > 0 {
		hits, err = f.without(hits)
	}
	return ticket.Found{Hits: hits, Older: f.older}, err
}

func (x Index) terms(asked []ticket.Term) (all []term) {
	for _, t := range asked {
		all = append(all, term{match: x.Term(t), subject: t.Subject, prefix: t.Prefix, phrase: search.IsPhrase(t.Words)})
	}
	return all
}

func pointers(all []term) (to []*term) {
	for i := range all {
		to = append(to, &all[i])
	}
	return to
}

// matches returns the expression for a text that holds some terms.
func matches(all []term, operator string) string {
	texts := make([]string, len(all))
	for i, t := range all {
		texts[i] = t.match
	}
	return strings.Join(texts, operator)
}

// hit is a text that matches, and its ticket.
type hit struct {
	text   int64 // of an entry, or minus the number of a ticket
	ticket ticket.ID
	queue  string
	rank   float64
	last   time.Time
	people
}

// people are who wrote a text, and whose the ticket is. They are read where the search
// asks for them.
type people struct{ author, name, requester, requesterName string }

// columns returns what is read of a hit.
func (f *finder) columns(author, name string) string {
	if f.ask.From+f.ask.Requester == "" {
		return `ticket.queue, ticket.updated_at`
	}
	return `ticket.queue, ticket.updated_at, ` + author + `, ` + name + `, ticket.requester, ticket.name`
}

func (f *finder) scan(row sqlrow.Scanner) (h hit, err error) {
	into := []any{&h.text, &h.ticket, &h.rank, &h.queue, sqlrow.At(&h.last), &h.author, &h.name, &h.requester, &h.requesterName}
	if f.ask.From+f.ask.Requester == "" {
		into = into[:5]
	}
	err = row.Scan(into...)
	return h, err
}

// fits reports whether the people are those who are asked for.
func (f *finder) fits(h hit) bool {
	return (f.ask.From == "" || search.Names(f.ask.From, h.author, h.name)) && (f.ask.Requester == "" || search.Names(f.ask.Requester, h.requester, h.requesterName))
}

// keep keeps a ticket with its best text.
func (f *finder) keep(h hit) {
	found := ticket.Hit{Ticket: ticket.Ticket{ID: h.ticket, Queue: h.queue}, Score: search.Score(max(-h.rank, 1e-6), h.last, f.ask.Now)}
	if h.text > 0 {
		found.Entry.ID = h.text
	}
	if was, known := f.best[h.ticket]; !known || was.Score < found.Score {
		f.best[h.ticket] = found
	}
}

// bound returns how many texts or tickets are read before those that were seen are left out, so
// that as many others remain. Where the statement itself leaves them out, the bound is as it is.
func (f *finder) bound(most int) int { return most + len(f.ask.Seen) }

// whole finds texts that hold all terms.
func (f *finder) whole() error {
	match := matches(f.all, f.And)
	general := slices.DeleteFunc(slices.Clone(f.none), func(t term) bool { return t.subject })
	if len(general) > 0 {
		match = "(" + match + f.Not + matches(general, f.Or) + ")"
	}
	hits, err := f.texts(match, !slices.ContainsFunc(f.all, func(t term) bool { return t.subject }), mostFound)
	for _, h := range hits {
		f.keep(h)
	}
	return err
}

// texts returns the newest texts that match, subjects and entries, of tickets that are
// asked for; at most so many of each side.
func (f *finder) texts(match string, entries bool, most int) ([]hit, error) {
	hits, err := f.read(match, false, most)
	if err != nil || !entries {
		return hits, err
	}
	more, err := f.read(match, true, most)
	return append(hits, more...), err
}

// read reads the newest texts of one side of the index: the numbers of subjects go down.
func (f *finder) read(match string, entries bool, most int) ([]hit, error) {
	rank := plainSubject
	newest, order := ` AND `+f.ID+` < 0 ORDER BY `+f.ID+` LIMIT $2`, ` ORDER BY h.id`
	columns, of, same := f.columns("ticket.requester", "ticket.name"), `CROSS JOIN ticket`, `ticket.id = -h.id`
	c := sqlrow.Conditions{Args: []any{match, f.bound(mostLooked)}}
	f.where(&c)
	some := len(c.Text) > 0
	if entries {
		rank = plainEntry
		newest, order = ` AND `+f.ID+` > 0 ORDER BY `+f.ID+` DESC LIMIT $2`, ` ORDER BY h.id DESC`
		columns, of, same = f.columns("entry.author", "entry.name"), `CROSS JOIN entry CROSS JOIN ticket`, `entry.id = h.id AND ticket.id = entry.ticket`
		c.Text = append(c.Text, notMoved("ticket.id"))
	} else if f.few {
		of := sqlrow.Conditions{Args: c.Args}
		f.ofStatus(&of)
		c.Args, c.Text = of.Args, append(c.Text, "-h.id IN (SELECT id FROM ticket"+of.Where()+")")
	}
	if !slices.ContainsFunc(f.all, func(t term) bool { return t.hits > common }) {
		rank = f.Rank
	}
	if f.InOrder {
		order = ""
	}
	c.Text = append(c.Text, same)
	hits, err := sqlrow.Collect(f.scan)(f.q.QueryContext(f.ctx, `SELECT h.id, ticket.id, h.rank, `+columns+`
		FROM (SELECT `+f.ID+` AS id, `+rank+` AS rank FROM search WHERE `+f.Match(1)+newest+`) h `+of+c.Where()+order+c.Limit(most), c.Args...))
	if err == nil && !f.older {
		f.older = len(hits) == most || some && len(f.all) == 1 && len(f.none) == 0 && f.all[0].counted() > 2*f.bound(mostLooked) // on one of the two sides, then
		if !f.older && some {
			n := 0
			err = f.q.QueryRowContext(f.ctx, `SELECT count(*) FROM (SELECT 1 FROM search WHERE `+f.Match(1)+newest+`) h`, match, f.bound(mostLooked)+1).Scan(&n)
			f.older = n > f.bound(mostLooked)
		}
	}
	return slices.DeleteFunc(hits, func(h hit) bool { return !f.fits(h) }), err
}

// ofStatus adds that a ticket has a status that is asked for.
func (f *finder) ofStatus(c *sqlrow.Conditions) {
	asked := f.ask.Tickets.Status
	c.In("status", len(asked), func(i int) any { return asked[i] })
}

// countTickets finds out whether few tickets have a status that is asked for.
func (f *finder) countTickets() error {
	if len(f.ask.Tickets.Status) == 0 {
		return nil
	}
	var c sqlrow.Conditions
	f.ofStatus(&c)
	query := `SELECT count(*) FROM (SELECT 1 FROM ticket` + c.Where() + c.Limit(mostLooked+1) + `) t`
	n := 0
	err := f.q.QueryRowContext(f.ctx, query, c.Args...).Scan(&n)
	f.few = n <= mostLooked
	return err
}

// count counts the hits of the terms, as far as it matters. To count those of a beginning
// or a phrase costs as much as to look for it.
func (f *finder) count() error {
	for _, t := range slices.Concat(pointers(f.all), pointers(f.none)) {
		side := ""
		if t.subject {
			side = " AND " + f.ID + " < 0"
		}
		if t.prefix || t.phrase {
			t.hits = common + 1
			continue
		}
		if err := f.q.QueryRowContext(f.ctx, `SELECT count(*) FROM (SELECT 1 FROM search WHERE `+f.Match(1)+side+` LIMIT $2) h`, t.match, common+1).Scan(&t.hits); err != nil {
			return err
		}
	}
	return nil
}

// tickets finds tickets by what they are: no word is asked for.
func (f *finder) tickets() error {
	var c sqlrow.Conditions
	f.where(&c)
	if f.ask.Tickets.Requester == "" { // for that there is an index
		c.Add("ticket.id > (SELECT max(id) FROM ticket) - ", f.bound(mostListed))
	}
	most := mostListed
	if f.ask.From != "" {
		most = 2 * mostTickets
	}
	query := `SELECT 0, ticket.id, -1.0, ` + f.columns("''", "''") + ` FROM ticket` + c.Where() + ` ORDER BY ticket.id DESC` + c.Limit(most)
	hits, err := sqlrow.Collect(f.scan)(f.q.QueryContext(f.ctx, query, c.Args...))
	if err != nil {
		return err
	}
	f.older = len(hits) == most
	if !f.older && f.ask.Tickets.Requester == "" {
		err = f.q.QueryRowContext(f.ctx, `SELECT coalesce(max(id) - min(id), 0) >= $1 FROM ticket`, f.bound(mostListed)).Scan(&f.older)
	}
	if f.ask.From != "" && err == nil {
		hits, err = f.wroteIn(hits)
	}
	for _, h := range hits {
		if f.ask.Requester == "" || search.Names(f.ask.Requester, h.requester, h.requesterName) {
			f.keep(h)
		}
	}
	return err
}

// wroteIn returns the hits on whose tickets somebody wrote, with the last text of theirs.
func (f *finder) wroteIn(hits []hit) (kept []hit, err error) {
	for page := range slices.Chunk(hits, mostTickets) {
		texts, err := f.textsOf(ticketsOf(page))
		if err != nil {
			return nil, err
		}
		for _, h := range page {
			if theirs := texts[h.ticket]; len(theirs) > 0 {
				h.text = slices.Max(theirs)
				kept = append(kept, h)
			}
		}
	}
	return kept, nil
}
