package daemon

import (
	"encoding/base64"
	"fmt"
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

// TestT158QuotedElsewhere: nothing is left of the words of somebody whom agents quote on tickets of others, in a note,
// an answer, an article, an announcement of an outage and in what solved that, nor of their name in forms that look
// alike, in files of several kinds; what others wrote themselves stands.
func TestT158QuotedElsewhere(t *testing.T) {
	words := append(slices.Clone(hers[:2]), "wobblethorpe", "glimmercable", "glimkey")
	kept := []string{"somebody wrote that", "is mended now", "turn it off", "i hear it as well", "carl@example.com", "my own lamp"}
	erasedFrom(t, toldConfig, words, kept, func(t *testing.T, d *Daemon) {
		m := &mailer{t: t, d: d}
		m.brings(anas, "support@example.org", "Subject: Cable\n\nMy neighbour Ignatz Wobblethorpe sawed the glimmercable in two.\nglimkey 4711\n")
		m.brings("Carl Cole <carl@example.com>", "support@example.org", "Subject: Lamps\n\nMy own lamp is dark.\n")
		m.answers("alice@example.org", "Hello Carl,\n\nsomebody wrote that a neighbour Ignatz Wobblethorpe sawed the glimmercable\nin two. Turn it off and on.\n\nglimkey 4711\n")
		m.answers("alice@example.org", "#note\nThat was Quillfeather, Ana: her neighbour\n> Ignatz Wobblethorpe sawed\n> the glimmercable in two.\nAna\u00a0Quillfeather knows, Ana Quill\u00adfeather too, ana%40example.net.\n")
		m.answers("alice@example.org", "#kb When it is dark\n#note\nIgnatz Wobblethorpe sawed the glimmercable in two. Turn it off.\n")
		m.answers("alice@example.org", "#incident\n")
		m.answers("alice@example.org", "#announce\n\nHello all, a neighbour Ignatz Wobblethorpe sawed the glimmercable in two.\n")
		m.answers("alice@example.org", "#resolve\n\nIgnatz Wobblethorpe sawed the glimmercable in two. It is mended now.\n")
		file := "--x\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=%s\nContent-Transfer-Encoding: base64\n\n%s\n"
		m.brings("Carl Cole <carl@example.com>", "support@example.org", "Subject: Once more\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\nI hear it as well, says Quillfeather, Ana.\n"+
			fmt.Sprintf(file, "a.txt", base64.StdEncoding.EncodeToString([]byte("\xff\xfeA\x00n\x00a\x00 \x00Q\x00u\x00i\x00l\x00l\x00f\x00e\x00a\x00t\x00h\x00e\x00r\x00")))+
			fmt.Sprintf(file, "b.html", base64.StdEncoding.EncodeToString([]byte("<p>Ana Quill<b>feather</b></p>")))+"--x--\n")
	})
	faulttest.Seen(t, "T158", "words that agents quote on tickets of others, in a note, an article, an announcement and what solved an outage; names in other forms and in files", "nothing of them is left in data, backup and log; the others' words stand")
}
