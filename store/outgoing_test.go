package store

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
	"time"

	"maildesk/compose"
	"maildesk/store/tables"
	"maildesk/ticket"
)

// sharedFrom is the length from which on a file is stored once.
const sharedFrom = 16 << 10

// manyWithFiles keeps mails that carry the same two files.
func manyWithFiles(t *testing.T, db *DB, n int) (ids []ticket.OutboxID, sent [][]byte) {
	t.Helper()

	first, second := strings.Repeat("A", 4*sharedFrom), strings.Repeat("B", sharedFrom)
	small := strings.Repeat("C", sharedFrom-1)
	update(t, db, func(tx ticket.Tx) error {
		for i := range n {
			var b bytes.Buffer
			var files []compose.Span
			fmt.Fprintf(&b, "To: reader %d\r\n\r\n", i)
			for _, file := range []string{first, second, first, small} {
				from := b.Len()
				b.WriteString(file)
				files = append(files, compose.Span{From: from, To: b.Len()})
				if file != first { // two files may stand side by side
					b.WriteString("\r\n--boundary\r\n")
				}
			}
			id, err := tx.AddOutbox(ticket.OutboxMail{CauseEvent: int64(i), Recipient: fmt.Sprintf("r%d@example.net", i), Bytes: b.Bytes(), Files: files, CreatedAt: noon})
			if err != nil {
				return err
			}
			ids, sent = append(ids, id), append(sent, bytes.Clone(b.Bytes()))
		}
		return nil
	})
	return ids, sent
}

func count1(t *testing.T, db *DB, query string) (n int64) {
	t.Helper()
	view(t, db, func(r ticket.Reader) error {
		return r.(*tables.Reader).Querier().QueryRowContext(t.Context(), query).Scan(&n)
	})
	return n
}

func noProblems(t *testing.T, db *DB) {
	t.Helper()
	if problems, err := db.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("Check = %v, %v; want none", problems, err)
	}
}

// TestFilesAreKeptOnce: mails that carry the same files share them, and each is
// claimed as it was written.
func TestFilesAreKeptOnce(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		ids, want := manyWithFiles(t, db, 20)
		kept := count1(t, db, `SELECT (SELECT sum(length(bytes)) FROM outbox_bytes) + (SELECT sum(length(bytes)) FROM outbox_file)`)
		if most := int64(5*sharedFrom + 20*(sharedFrom+200)); kept > most {
			t.Errorf("20 mails of %d bytes are kept in %d, want at most %d", len(want[0]), kept, most)
		}
		noProblems(t, db)
		claimed, err := db.Claim(t.Context(), "sender", noon, noon.Add(time.Minute), 100)
		if err != nil || len(claimed) != len(ids) {
			t.Errorf("Claim = %d mails, %v; want %d", len(claimed), err, len(ids))
		}
		for i, m := range claimed {
			if !bytes.Equal(m.Bytes, want[i]) || m.Size != int64(len(want[i])) || m.SHA256 != sha256.Sum256(want[i]) {
				t.Errorf("mail %d: %d bytes, Size %d, hash %x: not what was written", m.ID, len(m.Bytes), m.Size, m.SHA256)
			}
		}
	})
}

