package main

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"maildesk/store"
)

// peer is a daemon as the database knows it.
type peer struct {
	pid    int
	silent bool
	terms  []string
}

// peersOf asks a database for the daemons on it, as "maildesk check --data" does; a command for each look would keep the
// processors busy that the daemons need.
func peersOf(ctx context.Context, db *sql.DB) (all []peer, err error) {
	rows, err := db.QueryContext(ctx, `SELECT n.name, n.until < clock_timestamp(), coalesce(string_agg(t.name, chr(10) ORDER BY t.name), '') FROM node n LEFT JOIN term t ON t.holder = n.id GROUP BY n.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p peer
		var name, terms string
		if err := rows.Scan(&name, &p.silent, &terms); err != nil {
			return nil, err
		}
		if _, err := fmt.Sscanf(name, "maildesk, process %d", &p.pid); err != nil {
			return nil, fmt.Errorf("the name %q: %w", name, err)
		}
		p.terms = strings.Split(terms, "\n")
		all = append(all, p)
	}
	return all, rows.Err()
}

// peers returns the daemons that share the database of a member.
func (m *member) peers() []peer {
	m.t.Helper()
	all, err := peersOf(m.t.Context(), m.database)
	if err != nil {
		m.t.Fatal(err)
	}
	return all
}

// openDatabase opens a database until the test ends.
func openDatabase(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// fetchers returns the process that fetches each account's INBOX.
func fetchers(m *member, accounts []string) map[string]int {
	m.t.Helper()
	found := map[string]int{}
	for _, p := range m.peers() {
		for _, account := range accounts {
			if !p.silent && slices.Contains(p.terms, store.MailboxTerm(account, "INBOX")) {
				found[account] = p.pid
			}
		}
	}
	return found
}

// awaitAllWell waits until the database has n daemons, none of which is silent and one of which has the clock, and
// "maildesk check --data" then says so too; it fails where that takes longer than awaitText waits. That all have stayed
// well since, or do afterwards, it does not say.
func (m *member) awaitAllWell(n int) {
	m.t.Helper()
	awaitText(m.t, fmt.Sprintf("%d daemons, one of which has the clock", n), func() bool {
		well, clocks := 0, 0
		for _, p := range m.peers() {
			if !p.silent {
				well++
			}
			if slices.Contains(p.terms, store.Clock) {
				clocks++
			}
		}
		if well != n || clocks != 1 {
			return false
		}
		out := m.run("check", "--data")
		return strings.Count(out, "daemon: ") == n && strings.Count(out, ", has the clock") == 1 && !strings.Contains(out, "is silent")
	})
}
