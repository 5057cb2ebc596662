package markup

import (
	"strings"
	"testing"
)

// TestOf: what an agent formatted is kept, and nothing that the text does not say.
func TestOf(t *testing.T) {
	const quote = `<blockquote type="cite"><p>INTERNAL: he is <b>angry</b></p></blockquote>`
	for _, tt := range []struct{ name, page, text, want string }{
		{"bold", `<p>Please <b>restart</b> it.</p>` + quote, "Please *restart* it.", `<p>Please <b>restart</b> it.</p>`},
		{"below a command", `<div>#resolve</div><div>Please <b>restart</b> it.</div>`, "Please restart it.", `<div>Please <b>restart</b> it.</div>`},
		{"behind a command", `<div>#resolve Please <b>restart</b> it.</div>`, "Please restart it.", `<div>Please <b>restart</b> it.</div>`},
		{"a list", `<p>Do this:</p><ol start="1"><li>unplug</li><li>wait</li></ol><p>Alice</p>`, "Do this:\n\n1. unplug\n2. wait\n\nAlice", `<p>Do this:</p><ol start="1"><li>unplug</li><li>wait</li></ol><p>Alice</p>`},
		{"bullets", `<ul><li>unplug</li><li>wait</li></ul>`, "* unplug\n* wait", `<ul><li>unplug</li><li>wait</li></ul>`},
		{"a table", `<table class="x" style="color:red"><tr><td width="5">Mon</td><td colspan="2">9:00</td></tr></table>`, "Mon | 9:00",
			`<table border="1" cellpadding="6" cellspacing="0" style="border-collapse:collapse;margin:0 0 16px"><tbody><tr><td>Mon</td><td colspan="2">9:00</td></tr></tbody></table>`},
		{"a link", `<p>See <a href="https://example.org/a?b=1" onclick="x()">the page</a>.</p>`, "See the page <https://example.org/a?b=1>.", `<p>See <a href="https://example.org/a?b=1">the page</a>.</p>`},
		{"a link that runs", `<p>See <a href="javascript:alert(1)">the <b>page</b></a></p>`, "See the page", `<p>See the <b>page</b></p>`},
		{"above a signature", `<p>It is <i>done</i>.</p><div class="gmail_signature">Alice<br>INTERNAL</div>`, "It is done.", `<p>It is <i>done</i>.</p>`},
		{"other words within", `<p>Please <s>INTERNAL</s> <b>restart</b> it.</p>`, "Please restart it.", ""},
		{"other words behind the end", `<p>Please <b>restart</b> it <s>INTERNAL</s>.</p>`, "Please restart it.", `<p>Please <b>restart</b> it</p>`},
		{"a hidden word", `<p>Please <span style="display:none">INTERNAL</span><b>restart</b> it.</p>`, "Please restart it.", ""},
		{"hidden behind the end", `<p>Please <b>restart</b> it.</p><p style="display:none">INTERNAL</p>`, "Please restart it.", `<p>Please <b>restart</b> it.</p>`},
		{"words missing", `<p>Please <b>restart</b></p>`, "Please restart it.", ""},
		{"in another order", `<p>Please it <b>restart</b></p>`, "Please restart it", ""},
		{"a comment and a script", `<p>Please <!-- INTERNAL --><script>INTERNAL()</script><b>restart</b> it.</p>`, "Please restart it.", `<p>Please <b>restart</b> it.</p>`},
		{"an attribute", `<p title="INTERNAL" data-x="INTERNAL">Please <b class="INTERNAL" id="INTERNAL">restart</b> it.</p>`, "Please restart it.", `<p>Please <b>restart</b> it.</p>`},
		{"a picture", `<p>Look: <img src="cid:1" alt="screen.png"> <b>here</b></p>`, "Look: [screen.png] here", ""},
		{"nothing but text", `<div>Please restart it.</div>`, "Please restart it.", ""},
		{"no page", ``, "Please restart it.", ""},
		{"no text", `<p><b>x</b></p>`, "", ""},
	} {
		got := Of(tt.page, tt.text)
		if got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
		if strings.Contains(got, "INTERNAL") {
			t.Errorf("%s: something internal stands in it", tt.name)
		}
	}
}

// FuzzOf: whatever the page, what is kept says the words of the text and no others.
func FuzzOf(f *testing.F) {
	f.Add("<p>Please <b>restart</b> it.</p><p>more</p>", "Please restart it.")
	f.Add("<table><tr><td>a<td><i>b</i></table>", "a b")
	f.Fuzz(func(t *testing.T, page, text string) {
		got := Of(page, text)
		if got == "" {
			return
		}
		want := wanted(text)
		again := Of("<div>"+got+"</div>", text)
		if again == "" && len(want) > 0 && !strings.Contains(got, "<a ") {
			t.Errorf("%q of %q: %q does not say it", text, page, got)
		}
	})
}
