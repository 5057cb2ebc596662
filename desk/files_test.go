package desk_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// smallMails lets a mail of the desk carry files of 1000 bytes.
func smallMails(s *settings.Settings) { s.MaxFiles = 1000 }

// withFiles returns the fields and body of a mail with a text and files of so many
// bytes each, named f1, f2 and so on.
func withFiles(text string, sizes ...int) (fields, body string) {
	body = "--x\n" + plainText + "\n" + text + "\n"
	for i, size := range sizes {
		body += fmt.Sprintf("--x\nContent-Type: application/octet-stream; name=f%d\nContent-Disposition: attachment; filename=f%d\nContent-Transfer-Encoding: base64\n\n%s\n",
			i+1, i+1, base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", size))))
	}
	return "Content-Type: multipart/mixed; boundary=x\n", body + "--x--\n"
}

// carries describes the files of a mail: "f1:20 f2:0".
func carries(m sent) string {
	var all []string
	for _, a := range m.msg.Attachments {
		all = append(all, fmt.Sprintf("%s:%d", a.Name, len(a.Content)))
	}
	return strings.Join(all, " ")
}

// TestNoAnswerWithoutItsFiles: an answer never goes out without a file that its
// writer attached, whatever the file or the text.
func TestNoAnswerWithoutItsFiles(t *testing.T) {
	b := open(t, smallMails)
	for i, tt := range []struct {
		name  string
		text  string
		sizes []int
		reads string // files that the requester gets at once; "held": alice is asked
		then  string // what they get after #anyway
	}{
		{"a file", "Here it is.", []int{20}, "f1:20", ""},
		{"an empty file", "Here it is.", []int{0}, "f1:0", ""},
		{"a file without a text", "", []int{20}, "f1:20", ""},
		{"a file as the solution", "#resolve", []int{20}, "f1:20", ""},
		{"a file that closes", "#close", []int{20}, "f1:20", ""},
		{"a file that is too large", "Here it is.", []int{2000}, "held", "f1:2000"},
		{"a large file beside a small one", "Here it is.", []int{2000, 20}, "held", "f1:2000 f2:20"},
		{"too much together", "Here it is.", []int{600, 600}, "held", "f1:600 f2:600"},
		{"a large file without a text", "", []int{2000}, "held", "f1:2000"},
		{"a large file as the solution", "#resolve\nHere it is.", []int{2000}, "held", "f1:2000"},
	} {
		a := b.asks(i, "Please send me the driver.\n")
		a.mails()
		fields, body := withFiles(tt.text, tt.sizes...)
		m := a.aliceSends(a.notice, "Re: driver", fields, body)
		list := a.mails()
		got := func(list []sent) string {
			for _, s := range list {
				if s.Recipient == a.ana {
					return carries(s)
				}
			}
			return "nothing"
		}
		if tt.reads != "held" {
			if files := got(list); files != tt.reads {
				t.Errorf("%s: the requester gets %s, want %s (%s)", tt.name, files, tt.reads, m.Reason)
			}
			continue
		}
		if files := got(list); m.Reason != "held-files" || files != "nothing" {
			t.Errorf("%s: it is %s, and the requester gets %s; want it held", tt.name, m.Reason, files)
			continue
		}
		if !strings.Contains(list[0].msg.Text, "f1") || !strings.Contains(list[0].msg.Text, "#anyway") {
			t.Errorf("%s: alice is not told which file is too large, and what to do:\n%s", tt.name, list[0].msg.Text)
		}
		a.aliceSends(list[0], "Re: driver", plainText, "#anyway\n")
		if files := got(a.mails()); files != tt.then {
			t.Errorf("%s: after #anyway the requester gets %s, want %s", tt.name, files, tt.then)
		}
	}
}

// TestFilesByNumber: a notice names the files that it does not carry, and an agent
// gets each by its number.
func TestFilesByNumber(t *testing.T) {
	b := open(t, smallMails)
	fields, body := withFiles("Two pictures of the fault.", 20, 2000)
	b.count++
	raw := fmt.Sprintf("From: %s\nTo: %s\nSubject: Fault\nMessage-ID: <files.1@example.net>\n%s\n%s", ana, support, fields, body)
	m := b.takeRaw(letter{from: ana, to: support}, []byte(strings.ReplaceAll(raw, "\n", "\r\n")))
	a := &matter{bench: b, id: m.Ticket, ana: ana, notice: b.last(notify.TemplateNewTicket, aliceAt)}
	a.mails()
	if files := carries(a.notice); files != "f1:20" || !strings.Contains(a.notice.msg.Text, "#file 2 – f2 (2\u00a0KB)") {
		t.Errorf("the notice has %s and says\n%s", files, a.notice.msg.Text)
	}
	// A note with one more: it is the third of the request.
	fields, body = withFiles("#note\nThe same at my place.", 3000)
	a.aliceSends(a.notice, "Re: Fault", fields, body)
	list := a.mails()
	if len(list) != 1 || !strings.Contains(list[0].msg.Text, "#file 3 – f1 (3\u00a0KB)") {
		t.Fatalf("of the note bob is told %d times:\n%s", len(list), list[0].msg.Text)
	}
	for _, tt := range []struct{ text, reason, files string }{
		{"#file 2", "reply-address", "f2:2000"},
		{"#file 1\n#file 3", "reply-address", "f1:20 f1:3000"},
		{"#file 4", "refused-command", ""},
		{"#file 0", "refused-command", ""},
		{"#file", "refused-command", ""},
	} {
		m := a.aliceSends(a.notice, "Re: Fault", plainText, tt.text+"\n")
		list := a.mails()
		if len(list) != 1 || list[0].Recipient != aliceAt || m.Reason != tt.reason || carries(list[0]) != tt.files {
			t.Errorf("%s: it is %s, %d mails, with %q", tt.text, m.Reason, len(list), carries(list[0]))
		}
	}
	// The words beside it go where they would go without it.
	a.aliceSends(a.notice, "Re: Fault", plainText, "#file 2\n\nWe look at it.\n")
	for _, s := range a.mails() {
		if s.Recipient == ana && (!says(s, "We look at it.") || carries(s) != "") || s.Recipient == aliceAt && carries(s) != "f2:2000" {
			t.Errorf("%s gets %q with\n%s", s.Recipient, carries(s), s.msg.Text)
		}
	}
	if got := b.ticket(a.id); got.Status != ticket.StatusOpen {
		t.Errorf("the ticket is %s", got.Status)
	}
}
