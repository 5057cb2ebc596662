package sqlite

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
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
	mostFound   = 2000  // of those, for tickets that are asked for
	mostListed  = 20000 // tickets, where no word is asked for
	mostTickets = 300   // whose words stand in several entries, or that a word may exclude
	mostEntries = 1500  // of those tickets
	// To look into one text for a word costs as much as to read so many of its hits.
	oneText = 200
)

// notMoved keeps away a text that was split off a ticket: it belongs to the new one, as
// desk/decision.MarkMoved shows it.
const notMoved = `NOT EXISTS (
	SELECT 1 FROM event s JOIN entry m ON m.ticket = s.other_ticket AND m.mail = entry.mail AND m.text = entry.text AND (m.kind = entry.kind OR m.mail = s.other_mail)
	WHERE s.ticket = entry.ticket AND s.kind = 'split off')`

// finder is one search.
type finder struct {
	ctx   context.Context
	q     sqlrow.Querier
	ask   ticket.Query
	where func(*sqlrow.Conditions)
	all   []term
	none  []term
	best  map[ticket.ID]ticket.Hit // by the best text
	older bool
}

// term is what a text holds, in the language of the index.
type term struct {
	match   string
	subject bool // only subjects count
	prefix  bool
	hits    int // up to mostFound and one
}

// Search returns all tickets that match, best first. Of very many, those with the newest
// texts are looked at.
//
// A text that holds all words is found by the index. Else the latest texts with the
// rarest word lead to tickets, of which the other words are looked up.
func (Engine) Search(ctx context.Context, q sqlrow.Querier, ask ticket.Query, where func(*sqlrow.Conditions)) (ticket.Found, error) {
	f := &finder{ctx: ctx, q: q, ask: ask, where: where, all: terms(ask.All), none: terms(ask.None), best: map[ticket.ID]ticket.Hit{}}
	if ask.Files {
		f.all = append(f.all, term{match: quoted(search.FileMark)})
	}
	var err error
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

// quoted returns words in which nothing is an operator: a quote is written twice.
func quoted(words string) string { return `"` + strings.ReplaceAll(words, `"`, `""`) + `"` }

func terms(asked []ticket.Term) (all []term) {
	for _, t := range asked {
		made := term{match: quoted(t.Words), subject: t.Subject, prefix: t.Prefix}
		if t.Prefix {
			made.match += " *"
		}
		all = append(all, made)
	}
	return all
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
		return `ticket.updated_at`
	}
	return `ticket.updated_at, ` + author + `, ` + name + `, ticket.requester, ticket.name`
}

