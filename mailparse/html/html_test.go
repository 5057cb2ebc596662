package html

import "testing"

// TestText: pages are readable as text.
func TestText(t *testing.T) {
	for _, tt := range []struct{ name, page, want string }{
		{"paragraphs", "<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"},
		{"word", `<p class="MsoNormal">one</p><p class="MsoNormal">two</p>`, "one\ntwo"},
		{"blanks", "<div>a \n b&nbsp;c</div>   <div>d</div>", "a b c\nd"},
		{"lists", "<ul><li>one<li>two<ol><li>deep</ol></ul><ol><li>a</li><li>b</li></ol>", "- one\n- two\n  1. deep\n1. a\n2. b"},
		{"table", "<table><tr><th>Name</th><th>Room</th></tr><tr><td>Ana</td><td>12</td></tr></table>", "Name | Room\nAna | 12"},
		{"links", `<a href="https://example.org/a">the manual</a>, <a href="https://example.org/">example.org</a>, <a href="mailto:a@example.org">a@example.org</a>`, "the manual <https://example.org/a>, example.org, a@example.org"},
		{"quote", "yes<blockquote>a<blockquote>b</blockquote></blockquote>no", "yes\n\n> a\n>\n>> b\n\nno"},
		{"indented", `yes<blockquote style="margin:0 0 0 40px;border:none;padding:0px">mine</blockquote>`, "yes\n\nmine"},
		{"hidden", `<div style="display:none">preview</div>seen<span hidden>not</span><script>x()</script><style>p{}</style>`, "seen"},
		{"pre", "<pre>a\n  b</pre>", "a\n  b"},
		{"entities", "a &lt; b &amp; &euro; &#x1F600;", "a < b & € 😀"},
		{"entities as text", "write &amp;nbsp; and &amp;lt;b&amp;gt; &lt;b&gt;", "write &nbsp; and &lt;b&gt; <b>"},
		{"image", `<img src="cid:1" alt="screenshot"> <img alt="😀"> <img src="x">`, "[screenshot] 😀"},
		{"broken", "<p>one<b>two</p>three</i></div><", "onetwo\n\nthree<"},
		{"conditional", "<!--[if mso]><table><tr><td><![endif]-->x<!-- y -->", "x"},
	} {
		if got := Text(tt.page); got != tt.want {
			t.Errorf("%s: Text(%q) = %q, want %q", tt.name, tt.page, got, tt.want)
		}
	}
}
