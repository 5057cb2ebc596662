package markup

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// pictures are those of a mail with two, of which the second is too large to go along.
func pictures(contentID string) (name, id string) {
	switch contentID {
	case "1", "own@desk.example.org":
		return "screen shot.png", "own@desk.example.org"
	case "2":
		return "large.png", ""
	}
	return "", ""
}

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
		{"a picture", `<p>Look: <img src="cid:1" width="300" alt="INTERNAL" onload="x()"> here</p>`, "Look: [screen shot.png] here", `<p>Look: <img style="max-width:100%" width="300" src="cid:own@desk.example.org" alt="screen shot.png"/> here</p>`},
		{"a picture at the end", `<p>Look:</p><p><img src="cid:1"></p><p>Alice</p>`, "Look:\n\n[screen shot.png]", `<p>Look:</p><p><img style="max-width:100%" src="cid:own@desk.example.org" alt="screen shot.png"/></p>`},
		{"a picture at the beginning", `<p>#resolve</p><p><img src="cid:1"></p><p>Look.</p>`, "[screen shot.png]\n\nLook.", `<p><img style="max-width:100%" src="cid:own@desk.example.org" alt="screen shot.png"/></p><p>Look.</p>`},
		{"a picture that the text lacks", `<p>Look: <img src="cid:1"> here</p>`, "Look: here", `<p>Look: <img style="max-width:100%" src="cid:own@desk.example.org" alt="screen shot.png"/> here</p>`},
		{"a picture behind the end", `<p>See <b>above</b>.</p><p><img src="cid:1"></p>`, "See above.", `<p>See <b>above</b>.</p>`},
		{"a picture too large to go along", `<p>Look: <img src="cid:2" alt="x"> <b>here</b></p>`, "Look: [large.png] here", `<p>Look: [large.png] <b>here</b></p>`},
		{"a picture from elsewhere", `<p>Look: <img src="https://example.com/INTERNAL.png" alt="a plan"> <b>here</b></p>`, "Look: [a plan] here", `<p>Look: [a plan] <b>here</b></p>`},
		{"a picture of somebody else's mail", `<p>Look: <img src="cid:INTERNAL"> <b>here</b></p>`, "Look: here", `<p>Look:  <b>here</b></p>`},
		{"a smiley", `<p><b>Done</b> <img src="https://example.com/INTERNAL.png" alt="😀"></p>`, "Done 😀", `<p><b>Done</b> 😀</p>`},
		{"lists within lists", `<ul><li>one<ol start="3" type="a"><li>two</li></ol></li></ul>`, "* one\n   a. two", `<ul><li>one<ol start="3" type="a"><li>two</li></ol></li></ul>`},
		{"a table with headings", `<table border=1><caption>Hours</caption><thead><tr><th scope="col" align="right">Day</th></tr></thead><tbody><tr><td align="right" valign="top">Mon</td></tr></tbody></table>`, "Hours\nDay\nMon",
			`<table border="1" cellpadding="6" cellspacing="0" style="border-collapse:collapse;margin:0 0 16px"><caption>Hours</caption><thead><tr><th scope="col" align="right">Day</th></tr></thead><tbody><tr><td align="right" valign="top">Mon</td></tr></tbody></table>`},
		{"code", `<p>Type <kbd>Ctrl</kbd>, then <tt>ls</tt>:</p><pre class="x">a  b` + "\n" + `  c</pre>`, "Type Ctrl, then ls:\n\na  b\n  c", `<p>Type <kbd>Ctrl</kbd>, then <tt>ls</tt>:</p><pre style="white-space:pre-wrap">a  b` + "\n" + `  c</pre>`},
		{"a quote", `<p>You wrote:</p><blockquote type="cite" style="x"><p>It jams.</p></blockquote><p>Please wait.</p>`, "You wrote:\n\n> It jams.\n\nPlease wait.",
			`<p>You wrote:</p><blockquote style="margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #8886"><p>It jams.</p></blockquote><p>Please wait.</p>`},
		{"a line and a list of terms", `<dl><dt>VPN</dt><dd>a tunnel</dd></dl><hr><p>More.</p>`, "VPN\n  a tunnel\n----\nMore.", `<dl><dt>VPN</dt><dd>a tunnel</dd></dl><hr/><p>More.</p>`},
		{"small, marked, cited", `<p><small>a</small> <mark>b</mark> <abbr title="INTERNAL">c</abbr> <q>d</q> <cite>e</cite></p>`, "a b c d e", `<p><small>a</small> <mark>b</mark> <abbr>c</abbr> <q>d</q> <cite>e</cite></p>`},
		{"bold and struck by style", `<p><span style="font-weight:700;color:white">a</span> <span style="text-decoration:line-through;background:url(x)">b</span> <span style="font-style:italic">c</span></p>`, "a b c",
			`<p><span style="font-weight: 700">a</span> <span style="text-decoration: line-through">b</span> <span style="font-style: italic">c</span></p>`},
		{"a part of a word", `<p>Use the <b>V</b>PN at Lake<i>side</i>, not Wi<u>-Fi</u>.</p>`, "Use the *V*PN at Lakeside, not Wi_-Fi_.", `<p>Use the <b>V</b>PN at Lake<i>side</i>, not Wi<u>-Fi</u>.</p>`},
		{"a part of the first word and of the last", `<p>#reply</p><p><b>V</b>PN by Lake<b>side</b></p><p>INTERNAL</p>`, "VPN by Lakeside", `<p><b>V</b>PN by Lake<b>side</b></p>`},
		{"words that run together", `<p>Use<b>this</b> one</p>`, "Use this one", ""},
		{"a word that is torn apart", `<p>Use th<br><b>is</b> one</p>`, "Use this one", ""},
		{"a hidden part of a word", `<p>Use <b>th</b><span style="display:none">INTERNAL</span>is</p>`, "Use this", ""},
		{"nothing but text", `<div>Please restart it.</div>`, "Please restart it.", ""},
		{"no page", ``, "Please restart it.", ""},
		{"no text", `<p><b>x</b></p>`, "", ""},
	} {
		got := Of(tt.page, tt.text, pictures)
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
		got := Of(page, text, pictures)
		if got == "" {
			return
		}
		doc, err := html.Parse(strings.NewReader(got))
		if err != nil {
			t.Fatal(err)
		}
		said := wordsOf(doc, setPictures(doc, pictures))
		if last, ok := says(said, wanted(text)); !ok || last != len(said)-1 {
			t.Errorf("%q of %q: %q does not say it, or says more", text, page, got)
		}
	})
}