func (f *finder) scan(row sqlrow.Scanner) (h hit, err error) {
	into := []any{&h.text, &h.ticket, &h.rank, sqlrow.At(&h.last), &h.author, &h.name, &h.requester, &h.requesterName}
	if f.ask.From+f.ask.Requester == "" {
		into = into[:4]
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
	found := ticket.Hit{Ticket: ticket.Ticket{ID: h.ticket}, Score: search.Score(max(-h.rank, 1e-6), h.last, f.ask.Now)}
	if h.text > 0 {
		found.Entry.ID = h.text
	}
	if was, known := f.best[h.ticket]; !known || was.Score < found.Score {
		f.best[h.ticket] = found
	}
}

// whole finds texts that hold all terms.
func (f *finder) whole() error {
	match := matches(f.all, " AND ")
	general := slices.DeleteFunc(slices.Clone(f.none), func(t term) bool { return t.subject })
	if len(general) > 0 {
		match = "(" + match + ") NOT (" + matches(general, " OR ") + ")"
	}
	hits, err := f.texts(match, !slices.ContainsFunc(f.all, func(t term) bool { return t.subject }))
	for _, h := range hits {
		f.keep(h)
	}
	return err
}

// texts returns the newest texts that match, subjects and entries, of tickets that are
// asked for.
func (f *finder) texts(match string, entries bool) ([]hit, error) {
	hits, err := f.read(match, false)
	if err != nil || !entries {
		return hits, err
	}
	more, err := f.read(match, true)
	return append(hits, more...), err
}

// read reads the newest texts of one side of the index: the numbers of subjects go down.
func (f *finder) read(match string, entries bool) ([]hit, error) {
	newest := ` AND rowid < 0 ORDER BY rowid LIMIT $2`
	columns, of := f.columns("ticket.requester", "ticket.name"), `CROSS JOIN ticket ON ticket.id = -h.rowid`
	c := sqlrow.Conditions{Args: []any{match, mostLooked}}
	f.where(&c)
	if entries {
		newest = ` AND rowid > 0 ORDER BY rowid DESC LIMIT $2`
		columns, of = f.columns("entry.author", "entry.name"), `CROSS JOIN entry ON entry.id = h.rowid CROSS JOIN ticket ON ticket.id = entry.ticket`
		c.Text = append(c.Text, notMoved)
	}
	hits, err := sqlrow.Collect(f.scan)(f.q.QueryContext(f.ctx, `SELECT h.rowid, ticket.id, h.rank, `+columns+`
		FROM (SELECT rowid, bm25(search) AS rank FROM search WHERE search MATCH $1`+newest+`) h `+of+c.Where()+c.Limit(mostFound), c.Args...))
	if err == nil && !f.older {
		f.older = len(hits) == mostFound
		if !f.older {
			err = f.q.QueryRowContext(f.ctx, `SELECT count(*) > $3 FROM (SELECT 1 FROM search WHERE search MATCH $1`+newest+`)`, match, mostLooked+1, mostLooked).Scan(&f.older)
		}
	}
	return slices.DeleteFunc(hits, func(h hit) bool { return !f.fits(h) }), err
}

// spread finds tickets whose terms stand in several texts.
func (f *finder) spread() error {
	for i := range f.all {
		if err := f.count(&f.all[i]); err != nil {
			return err
		}
	}
	byRarity := slices.SortedStableFunc(slices.Values(f.all), func(a, b term) int { return cmp.Compare(a.hits, b.hits) })
	first := byRarity[0]
	if first.hits == 0 {
		return nil
	}
	hits, err := f.texts(first.match, !first.subject)
	if err != nil {
		return err
	}
	hits = slices.DeleteFunc(hits, func(h hit) bool { _, known := f.best[h.ticket]; return known })
	slices.SortStableFunc(hits, func(a, b hit) int { return b.last.Compare(a.last) })
	texts, err := f.textsOf(ticketsOf(hits))
	if err != nil {
		return err
	}
	for _, t := range byRarity[1:] {
		if texts, err = f.having(texts, t); err != nil {
			return err
		}
	}
	for _, h := range hits {
		if len(texts[h.ticket]) > 0 {
			f.keep(h)
		}
	}
	return nil
}

func ticketsOf(hits []hit) (all []ticket.ID) {
	known := map[ticket.ID]bool{}
	for _, h := range hits {
		if !known[h.ticket] {
			known[h.ticket], all = true, append(all, h.ticket)
		}
	}
	return all
}

// count counts the hits of a term as far as it matters.
func (f *finder) count(t *term) error {
	side := ""
	if t.subject {
		side = " AND rowid < 0"
	}
	return f.q.QueryRowContext(f.ctx, `SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH $1`+side+` LIMIT $2)`, t.match, mostFound+1).Scan(&t.hits)
}

// textsOf returns the texts of tickets, as far as they are not too many.
func (f *finder) textsOf(tickets []ticket.ID) (map[ticket.ID][]int64, error) {
	if len(tickets) > mostTickets {
		tickets, f.older = tickets[:mostTickets], true
	}
	list, err := json.Marshal(tickets)
	if err != nil {
		return nil, err
	}
	texts, err := sqlrow.Collect(func(row sqlrow.Scanner) (h hit, err error) {
		err = row.Scan(&h.text, &h.ticket, &h.author, &h.name)
		return h, err
	})(f.q.QueryContext(f.ctx, `SELECT -ticket.id, ticket.id, ticket.requester, ticket.name FROM json_each($1) j CROSS JOIN ticket ON ticket.id = j.value
		UNION ALL SELECT * FROM (SELECT entry.id, entry.ticket, entry.author, entry.name FROM json_each($1) j CROSS JOIN entry ON entry.ticket = j.value WHERE `+notMoved+` LIMIT $2)`, string(list), mostEntries))
	f.older = f.older || len(texts) >= mostEntries+len(tickets)
	all := make(map[ticket.ID][]int64, len(tickets))
	for _, h := range texts {
		if f.ask.From == "" || search.Names(f.ask.From, h.author, h.name) {
			all[h.ticket] = append(all[h.ticket], h.text)
		}
	}
	return all, err
}

// having returns those tickets of which a text holds a term, with all their texts.
func (f *finder) having(texts map[ticket.ID][]int64, t term) (map[ticket.ID][]int64, error) {
	of := map[int64]ticket.ID{}
	var subjects, entries []int64
	for id, all := range texts {
		for _, text := range all {
			if of[text] = id; text < 0 {
				subjects = append(subjects, text)
			} else if !t.subject {
				entries = append(entries, text)
			}
		}
	}
	kept := map[ticket.ID][]int64{}
	for _, side := range [][]int64{subjects, entries} {
		holding, err := f.holding(side, t)
		if err != nil {
			return nil, err
		}
		for _, text := range holding {
			kept[of[text]] = texts[of[text]]
		}
	}
	return kept, nil
}

// holding returns those of some texts that hold a term.
func (f *finder) holding(texts []int64, t term) ([]int64, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	slices.Sort(texts)
	list, err := json.Marshal(texts)
	if err != nil {
		return nil, err
	}
	first, last := texts[0], texts[len(texts)-1]
	// All hits between the first and the last text, or one text after the other.
	query := `SELECT rowid FROM search WHERE search MATCH $1 AND rowid BETWEEN $2 AND $3 AND +rowid IN (SELECT value FROM json_each($4))`
	args := []any{t.match, first, last, string(list)}
	if hits := last - first; !t.prefix && t.hits > mostFound && hits > oneText*int64(len(texts)) {
		query, args = `SELECT search.rowid FROM json_each($1) j CROSS JOIN search WHERE search.rowid = j.value AND search MATCH $2`, []any{string(list), t.match}
	}
	return sqlrow.Collect(func(row sqlrow.Scanner) (id int64, err error) { err = row.Scan(&id); return id, err })(f.q.QueryContext(f.ctx, query, args...))
}

// without returns the hits whose tickets hold none of what is excluded.
func (f *finder) without(hits []ticket.Hit) ([]ticket.Hit, error) {
	if len(hits) > mostTickets {
		hits, f.older = hits[:mostTickets], true
	}
	tickets := make([]ticket.ID, len(hits))
	for i, h := range hits {
		tickets[i] = h.Ticket.ID
	}
	from := f.ask.From
	f.ask.From = "" // whoever wrote it
	texts, err := f.textsOf(tickets)
	f.ask.From = from
	if err != nil {
		return nil, err
	}
	for _, t := range f.none {
		if err := f.count(&t); err != nil {
			return nil, err
		}
		holding, err := f.having(texts, t)
		if err != nil {
			return nil, err
		}
		hits = slices.DeleteFunc(hits, func(h ticket.Hit) bool { return holding[h.Ticket.ID] != nil })
	}
	return hits, nil
}

// tickets finds tickets by what they are: no word is asked for.
func (f *finder) tickets() error {
	var c sqlrow.Conditions
	f.where(&c)
	if f.ask.Tickets.Requester == "" { // for that there is an index
		c.Add("ticket.id > (SELECT max(id) FROM ticket) - ", mostListed)
	}
	query := `SELECT 0, ticket.id, -1.0, ` + f.columns("''", "''") + ` FROM ticket` + c.Where() + ` ORDER BY ticket.id DESC` + c.Limit(mostListed)
	hits, err := sqlrow.Collect(f.scan)(f.q.QueryContext(f.ctx, query, c.Args...))
	if err != nil {
		return err
	}
	f.older = len(hits) == mostListed
	if f.ask.Tickets.Requester == "" {
		err = f.q.QueryRowContext(f.ctx, `SELECT coalesce(max(id) - min(id), 0) >= $1 FROM ticket`, mostListed).Scan(&f.older)
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
	for page := range slices.Chunk(hits[:min(len(hits), mostFound)], mostTickets) {
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
	f.older = f.older || len(hits) > mostFound
	return kept, nil
}
