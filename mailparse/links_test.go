package mailparse

import (
	"strings"
	"testing"
)

// TestLinksOfThePage: who reads the plain text sees where the links of the page beside it lead.
func TestLinksOfThePage(t *testing.T) {
	const target = "https://forms.example.net/f/7731?a=1&b=2"
	const link = `<a href="https://forms.example.net/f/7731?a=1&amp;b=2">`
	for _, tt := range []struct{ name, plain, page, want string }{
		{"words of a sentence", "Please fill in this form by Friday.", "<p>Please fill in " + link + "this form</a> by Friday.</p>", "Please fill in this form <" + target + "> by Friday."},
		{"words that stand twice", "A form here, and the form there.", "<p>A form here, and the " + link + "form</a> there.</p>", "A form here, and the form <" + target + "> there."},
		{"over two lines", "Please fill in this\nform by Friday.", "<p>Please fill in " + link + "this form</a> by Friday.</p>", "Please fill in this\nform <" + target + "> by Friday."},
		{"a button that the text lacks", "The order is ready to be signed by you.", "<p>The order is ready to be signed by you.</p><p>" + link + "Sign</a></p>", "The order is ready to be signed by you.\n\nSign <" + target + ">"},
		{"a target that is shown otherwise", "See www.example.org for it.", "<p>See " + link + "www.example.org</a> for it.</p>", "See www.example.org <" + target + "> for it."},
		{"the text has it", "Please fill in this form [1] by Friday.\n\n[1] " + target, "<p>Please fill in " + link + "this form</a> by Friday.</p>", "Please fill in this form [1] by Friday.\n\n[1] " + target},
		{"the text has it, broken", "Please fill in this form\n<https://forms.example.net/f/\n7731?a=1&b=2> by Friday.", "<p>Please fill in " + link + "this form</a> by Friday.</p>", "Please fill in this form\n<https://forms.example.net/f/\n7731?a=1&b=2> by Friday."},
		{"it shows itself", "See https://example.org/a for it.", `<p>See <a href="https://example.org/a">https://example.org/a</a> for it.</p>`, "See https://example.org/a for it."},
		{"older mail", "The lamp is dark.\n\n> Fill in this form.", "<p>The lamp is dark.</p><blockquote>Fill in " + link + "this form</a>.</blockquote>", "The lamp is dark."},
		{"older mail below a head", "The lamp is dark.\n\nFrom: Kim <kim@example.com>\nSent: Monday\nTo: Ana\nSubject: Form\n\nFill in this form.", "<p>The lamp is dark.</p><p>From: Kim &lt;kim@example.com&gt;<br>Sent: Monday<br>To: Ana<br>Subject: Form</p><p>Fill in " + link + "this form</a>.</p>", "The lamp is dark."},
		{"an address", "Write to Kim.", `<p>Write to <a href="mailto:kim@example.com">Kim</a>.</p>`, "Write to Kim."},
	} {
		m := Parse([]byte(strings.ReplaceAll("From: ana@example.net\nSubject: Re: x\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\n"+
			tt.plain+"\n--b\nContent-Type: text/html\n\n<html><body>"+tt.page+"</body></html>\n--b--\n", "\n", "\r\n")), Envelope{})
		if m.Reply != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, m.Reply, tt.want)
		}
	}
}

// TestLinksAreBounded: a page of links makes no endless text.
func TestLinksAreBounded(t *testing.T) {
	page := strings.Repeat(`<p>one two three four <a href="https://example.org/`+strings.Repeat("x", 300)+`">five</a></p>`, 1000)
	m := Parse([]byte("From: a@example.net\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"+
		strings.Repeat("one two three four five\r\n", 1000)+"\r\n--b\r\nContent-Type: text/html\r\n\r\n"+page+"\r\n--b--\r\n"), Envelope{})
	if n := strings.Count(m.Text, "https://"); n != 1 {
		t.Errorf("the text has the link %d times", n)
	}
}
