package mailparse

import "testing"

// TestOriginOfTheReply: each way to have one's own words above, below or beside
// those of others, and whether they can be told apart.
func TestOriginOfTheReply(t *testing.T) {
	const header, answer, older, words = "From: Ana <ana@example.com>\nSent: Monday, November 3, 2025 10:12 AM\nTo: Desk <d@example.org>\nSubject: printer\n", "In-Reply-To: <1@example.org>\n", "On Mon, 3 Nov 2025 at 10:12, Desk <d@example.org> wrote:\n", "It works now.\n"
	for _, tt := range []struct {
		name, fields, text string
		want               Origin
	}{
		{"a mail of its own", "", words, Own},
		{"above a quote", answer, words + "\n" + older + "> Does it work?\n", Own},
		{"below a quote", answer, older + "> Does it work?\n\n" + words, Own},
		{"between quotes", answer, older + "> Does it work?\n\n" + words + "\n> Since when?\n\nMonday.\n", Own},
		{"above a quote without marks", answer, words + "\n" + older + "Does it work?\n", Own},
		{"above the header of Outlook", answer, words + "\n" + header + "\nDoes it work?\n", Own},
		{"below a quote without marks", answer, older + "Does it work?\n\n" + words, Unclear},
		{"below an indented quote", answer, older + "    Does it work?\n\n" + words, Unclear},
		{"below a quote without marks, in German", answer, "Am 03.11.2025 um 10:12 schrieb Desk <d@example.org>:\nGeht es?\n\n" + words, Unclear},
		{"directly below a quote", answer, older + "> Does it work, and since\nwhen?\n> Desk\n\n" + words, Unclear},
		{"directly below the short end of a quote, as in s-nail", answer, "Desk <d@example.org> wrote:\n\n> Does it work?\n> -- \n> Desk\n" + words, Own},
		{"directly below the long end of a quote", answer, older + "> Does it work? Please answer with one word in the first line:\n" + words, Unclear},
		{"below a mark", answer, "-----Original Message-----\n\nDoes it work?\n\n> Since when?\n\n" + words, Unclear},
		{"nothing but a quote", answer, "> Does it work?\n", Foreign},
		{"passed on by a webmail", "Subject: Fwd: printer\n", "---------- Forwarded message ---------\n" + header + "\n" + words, Foreign},
		{"passed on by Outlook", "Subject: FW: printer\n", header + "\n" + words, Foreign},
		{"passed on by Outlook, subject changed", "Subject: printer\n", header + "\n" + words, Foreign},
		{"passed on by Outlook in German", "Subject: WG: Drucker\n", "Von: Ana <ana@example.com>\nGesendet: Montag, 3. November 2025 10:12\nAn: Desk <d@example.org>\nBetreff: Drucker\n\n" + words, Foreign},
		{"passed on by Apple", "Subject: Fwd: printer\n", "\n\nBegin forwarded message:\n\nFrom: Ana <ana@example.com>\nSubject: printer\nDate: 3 November 2025 at 10:12:00 GMT\nTo: d@example.org\n\n" + words, Foreign},
		{"passed on as a quote", "Subject: Fwd: printer\n", "Begin forwarded message:\n\n> From: Ana <ana@example.com>\n> Subject: printer\n> Date: 3 November 2025 at 10:12:00 GMT\n> To: d@example.org\n>\n> It works now.\n", Foreign},
		{"passed on below an introduction", "Subject: Fwd: printer\n", older + words, Foreign},
		{"passed on by a program that is not known", "Subject: Fwd: printer\n", "xyzzy Ana plugh\n\n" + words, Foreign},
		{"passed on with a word above", "Subject: Fwd: printer\n", "See below.\n\n---------- Forwarded message ---------\n" + header + "\n" + words, Own},
	} {
		m := Parse([]byte("From: Alice <alice@example.org>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"+tt.fields+"\n"+tt.text), Envelope{})
		if m.Origin != tt.want {
			t.Errorf("%s: the origin is %s, want %s\nreply: %q", tt.name, m.Origin, tt.want, m.Reply)
		}
	}
}

