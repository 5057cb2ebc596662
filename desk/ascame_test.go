package desk_test

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"maildesk/desk/notify"
)

// TestTextAsItCame: the bytes of a text that is a guess go with a requester's words to the agents, and
// never with an agent's to the requester: older mail is quoted in them, with what stays inside.
func TestTextAsItCame(t *testing.T) {
	const (
		home    = "alice@home.example"
		written = "Мы заменили лампу в коридоре и проверили выключатель."
		quoted  = "\n\nOn Monday, Example IT wrote:\n> Между нами: она звонит каждый день.\n> Коллеги просят не отвечать ей сразу.\n"
	)
	in1251 := func(text string) string {
		raw, err := charmap.Windows1251.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	raw := in1251(written + quoted)
	withText := func(m sent) bool { return strings.Contains(m.msg.Text, written) }
	withBytes := func(m sent) bool {
		for _, a := range m.msg.Attachments {
			if strings.HasPrefix(a.Name, "text-as-it-came") {
				return true
			}
		}
		return false
	}
	b := open(t, withControl)
	a := b.asks(0, "The lamp is dark.\n")
	write := func(name, from string, to sent, text string) {
		t.Helper()
		b.take(letter{from: name + " <" + from + ">", envelope: ptr(from), to: to.answer(), subject: "Re: Lamp 0", text: text, header: "MIME-Version: 1.0\nContent-Type: text/plain\nContent-Transfer-Encoding: 8bit\n"})
	}
	reaches := func(what string, n int) {
		t.Helper()
		got := b.to(a.ana, n)
		if len(got) != 1 || !withText(got[0]) || withBytes(got[0]) {
			t.Errorf("%s: ana gets %v", what, got)
		}
	}
	n := len(b.outbox())
	write("Alice", aliceAt, a.noticeOf(aliceAt), "#take\n"+in1251(quoted))
	if got := b.to(a.ana, n); len(got) > 0 {
		t.Errorf("a command alone: ana gets %q", got[0].msg.Text)
	}
	n = len(b.outbox())
	write("Alice", aliceAt, a.noticeOf(aliceAt), raw)
	reaches("alice answers", n)

	n = len(b.outbox())
	write("Alice", home, a.noticeOf(aliceAt), raw)
	a.says(aliceAt, b.last(notify.TemplateNotDone, aliceAt), "#myaddress\n")
	reaches("from an unknown address", n)
	n = len(b.outbox())
	write("Alice", home, a.noticeOf(aliceAt), raw)
	reaches("from one that is known since", n)

	n = len(b.outbox())
	write("Ana", a.ana, b.last(notify.TemplateReply, a.ana), raw)
	if got := b.to(aliceAt, n); len(got) != 1 || !withText(got[0]) || !withBytes(got[0]) {
		t.Errorf("ana answers: alice gets %v", got)
	}
	b.sameRebuilt()
}
