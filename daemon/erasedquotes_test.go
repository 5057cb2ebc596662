package daemon

import (
	"slices"
	"strings"
	"testing"

	"maildesk/faulttest"
	"maildesk/ticket"
)

// TestT158Quoted: nothing is left of the words of somebody whom others quote as their programs do it: with lines
// broken elsewhere, short ones among them, between their own answers, without marks; nor of their address in an
// envelope that another host wrote anew. What the others wrote themselves stands.
func TestT158Quoted(t *testing.T) {
	const asked = "My flurbotron in room 12 makes a very loud noise since Monday and I cannot work.\nMy PIN is 4711-99.\nPhone +49 30 5557788\n\nAna Quillfeather\n"
	const wrapped = "> My flurbotron in room 12 makes a very loud noise since\n> Monday and I cannot work.\n> My PIN is 4711-99.\n> Phone +49 30 5557788\n>\n> Ana Quillfeather\n"
	words := append(slices.Clone(hers[:2]), "=ana@fwd", "flurbotron", "and i cannot work", "4711-99", "5557788")
	kept := []string{"hello both, we look at it", "mine as well", "inline it is", "that is mine too", "wrong number", "you say it yourself", "is it so"}
	erasedFrom(t, toldConfig, words, kept, func(t *testing.T, d *Daemon) {
		m := &mailer{t: t, d: d}
		const ben = "Ben Bloom <ben@example.com>"
		again := "Subject: Re: [Example IT #1] Hum\n"
		m.brings(anas, "support@example.org", "Cc: "+ben+"\nSubject: Hum\n\n"+asked)
		m.brings(ben, "support@example.org", again+"\nMine as well.\n\nOn Mon, 30 Nov 2026 at 21:00, Ana Quillfeather <ana@example.net>\nwrote:\n\n"+wrapped)
		m.answers("alice@example.org", "Hello both, we look at it.\n\nOn Mon, 30 Nov 2026 Ana Quillfeather wrote:\n"+wrapped)
		m.brings(ben, "support@example.org", again+"\nInline it is:\n\n> My PIN is 4711-99.\n\nThat is mine too.\n\n> Phone +49 30 5557788\n\nWrong number.\n")
		m.brings(ben, "support@example.org", again+"\nYou say it yourself: the flurbotron in room 12 makes\na very loud noise\nsince Monday and I cannot work. Is it so?\n")
		m.brings(ben, "support@example.org", again+"Content-Type: text/html; charset=utf-8\n\n<p>Mine as well.</p><blockquote><p>My flurbotron in room 12 <b>makes</b> a very loud<br>noise since Monday and I cannot&nbsp;work.</p><p>My PIN is 4711-99.</p></blockquote>\n")
		env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: "SRS0=Ab1c=XY=example.net=ana@fwd.example", ForwardPaths: []string{"support@example.org"}, Client: "203.0.113.9"}
		raw := "From: " + anas + "\nTo: support@example.org\nMessage-ID: <f1@example.net>\nSubject: By a forwarder\n\n" + asked
		id := must(d.local.Desk.Accept(t.Context(), env, []byte(strings.ReplaceAll(raw, "\n", "\r\n"))))
		m.wait("the mail", func(r ticket.Reader) bool {
			k, err := r.Mail(id)
			return err == nil && k.Disposition == ticket.DispositionNew
		})
	})
	faulttest.Seen(t, "T158", "words that others quote with lines broken elsewhere, inline, in HTML and without marks; an envelope written anew by a forwarder", "nothing of them is left in data, backup and log; the others' words stand")
}
