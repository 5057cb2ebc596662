package fulltext

import (
	"cmp"
	"encoding/json"
	"slices"

	"maildesk/search"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// spread finds tickets whose terms stand in several texts.
func (f *finder) spread() error {
	byRarity := slices.SortedStableFunc(slices.Values(f.all), func(a, b term) int { return cmp.Compare(a.hits, b.hits) })
	first := byRarity[0]
	if first.hits == 0 {
		return nil
	}
	most := 2 * mostTickets / len(f.all) // each word is looked up in each
	hits, err := f.texts(first.match, !first.subject, min(4*most, mostFound))
	if err != nil {
		return err
	}
	hits = slices.DeleteFunc(hits, func(h hit) bool { _, known := f.best[h.ticket]; return known })
	slices.SortStableFunc(hits, func(a, b hit) int { return b.last.Compare(a.last) })
	tickets := ticketsOf(hits)
	if len(tickets) > most {
		tickets, f.older = tickets[:most], true
	}
	texts, err := f.textsOf(tickets)
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
			h.rank /= 2 // behind a text that has all of it
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

// textsOf returns the texts of tickets, as far as they are not too many.
func (f *finder) textsOf(tickets []ticket.ID) (map[ticket.ID][]int64, error) {
	if len(tickets) == 0 {
		return nil, nil
	}
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
	})(f.q.QueryContext(f.ctx, `SELECT -ticket.id, ticket.id, ticket.requester, ticket.name FROM json_each($1) j CROSS JOIN ticket WHERE ticket.id = CAST(j.value AS BIGINT)
		UNION ALL SELECT * FROM (SELECT entry.id, entry.ticket, entry.author, entry.name FROM json_each($1) j CROSS JOIN entry WHERE entry.ticket = CAST(j.value AS BIGINT) AND `+notMoved("entry.ticket")+` LIMIT $2) texts`, string(list), mostEntries))
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
	query := `SELECT ` + f.ID + ` FROM search WHERE ` + f.Match(1) + ` AND ` + f.ID + ` BETWEEN $2 AND $3 AND +` + f.ID + ` IN (SELECT CAST(value AS BIGINT) FROM json_each($4))`
	args := []any{t.match, first, last, string(list)}
	if between := last - first; !t.prefix && min(t.most(), between) > oneText*int64(len(texts)) {
		query, args = `SELECT search.`+f.ID+` FROM json_each($1) j CROSS JOIN search WHERE search.`+f.ID+` = CAST(j.value AS BIGINT) AND `+f.Match(2), []any{string(list), t.match}
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
		holding, err := f.having(texts, t)
		if err != nil {
			return nil, err
		}
		hits = slices.DeleteFunc(hits, func(h ticket.Hit) bool { return holding[h.Ticket.ID] != nil })
	}
	return hits, nil
}
