package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"maildesk/store/postgres"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// What people are to know of the daemons that share a database: the troubles of those that went without a word
// are noted in the transaction that buries them, as nobody knows of them afterwards.

// maxPlace bounds the name of a place, which is part of subjects.
const maxPlace = 120

// placeOf returns where a daemon with a folder is, for people.
func placeOf(folder string) (string, error) {
	host, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("name of this machine: %w", err)
	}
	abs, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	place := strings.Join(strings.Fields(host+":"+abs), " ")
	return strings.ToValidUTF8(place[:min(len(place), maxPlace)], ""), nil
}

// Place returns where this daemon is among those that share a database, "mail1:/var/lib/maildesk"; empty: the database is in
// the folder.
func (db *DB) Place() string { return db.part.place }

// Differs reports whether the settings of a daemon are others than those of this one.
func (db *DB) Differs(n postgres.Node) bool { return n.Config != db.server.Config() }

// Ahead returns by how much at least the clock of this machine is ahead of that of a database on a server.
func (db *DB) Ahead(ctx context.Context) (time.Duration, error) {
	if db.server == nil {
		return 0, nil
	}
	asked := time.Now()
	now, err := db.server.Now(ctx, db.side)
	if err != nil {
		return 0, fmt.Errorf("clock of the database: %w", err)
	}
	switch after, before := time.Since(asked), now.Sub(asked); {
	case before < 0:
		return -before, nil
	case before > after:
		return after - before, nil
	}
	return 0, nil // it was read between both
}

// TroubleOf returns the subject of a trouble with one of the daemons that share the database.
func TroubleOf(n postgres.Node) string { return "daemon at " + n.Place() }

// isMissed reports whether somebody should look after a daemon that is to be buried: it is not there again.
func isMissed(n postgres.Node, nodes []postgres.Node) bool {
	return !n.Ours && !slices.ContainsFunc(nodes, func(other postgres.Node) bool { return !other.Silent && other.Place() == n.Place() })
}

// noteMissed notes that a daemon is gone, for the next mail to the admin.
func noteMissed(t *tables.Tx, n postgres.Node, now time.Time) error {
	known, err := t.Troubles(ticket.TroubleDaemon)
	if err != nil {
		return err
	}
	var s ticket.TroubleState
	if i := slices.IndexFunc(known, func(k ticket.TroubleState) bool { return k.Subject == TroubleOf(n) }); i >= 0 {
		s = known[i]
	}
	if s.Subject == "" || !s.Stands() || s.Mark != ticket.MarkGone {
		s.Since = now
	}
	s.OverAt = time.Time{}
	s.Trouble = ticket.Trouble{Kind: ticket.TroubleDaemon, Subject: TroubleOf(n), Mark: ticket.MarkGone, Text: fmt.Sprintf(
		"%s gave no sign of life for %.0f seconds, and did not end in order: it was killed, stands still, or its machine is off or cut off from the database. "+
			"The others go on with its work; no mail that it had acknowledged is lost. Look at that machine, and start the daemon again where its service manager does not. "+
			"One that is not to come back counts as over after a week.", n.Name, postgres.Lease.Seconds())}
	return t.SaveTrouble(s)
}

// Daemons returns a line for each daemon that shares the database; none where it is in the folder.
func (db *DB) Daemons(ctx context.Context) (lines []string, err error) {
	if db.server == nil {
		return nil, nil
	}
	nodes, err := db.server.Nodes(ctx, db.side)
	for _, n := range nodes {
		line := "daemon: " + n.Name
		if slices.Contains(n.Terms, postgres.Clock) {
			line += ", has the clock"
		}
		for _, term := range n.Terms {
			if mailbox, is := strings.CutPrefix(term, postgres.MailboxTerms); is {
				line += ", fetches " + mailbox
			}
		}
		if n.Silent {
			line += ", is silent: its work is taken over"
		}
		lines = append(lines, line)
	}
	return lines, err
}