// TestOriginOfParts: HTML, HTML beside plain text, and attached mails.
func TestOriginOfParts(t *testing.T) {
	const boundary = "MIME-Version: 1.0\nContent-Type: multipart/"
	part := func(fields, body string) string { return "--x\n" + fields + "\n\n" + body + "\n" }
	attached := part("Content-Type: message/rfc822", "From: Ana <ana@example.com>\nSubject: printer\n\n#resolve\n")
	for _, tt := range []struct {
		name, mail string
		want       Origin
	}{
		{"HTML with a quote", "Content-Type: text/html\n\n<div>Yes.</div><blockquote>Does it?</blockquote>", Own},
		{"HTML below a quote", "In-Reply-To: <1@x>\nContent-Type: text/html\n\n<p>On Mon, 3 Nov 2025 at 10:12, Desk wrote:</p><blockquote>Does it?</blockquote>Yes.", Own},
		{"HTML below an indented quote", "In-Reply-To: <1@x>\nContent-Type: text/html\n\n<p>On Mon, 3 Nov 2025 at 10:12, Desk wrote:</p><div style=\"margin-left:40px\">Does it?</div><p>Yes.</p>", Unclear},
		{"HTML below the mark of Outlook", "In-Reply-To: <1@x>\nContent-Type: text/html\n\n<div id=divRplyFwdMsg>xyzzy</div><div>Does it?</div><p>Yes.</p>", Unclear},
		{"plain text whose HTML quotes it", boundary + "alternative; boundary=x\n\n" + part("Content-Type: text/plain", "#spam\nDoes it?") + part("Content-Type: text/html", "<blockquote>#spam<br>Does it?</blockquote>") + "--x--\n", Foreign},
		{"plain text whose HTML quotes the beginning", boundary + "alternative; boundary=x\n\n" + part("Content-Type: text/plain", "#spam\nDoes it?\n\nYes.") + part("Content-Type: text/html", "<p>On Mon, 3 Nov 2025 at 10:12, Desk wrote:</p><blockquote>#spam<br>Does it?</blockquote><p>Yes.</p>") + "--x--\n", Own},
		{"plain text whose HTML hides it", boundary + "alternative; boundary=x\n\n" + part("Content-Type: text/plain", "#spam\nYes.") + part("Content-Type: text/html", "<p style=\"font-size:0\">#spam</p><p>Yes.</p>") + "--x--\n", Unclear},
		{"plain text and HTML alike", boundary + "alternative; boundary=x\n\n" + part("Content-Type: text/plain", "#take\nSee https://example.com/x [cid:1]") + part("Content-Type: text/html", "<p>#take</p><p>See <a href=\"https://example.com/x\">this</a></p><img alt=Logo>") + "--x--\n", Own},
		{"an attached mail alone", boundary + "mixed; boundary=x\n\n" + attached + "--x--\n", Foreign},
		{"an attached mail below a signature", boundary + "mixed; boundary=x\n\n" + part("Content-Type: text/plain", "-- \nAlice") + attached + "--x--\n", Foreign},
		{"an attached mail of Outlook", boundary + "mixed; boundary=x\n\n" + part("Content-Type: application/octet-stream; name=printer.msg", "x") + "--x--\n", Foreign},
		{"an attached mail with a word", boundary + "mixed; boundary=x\n\n" + part("Content-Type: text/plain", "See this.") + attached + "--x--\n", Own},
		{"a file alone", boundary + "mixed; boundary=x\n\n" + part("Content-Type: application/pdf; name=a.pdf", "x") + "--x--\n", Own},
	} {
		if m := Parse([]byte("From: Alice <alice@example.org>\n"+tt.mail), Envelope{}); m.Origin != tt.want {
			t.Errorf("%s: the origin is %s, want %s\nreply: %q", tt.name, m.Origin, tt.want, m.Reply)
		}
	}
}
