package daemon

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"maildesk/config"
	"maildesk/daemon/privacy"
	"maildesk/desk"
	"maildesk/faulttest"
	"maildesk/ticket"
)

// keptOf is what a desk keeps of tickets.
type keptOf struct {
	raw      map[ticket.MailID][]byte
	names    []string // of requesters
	texts    []string
	outgoing map[ticket.OutboxID]bool // that have their bytes
}

func keptOn(t *testing.T, cfg *config.Config, tickets ...ticket.ID) (k keptOf) {
	t.Helper()
	k = keptOf{raw: map[ticket.MailID][]byte{}, outgoing: map[ticket.OutboxID]bool{}}
	work(t, cfg, func(d *desk.Desk) {
		err := d.View(t.Context(), func(r ticket.Reader) (err error) {
			for _, id := range tickets {
				of, err1 := r.Ticket(id)
				entries, err2 := r.Correspondence(id)
				k.names = append(k.names, of.Name)
				for _, e := range entries {
					k.texts = append(k.texts, e.Text)
					raw, err3 := r.Raw(e.Mail)
					k.raw[e.Mail], err = raw, errors.Join(err, err3)
				}
				sent, err3 := r.OutboxOf(id)
				for _, m := range sent {
					k.outgoing[m.ID] = m.DroppedAt.IsZero()
				}
				err = errors.Join(err, err1, err2, err3)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
	return k
}

// TestT158NamesOfOthers: whoever calls themselves by words that stand in everybody's mails, or as another
// requester, an agent or the desk, and asks to be erased, takes nothing from others. That is said before, and who
// erases can say that a name is theirs alone.
func TestT158NamesOfOthers(t *testing.T) {
	cfg := house(t, strings.Replace(toldConfig, `name = "alice"`, "name = \"alice\"\ndisplay = \"Alice Berger\"", 1))
	runWith(t, cfg, func(d *Daemon) {
		m := &mailer{t: t, d: d}
		for i, name := range []string{"Best Regards", "John Smith", "Alice Berger", "Example IT", "Ana Quillfeather"} {
			m.brings(name+" <ana@example.net>", "support@example.org", "Subject: Matter "+string(rune('a'+i))+"\n\nPlease erase all my data of kind "+string(rune('a'+i))+".\n")
		}
		m.brings("Ben Bloom <ben@example.com>", "support@example.org", "Subject: Noise\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\nThere is a noise. Alice Berger of Example IT knows it.\n\nBest regards\nBen\n--x\nContent-Type: text/html\n\n<p>There is a <b>noise</b>.</p><p>Best regards</p>\n--x--\n")
		m.brings("John Smith <john@two.example>", "support@example.org", "Subject: A lamp\n\nMine stays dark.\n\nJohn Smith\n")
		m.answers("alice@example.org", "#note\nAna Quillfeather has such a lamp.\n")
	})
	before := keptOn(t, cfg, 6, 7)
	o := privacy.EraseOptions{Open: true, Actor: "root at the console"}
	r, err := privacy.Erase(t.Context(), cfg, "ana@example.net", o, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	doubts := map[string]string{}
	for _, n := range r.Names {
		doubts[n.Name] = n.Doubt
	}
	for name, want := range map[string]string{"Best Regards": "ticket #6", "John Smith": "another address", "Alice Berger": "the desk or an agent", "Example IT": "the desk or an agent", "Ana Quillfeather": ""} {
		if doubt, known := doubts[name]; !known || !strings.Contains(doubt, want) || (doubt == "") != (want == "") {
			t.Errorf("of %q the dry run says %q, known %t; want %q", name, doubt, known, want)
		}
	}
	notes := strings.Join(r.Notes(), "\n")
	for _, want := range []string{"everywhere: Ana Quillfeather\n", "The name Best Regards counts only", "--name", "log_addresses"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the dry run does not say %q:\n%s", want, notes)
		}
	}
	if r := eraseTest(t, cfg); r.Cut != 1 {
		t.Errorf("%d mails of others were cut, and only the note names her", r.Cut)
	}
	after := keptOn(t, cfg, 6, 7)
	if !slices.Equal(after.names, before.names) || len(after.texts) != len(before.texts) {
		t.Errorf("of the other requesters is left %q, %q", after.names, after.texts)
	}
	for i, text := range before.texts {
		if want := strings.ReplaceAll(text, "Ana Quillfeather", "[erased]"); after.texts[i] != want {
			t.Errorf("%q became %q", text, after.texts[i])
		}
	}
	for id, raw := range before.raw {
		if !bytes.Equal(after.raw[id], raw) && !bytes.Contains(raw, []byte("Quillfeather")) {
			t.Errorf("mail %d, which names her by words of others at most, became\n%s", id, after.raw[id])
		}
	}
	if len(before.outgoing) < 4 {
		t.Errorf("%d mails had gone out to others, that proves nothing", len(before.outgoing))
	}
	o.Do, o.Names = true, []string{"best  regards"}
	if r, err = privacy.Erase(t.Context(), cfg, "ana@example.net", o, slog.New(slog.DiscardHandler)); err != nil || r.Cut != 1 || len(r.Left) > 0 {
		t.Errorf("an erasure with a name that is said to be theirs = %+v, %v", r, err)
	}
	faulttest.Seen(t, "T158", "somebody called as everybody's words, another requester, an agent and the desk, then erased", "mails, texts and names of others stand as they were; a name of theirs alone is gone from a note")
}