// TestDropSent: only mails that were sent long ago lose their bytes; a file goes
// with the last of them.
func TestDropSent(t *testing.T) {
	both(t, func(t *testing.T, db *DB) {
		ids, want := manyWithFiles(t, db, 4)
		for i, state := range []ticket.OutboxState{ticket.OutboxSent, ticket.OutboxSent, ticket.OutboxFailed} {
			attempted(t, db, ticket.Attempt{Outbox: ids[i], At: noon.Add(time.Duration(i) * time.Hour), State: state})
		}
		drop := func(before time.Time, limit int) (n int) {
			update(t, db, func(tx ticket.Tx) (err error) {
				n, err = tx.DropSent(before, noon.Add(time.Hour), limit)
				return err
			})
			noProblems(t, db)
			return n
		}
		if n := drop(noon.Add(time.Minute), 10); n != 1 {
			t.Errorf("DropSent = %d, want 1", n)
		}
		view(t, db, func(r ticket.Reader) error {
			gone, err := r.OutboxMail(ids[0])
			if err != nil || gone.Bytes != nil || !gone.DroppedAt.Equal(noon.Add(time.Hour)) || gone.SHA256 != sha256.Sum256(want[0]) || gone.Size != int64(len(want[0])) {
				t.Errorf("the dropped mail is %+v, %v; want its hash and size, and no bytes", gone, err)
			}
			there, err := r.OutboxMail(ids[1])
			if err != nil || !bytes.Equal(there.Bytes, want[1]) {
				t.Errorf("the mail beside it has %d bytes (%v), want %d", len(there.Bytes), err, len(want[1]))
			}
			return nil
		})
		if n := drop(noon.AddDate(1, 0, 0), 10); n != 1 {
			t.Errorf("DropSent a year later = %d, want 1: what failed or waits keeps its bytes", n)
		}
		if n := count1(t, db, `SELECT count(*) FROM outbox_file`); n != 2 {
			t.Errorf("%d files are kept for the two mails that are left, want 2", n)
		}
		for _, id := range ids[2:] {
			update(t, db, func(tx ticket.Tx) error { return tx.RetryOutbox(id, noon) })
			attempted(t, db, ticket.Attempt{Outbox: id, At: noon, State: ticket.OutboxSent})
		}
		if n := drop(noon.AddDate(1, 0, 0), 1) + drop(noon.AddDate(1, 0, 0), 1); n != 2 {
			t.Errorf("DropSent, one at a time, dropped %d, want 2", n)
		}
		if n := count1(t, db, `SELECT count(*) FROM outbox_file`); n != 0 {
			t.Errorf("%d files are kept for nobody", n)
		}
	})
}

// TestOutgoingDamage: bytes of outgoing mails that changed, or are missing, are
// found, and the mail is still claimed, so that others are not held up.
func TestOutgoingDamage(t *testing.T) {
	for _, tt := range []struct{ sql, want string }{
		{"UPDATE outbox_bytes SET bytes = CAST('A' || substr(bytes, 2) AS BLOB) WHERE outbox = 2", "outbox 2 has another SHA-256"},
		{"UPDATE outbox_file SET bytes = CAST('C' || substr(bytes, 2) AS BLOB) WHERE id = 1", "outbox 1 has another SHA-256"},
		{"UPDATE outbox_part SET place = place + 1 WHERE outbox = 2", "outbox 2 has another SHA-256"},
		{"UPDATE outbox_part SET place = -5 WHERE outbox = 2 AND file = 2", "outbox 2 has another SHA-256"},
		{"DELETE FROM outbox_part WHERE outbox = 1", "outbox 1 has another SHA-256"},
		{"DELETE FROM outbox_bytes WHERE outbox = 2", "outbox 2"},
		{"DELETE FROM outbox_bytes WHERE outbox = 2", "outbox_part of 2"},
		{"DELETE FROM outbox_part", "outbox_file 2"},
		{"UPDATE outbox SET dropped_at = 5 WHERE id = 2", "lost its bytes: outbox 2 is ready"},
	} {
		t.Run(tt.sql, func(t *testing.T) {
			both(t, func(t *testing.T, db *DB) {
				manyWithFiles(t, db, 2)
				harm(t, db, db.tickets, tt.sql)
				problems, err := db.Check(t.Context())
				if err != nil || !strings.Contains(fmt.Sprint(problems), tt.want) {
					t.Errorf("Check = %v, %v; want %q among them", problems, err, tt.want)
				}
				claimed, err := db.Claim(t.Context(), "sender", noon, noon.Add(time.Minute), 100)
				if err != nil || len(claimed) != 2 {
					t.Errorf("Claim = %d mails, %v; want 2", len(claimed), err)
				}
			})
		})
	}
}

// TestOldOutgoing: mails of a database from before hashes were kept have one, and
// can be sent and dropped.
func TestOldOutgoing(t *testing.T) {
	db := openFolder(t, openFirst(t), Options{Exclusive: true})
	view(t, db, func(r ticket.Reader) error {
		m, err := r.OutboxMail(1)
		if err != nil || len(m.Bytes) == 0 || m.SHA256 != sha256.Sum256(m.Bytes) || m.Size != int64(len(m.Bytes)) {
			t.Errorf("the old mail is %+v, %v; want the hash and size of its bytes", m, err)
		}
		return nil
	})
}
