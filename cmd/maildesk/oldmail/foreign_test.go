package oldmail

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maildesk/mailbox"
)

// TestNotMail: what lies among mails and is none is left out and named; an odd mail is taken.
func TestNotMail(t *testing.T) {
	const mail = "Subject: Lamp\nFrom: ana@example.net\n\nIt is dark.\n"
	for _, tt := range []struct{ name, content, why string }{
		{"a.eml", mail, ""},
		{"emlx", "49\n" + mail + "<?xml version=\"1.0\"?>\n", ""},
		{"a byte order mark", "\ufeff" + mail, ""},
		{"empty lines above", "\r\n\r\n" + mail, ""},
		{"a field of its own first", "X-Old-Desk: 7\nX-Other: 8\n\nIt is dark.\n", ""},
		{"a quoted From_ line first", ">From ana@example.net Tue Jan  7 09:00:00 2025\n" + mail, ""},
		{"zeros in the body", mail + "\x00\x00\n", ""},
		{"nothing but a header", "Subject: Lamp\n", ""},
		{"old.mbox", "From ana@example.net Tue Jan  7 09:00:00 2025\nIt is dark.\n", ""},
		{"cur/1736240400.1.host", "It is dark.\n", ""},
		{"empty", "", "is empty"},
		{"blank", "\n \n", "is empty"},
		{"notes.md", "# Notes\n\nThis is no mail.\n", "is no mail"},
		{"list.csv", "subject,from,body\nLamp,ana@example.net,dark\n", "is no mail"},
		{"pic.png", "\x89PNG\r\n\x1a\n\x00\x00\nSubject: x\n", "is no mail"},
		{"prose", strings.Repeat("A line of prose.\n", 60) + "Subject: x\n", "is no mail"},
		{"old.gz", "\x1f\x8b\x08\x00", "gzip"},
		{"old.zip", "PK\x03\x04\x14\x00" + mail, "zip"},
		{"old.pst", "!BDN\x01\x02", "readpst"},
		{"old.msg", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00", ".eml"},
		{"old.mmdf", "\x01\x01\x01\x01\n" + mail, "MMDF"},
		{"rmail", "BABYL OPTIONS: -*- rmail -*-\n\x1f\x0c\n" + mail, "Babyl"},
		{"pine.mbox", "From MAILER-DAEMON Tue Jan  7 09:00:00 2025\nSubject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\n\nThis text is part of the folder.\n", "data of a mail program"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			folder := t.TempDir()
			for _, sub := range []string{"cur", "new"} { // else it is no Maildir
				if err := os.MkdirAll(filepath.Join(folder, sub), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.WriteFile(filepath.Join(folder, tt.name), []byte(tt.content), 0o600); err != nil {
				t.Fatal(err)
			}
			var why []string
			mails, unread, leftOut := inOrder([]string{folder}, time.Now(), func(_ mailbox.Item, err error) { why = append(why, err.Error()) })
			switch {
			case unread > 0:
				t.Errorf("not read: %q", why)
			case tt.why == "" && (len(mails) != 1 || leftOut > 0):
				t.Errorf("%d mails, left out: %q", len(mails), why)
			case tt.why != "" && (len(mails) > 0 || leftOut != 1 || !strings.Contains(why[0], tt.why)):
				t.Errorf("%d mails, left out: %q, want %q", len(mails), why, tt.why)
			}
		})
	}
}
