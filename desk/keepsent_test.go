package desk_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/desk/delivery"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/faulttest"
	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/ticket"
)

// folderSize is the size of a closed store's database.
func folderSize(t *testing.T, folder string) int {
	t.Helper()
	info, err := os.Stat(filepath.Join(folder, datafolder.File))
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

// TestT170ManyReaders: a file that goes to twenty agents is stored once beside
// the journal, and everybody gets it whole. Once it was sent and its time is
// over, it is only in the journal.
func TestT170ManyReaders(t *testing.T) {
	const agents, size = 20, 256 << 10
	folder := t.TempDir()
	db, err := store.Open(t.Context(), folder, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	b := openOn(t, db, "Example IT", func(s *settings.Settings) {
		s.KeepSent = 30 * 24 * time.Hour
		for i := range agents {
			name := fmt.Sprintf("agent%d", i)
			s.Agents = append(s.Agents, settings.Agent{Name: name, Mail: []string{name + "@example.org"}})
			s.Routing.Queues[0].Agents = append(s.Routing.Queues[0].Agents, name)
		}
	})
	file := make([]byte, size)
	rand.NewChaCha8([32]byte{1}).Read(file)
	encoded := base64.StdEncoding.EncodeToString(file)
	m := b.take(letter{from: ana, to: support, subject: "A scan", header: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n",
		text: "--x\n\nPlease see the scan.\n--x\nContent-Type: image/png; name=scan.png\nContent-Disposition: attachment; filename=scan.png\nContent-Transfer-Encoding: base64\n\n" + encoded + "\n--x--\n"})
	got := 0
	for _, s := range b.outbox() {
		if s.Template != string(notify.TemplateNewTicket) {
			continue
		}
		if len(s.msg.Attachments) != 1 || !bytes.Equal(s.msg.Attachments[0].Content, file) {
			t.Errorf("the mail to %s has %d attachments, want the scan as it came", s.Recipient, len(s.msg.Attachments))
		}
		got++
	}
	if got < agents {
		t.Fatalf("%d agents got the scan, want %d: %v", got, agents, b.summary())
	}
	b.deliver()
	checkStore(t, db)
	before := b.outbox()[1]
	b.due(time.Now().Add(29 * 24 * time.Hour))
	if s := b.outbox()[1]; len(s.Bytes) == 0 {
		t.Errorf("after 29 days the bytes of a sent mail are gone already")
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if most := 4 * len(encoded); folderSize(t, folder) > most {
		t.Errorf("a file of %d bytes for %d agents takes %d bytes, want at most %d", size, got, folderSize(t, folder), most)
	}
	kept := folderSize(t, folder)

	if db, err = store.Open(t.Context(), folder, store.Options{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b = openOn(t, db, "Example IT", func(s *settings.Settings) { s.KeepSent = 30 * 24 * time.Hour })
	b.due(time.Now().Add(31 * 24 * time.Hour))
	checkStore(t, db)
	after := b.outbox()[1]
	if after.Bytes != nil || after.SHA256 != before.SHA256 || after.Size != before.Size || after.MessageID != before.MessageID || after.State != ticket.OutboxSent {
		t.Errorf("after 31 days the sent mail is %+v, want all of it but the bytes", after.OutboxMail)
	}
	b.view(func(r ticket.Reader) error {
		raw, err := r.Raw(m.ID)
		if !strings.Contains(string(raw), encoded) {
			t.Errorf("the journal lost the scan")
		}
		return err
	})
	faulttest.Seen(t, "T170", "a file of 256 KiB to twenty agents", "stored in %d KiB, journal included; 31 days later every sent mail has its hash and no bytes", kept>>10)
}

// TestRetryOfDropped: a mail that came back after its bytes were dropped is not
// sent again, and the reason is told.
func TestRetryOfDropped(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.KeepSent = time.Hour })
	b.request()
	b.deliver()
	b.due(time.Now().Add(2 * time.Hour))
	id := b.outbox()[0].ID
	if err := b.db.Update(b.ctx, func(tx ticket.Tx) error {
		return tx.CameBack(ticket.Attempt{Outbox: id, At: time.Now(), State: ticket.OutboxFailed, Code: 550, Text: "gone"})
	}); err != nil {
		t.Fatal(err)
	}
	err := b.RetryOutbox(b.ctx, id, "root")
	if odd, ok := errors.AsType[*delivery.OutboxStateError](err); !ok || !strings.Contains(odd.Error(), "keep_sent") {
		t.Errorf("RetryOutbox = %v, want an OutboxStateError that names keep_sent", err)
	}
	checkStore(t, b.db)
}

func checkStore(t *testing.T, db *store.DB) {
	t.Helper()
	if problems, err := db.Check(t.Context()); err != nil || len(problems) > 0 {
		t.Errorf("Check = %v, %v; want nothing", problems, err)
	}
}
