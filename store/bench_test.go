package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"maildesk/ticket"
)

var benchRaw = append([]byte("Subject: the printer\r\n\r\n"), bytes.Repeat([]byte("The printer on the second floor is jammed.\r\n"), 90)...) // 4 KB

var benchSum = sha256.Sum256(benchRaw)

func benchMail(n int64) ticket.Mail {
	m, _ := testMail(strconv.FormatInt(n, 10))
	m.SHA256 = benchSum
	return m
}

// reportCommits reports how many changes shared one commit.
func reportCommits(b *testing.B, db *DB, changes int64, before time.Duration) {
	b.ReportMetric(float64(changes)/b.Elapsed().Seconds(), "tx/s")
	b.ReportMetric(float64(changes)/float64(db.tickets.Commits.Load()), "tx/commit")
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(changes), "cpu-µs/tx")
}

// cpu is the time that this process has computed, in Go and in SQLite.
func cpu(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatalf("Getrusage = %v", err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkKeep(b *testing.B) {
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			db := openTest(b)
			var n atomic.Int64
			before := cpu(b)
			b.SetBytes(int64(len(benchRaw)))
			b.SetParallelism((callers + 1) / 2) // times GOMAXPROCS
			if callers == 1 {
				for b.Loop() {
					benchAppend(b, db, n.Add(1))
				}
			} else {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						benchAppend(b, db, n.Add(1))
					}
				})
			}
			reportCommits(b, db, n.Load(), before)
		})
	}
}

func benchAppend(b *testing.B, db *DB, n int64) {
	if err := db.Update(b.Context(), func(tx ticket.Tx) error {
		_, _, err := appendMail(db, benchMail(n), benchRaw)
		return err
	}); err != nil {
		b.Error(err)
	}
}

// BenchmarkNewTicket is all that a new request writes after its custody.
func BenchmarkNewTicket(b *testing.B) {
	for _, callers := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			db := openTest(b)
			var n atomic.Int64
			before := cpu(b)
			if callers == 1 {
				for b.Loop() {
					benchTicket(b, db, n.Add(1))
				}
			} else {
				b.SetParallelism((callers + 1) / 2)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						benchTicket(b, db, n.Add(1))
					}
				})
			}
			reportCommits(b, db, n.Load(), before)
		})
	}
}

func benchTicket(b *testing.B, db *DB, n int64) {
	if err := db.Update(b.Context(), func(tx ticket.Tx) error { return newTicket(db, tx, n) }); err != nil {
		b.Error(err)
	}
}

// newTicket keeps a mail and opens a ticket from it, with an acknowledgement
// to the requester and a notice to two agents.
func newTicket(db *DB, tx ticket.Tx, n int64) error {
	m := benchMail(n)
	id, _, err := appendMail(db, m, benchRaw)
	if err != nil {
		return err
	}
	if _, err := tx.BeginAttempt(id); err != nil {
		return err
	}
	requester := fmt.Sprintf("user%d@example.net", n)
	now := noon.Add(time.Duration(n) * time.Second)
	opened := testTicket("The printer is jammed " + strconv.FormatInt(n, 10))
	opened.Requester = requester
	if opened.ID, err = tx.InsertTicket(opened); err != nil {
		return err
	}
	if _, err := tx.AddEntry(ticket.Entry{Ticket: opened.ID, Mail: id, Kind: ticket.EntryMessage, Author: requester, Subject: opened.Subject, Text: string(benchRaw[:1000]), At: now}); err != nil {
		return err
	}
	if err := tx.AddMessageRef(ticket.MessageRef{MessageID: m.MessageID, Ticket: opened.ID, Mail: id}); err != nil {
		return err
	}
	for _, kind := range []ticket.EventKind{ticket.EventCreated, ticket.EventNotAcknowledged} {
		if _, err := tx.AddEvent(ticket.Event{Ticket: opened.ID, At: now, Actor: "desk", Kind: kind, Mail: id}); err != nil {
			return err
		}
	}
	if _, err := tx.CountOutbox(ticket.OutboxCount{Mailbox: requester, Most: ticket.StandingProven, Since: now.Add(-time.Hour)}); err != nil {
		return err
	}
	for i, to := range []string{requester, "alice@example.org", "bob@example.org"} {
		p, err := tx.AddParticipant(ticket.Participant{Ticket: opened.ID, Address: to, Role: ticket.RoleRequester})
		if err != nil {
			return err
		}
		template := "acknowledgement"
		if i > 0 {
			template = "new-ticket"
		}
		own := fmt.Sprintf("<t%d.%d@desk.example.org>", n, i)
		if _, err := tx.AddOutbox(ticket.OutboxMail{Ticket: opened.ID, Participant: p.ID, Cause: id, Template: template, Recipient: to,
			MessageID: own, Bytes: benchRaw[:2500], Automatic: to == requester, CreatedAt: now}); err != nil {
			return err
		}
		if err := tx.AddMessageRef(ticket.MessageRef{MessageID: own, Ticket: opened.ID, Participant: p.ID, Own: true}); err != nil {
			return err
		}
	}
	return tx.Dispose(id, ticket.DispositionNew, "no evidence", opened.ID, now)
}
