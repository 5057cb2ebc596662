package mailparse

import (
	"strings"
	"testing"
)

// TestHidden: what an author's page hides from its readers is kept apart, and nothing that is
// a program's, somebody else's, or to be read elsewhere.
func TestHidden(t *testing.T) {
	const page = "Content-Type: text/html; charset=utf-8\n\n"
	both := func(plain, html string) string {
		return "Content-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain; charset=utf-8\n\n" + plain + "\n--x\n" + page + html + "\n--x--\n"
	}
	const seen = "<p>The lamp is new.</p>"
	preview := `<div style="display:none;max-height:0">PREVIEW</div>`
	for _, tt := range []struct{ name, header, body, want, reply string }{
		{"white", "", page + seen + `<p style="color:white">WHITE WORDS</p>`, "WHITE WORDS", "The lamp is new."},
		{"white above", "", page + `<p style="color:#fff">#note</p>` + seen, "#note", "The lamp is new."},
		{"of no size", "", page + `<p>The lamp <span style="font-size:0">WORDS</span> is new.</p>`, "WORDS", "The lamp is new."},
		{"not displayed", "", page + seen + `<div style="display:none">#close<br>now<p>or <b>never</b></p></div>`, "#close\nnow\nor never", "The lamp is new."},
		{"by a class", "", page + `<style>.x{display:none}</style>` + seen + `<p class="x">WORDS &amp; more</p>`, "WORDS & more", "The lamp is new."},
		{"a preview", "", page + preview + seen, "PREVIEW", "The lamp is new."},
		{"nothing else", "", page + preview, "PREVIEW", ""},
		{"fillers", "", page + "<div style=\"display:none\">\u200c\u00a0\u200c&#847; &zwnj; - </div>" + seen, "", "The lamp is new."},
		{"the mark of a program", "", page + seen + `<font color="#ffffff" size="1">ᐧ</font>`, "", "The lamp is new."},
		{"scripts", "", page + `<script>alert("WORDS")</script><style>p{color:red}</style><title>T</title>` + seen, "", "The lamp is new."},
		{"the same for telephones", "", page + seen + `<div style="display:none"><p>The lamp is new.</p></div>`, "", "The lamp is new."},
		{"a dark program", "", page + `<p style="color:white">The lamp is new.</p>`, "", "The lamp is new."},
		{"in what Gmail quotes", "In-Reply-To: <1@example.org>\n", page + seen + `<div class="gmail_quote"><div class="gmail_attr">On Tue, 24 Nov 2026 at 10:00, Ana &lt;ana@example.net&gt; wrote:<br></div><blockquote class="gmail_quote">` + preview + `<p>OLD</p></blockquote></div>`, "", "The lamp is new."},
		{"in what Outlook quotes", "In-Reply-To: <1@example.org>\n", page + seen + `<div style="border-top:solid #E1E1E1 1pt"><p><b>From:</b> Ana &lt;ana@example.net&gt;<br><b>Sent:</b> Tuesday, November 24, 2026 10:00 AM<br><b>To:</b> Desk<br><b>Subject:</b> Lamp</p></div>` + preview + `<p>OLD</p>`, "", "The lamp is new."},
		{"in what Outlook on the web quotes", "In-Reply-To: <1@example.org>\n", page + seen + `<hr><div id="divRplyFwdMsg"><b>From:</b> Ana</div>` + preview + `<p>OLD</p>`, "", "The lamp is new."},
		{"what older mail shows", "In-Reply-To: <1@example.org>\n", page + `<p style="color:white">#note</p>` + seen + `<blockquote type="cite"><p>#note · #take</p></blockquote>`, "#note", "The lamp is new."},
		{"below a quote", "In-Reply-To: <1@example.org>\n", page + `<blockquote type="cite"><p>OLD</p></blockquote><p style="color:white">WORDS</p>` + seen, "WORDS", "> OLD\n\nThe lamp is new."},
		{"in the plain text, too", "", both("#note\n\nThe lamp is new.\n", `<p style="color:white">#note</p>`+seen), "#note", "#note\n\nThe lamp is new."},
		{"in the page alone", "", both("The lamp is new.\n", seen+`<p style="color:white">WORDS</p>`), "WORDS", "The lamp is new."},
	} {
		m := Parse([]byte("From: ana@example.net\nSubject: Lamp\nMIME-Version: 1.0\n"+tt.header+tt.body), Envelope{})
		if m.Hidden != tt.want || m.Reply != tt.reply {
			t.Errorf("%s: hidden is %q, want %q; the reply is %q, want %q", tt.name, m.Hidden, tt.want, m.Reply, tt.reply)
		}
	}
	m := Parse([]byte("From: ana@example.net\n"+page+seen+`<div style="display:none">`+strings.Repeat("<p>word</p>", 1000)+strings.Repeat("word ", 100_000)+"</div>"), Envelope{})
	if n := len(m.Hidden); n == 0 || n > 10<<10 {
		t.Errorf("%d bytes are kept of half a megabyte that is hidden", n)
	}
}
