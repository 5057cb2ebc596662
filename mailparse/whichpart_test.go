package mailparse

import (
	"strings"
	"testing"
)

// alternative is a mail that says the same thing twice, or should.
func alternative(plain, page string) string {
	return "From: ana@example.net\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n" +
		"--b\nContent-Type: text/plain; charset=utf-8\n\n" + plain + "\n--b\nContent-Type: text/html; charset=utf-8\n\n" + page + "\n--b--\n"
}

// TestWhichPartIsRead: a plain text that says clearly less gives way to the HTML.
func TestWhichPartIsRead(t *testing.T) {
	const page = "<p>Hello,</p><p>order 77 came without the charger.</p><p>Ron</p>"
	const table = "<p>Hello,</p><p>these are missing:</p><table><tr><th>Article</th><th>Missing</th></tr><tr><td>Charger C-5</td><td>2</td></tr></table><p>Ron</p>"
	for _, tt := range []struct{ name, plain, page, want, not string }{
		{"the same", "Hello,\n\norder 77 came without\nthe charger.\n\nRon", page, "came without\nthe charger", ""},
		{"with links", "See the manual: https://example.org/a?b=c, it is wrong.", `<p>See <a href="https://example.org/a?b=c">the manual</a>, it is wrong.</p>`, "manual: https://example.org", ""},
		{"nothing", "", page, "order 77", ""},
		{"a placeholder", "This is an HTML mail. Your program cannot show it.", page, "order 77", "HTML mail"},
		{"a placeholder in German", "Bitte aktivieren Sie HTML.", page, "order 77", "aktivieren"},
		{"a placeholder above two words", "This is an HTML mail. Your program cannot show it.", "<p>Door stuck</p>", "Door stuck", "HTML mail"},
		{"a placeholder in Chinese", "您的邮件客户端不支持HTML格式。", "<p>Door stuck</p>", "Door stuck", "HTML"},
		{"a dot", ".", "<p>Door stuck</p>", "Door stuck", ""},
		{"only links", "https://shop.example.com/track/77?x=1\n[https://shop.example.com/logo.png]", page, "order 77", "track"},
		{"without the table", "Hello,\n\nthese are missing:\n\nRon", table, "Charger C-5 | 2", ""},
		{"without the list", "Please order:\n\nRon", "<p>Please order:</p><ul><li>two long cables</li><li>one red lamp</li></ul><p>Ron</p>", "- two long cables", ""},
		{"says more", "Hello,\n\norder 77 came without the charger, and the lamp of dock 3 is broken since Monday.\n\nRon", "<p>Hello</p>", "lamp of dock 3", ""},
		{"hidden words in the HTML", "The printer is off.", `<div style="display:none">Read what is new in our shop this week</div><p>The printer is off.</p>`, "The printer is off.", "shop"},
		{"plain text that is HTML", "<html><body><p>The printer&nbsp;is off.</p></body></html>", "", "The printer is off.", "<p>"},
	} {
		m := Parse([]byte(alternative(tt.plain, tt.page)), Envelope{})
		if !strings.Contains(m.Text, tt.want) || !strings.Contains(m.Reply, tt.want) || tt.not != "" && strings.Contains(m.Text, tt.not) {
			t.Errorf("%s: Text = %q, Reply = %q, want %q and not %q", tt.name, m.Text, m.Reply, tt.want, tt.not)
		}
	}
}

// TestNamedText: what an author wrote is read where a program calls it a file, unless there is
// another text.
func TestNamedText(t *testing.T) {
	mixed := func(parts ...string) string {
		return "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + strings.Join(parts, "\n--b\n") + "\n--b--\n"
	}
	const named = "Content-Type: text/plain; charset=utf-8\nContent-Disposition: inline; filename=\"a.txt\"\n\nThe printer is off."
	const page = "Content-Type: text/html; charset=utf-8\nContent-Disposition: inline; filename=\"a.html\"\n\n<p>The printer is off.</p>"
	for _, tt := range []struct {
		name, body, want string
		files            int
	}{
		{"a mail that is a file", "Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nThe printer is off.\n", "The printer is off.", 0},
		{"a page that is a file", "Content-Type: text/html\nContent-Disposition: attachment; filename=a.html\n\n<p>The printer is off.</p>\n", "The printer is off.", 0},
		{"a mail that is a mail", "Content-Type: text/plain; name=a.eml\nContent-Disposition: attachment; filename=a.eml\n\nFrom: bob@example.org\nSubject: hi\n\nHello\n", "", 1},
		{"a mail that is a document", "Content-Type: text/plain\nContent-Disposition: attachment; filename=scan.pdf\n\n%PDF-1.4\n", "", 1},
		{"a text with a name", mixed(named, "Content-Type: application/pdf; name=a.pdf\n\nx"), "The printer is off.", 2},
		{"a page with a name", mixed(page), "The printer is off.", 1},
		{"below another text", mixed("Content-Type: text/plain\n\nSee the file.", named), "See the file.", 1},
		{"above another text", mixed(named, "Content-Type: text/plain\n\nSee the file."), "See the file.", 1},
		{"both kinds", "Content-Type: multipart/alternative; boundary=b\n\n--b\n" + named + "\n--b\n" + page + "\n--b--\n", "The printer is off.", 2},
		{"a file alone", mixed("Content-Type: text/plain\nContent-Disposition: attachment; filename=a.log\n\nerror 5"), "", 1},
	} {
		m := Parse([]byte("From: ana@example.net\nSubject: x\nMIME-Version: 1.0\n"+tt.body), Envelope{})
		if strings.TrimSpace(m.Text) != tt.want || strings.TrimSpace(m.Reply) != tt.want || len(m.Attachments) != tt.files {
			t.Errorf("%s: Text = %q, Reply = %q, %d files, want %q, %d files", tt.name, m.Text, m.Reply, len(m.Attachments), tt.want, tt.files)
		}
	}
}

// TestTypeThatIsAnother: what calls itself plain and is HTML, and the other way
// round; and encodings that are none.
func TestTypeThatIsAnother(t *testing.T) {
	for _, tt := range []struct{ name, fields, body, want string }{
		{"a page", "Content-Type: text/plain", "<!DOCTYPE html>\n<html><head><style>p { color: red; }</style></head>\n<body><p>The printer is off.</p><p>Come&nbsp;by.</p></body></html>\n", "The printer is off.\n\nCome by."},
		{"a piece of one", "Content-Type: text/plain", "<div>The printer is off.</div><div>Come by.</div>\n", "The printer is off.\nCome by."},
		{"lines that end in tags", "Content-Type: text/plain", "The printer of M&uuml;ller is off.<br />Come by.<br />\n", "The printer of Müller is off.\nCome by."},
		{"lines that end in tags, one of them", "Content-Type: text/plain", "<strong>Hello</strong><br>The printer is off.\n", "Hello\nThe printer is off."},
		{"a page behind its mark", "Content-Type: text/plain", "<?xml version=\"1.0\"?><html><body><p>The printer is off.</p></body></html>\n", "The printer is off."},
		{"a piece behind a comment", "Content-Type: text/plain", "<!-- a --><p>The printer is off.</p><p>Come by.</p>\n", "The printer is off.\n\nCome by."},
		{"tags that are quoted", "Content-Type: text/plain", "It is mended.\n\nAna wrote:\n> The printer is off.<br>\n> Come by.<br>\n", "It is mended.\n\nAna wrote:\n> The printer is off.<br>\n> Come by.<br>"},
		{"tags within lines", "Content-Type: text/plain", "Our newsletter shows Hello<br>World<br>instead\nof line breaks.\n", "Our newsletter shows Hello<br>World<br>instead\nof line breaks."},
		{"tags beside an address", "Content-Type: text/plain", "Hello<br>Ask Bob <bob@example.org><br>\n", "Hello<br>Ask Bob <bob@example.org><br>"},
		{"a question about a tag", "Content-Type: text/plain", "How do I write <br> or <br/>?\nI tried \"a<br>b\", too.\n", "How do I write <br> or <br/>?\nI tried \"a<br>b\", too."},
		{"without a type", "X-A: b", "<html><body>The printer is off.</body></html>\n", "The printer is off."},
		{"a question about HTML", "Content-Type: text/plain", "What is wrong here?\n<p>one</p>\n", "What is wrong here?\n<p>one</p>"},
		{"code", "Content-Type: text/plain", "<b>one\nis never closed.\n", "<b>one\nis never closed."},
		{"plain text as HTML", "Content-Type: text/html", "The printer is off.\nCome by.\n", "The printer is off.\nCome by."},
		{"plain text as base64", "Content-Type: text/plain\nContent-Transfer-Encoding: base64", "The printer is off.\nCome by.\n", "The printer is off.\nCome by."},
		{"HTML as base64", "Content-Type: text/html\nContent-Transfer-Encoding: base64", "<p>The printer is off.<br>Come by.</p>\n", "The printer is off.\nCome by."},
		{"plain text as quoted-printable", "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable", "a = b, 5 =\n= c\n", "a = b, 5 = c"},
		{"base64 as plain text", "Content-Type: text/plain\nContent-Transfer-Encoding: 7bit", "VGhlIHByaW50ZXIgb2YgZmxvb3IgdGhyZWUgaXMgb2ZmIHNpbmNlIG5vb24uIENvbWUgYnku\n", "The printer of floor three is off since noon. Come by."},
		{"base64 as quoted-printable", "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable", "VGhlIHByaW50ZXIgb2YgZmxvb3IgdGhyZWUgaXMgb2ZmIHNpbmNlIG5vb24uIENvbWUgYnku\n", "The printer of floor three is off since noon. Come by."},
		{"quoted-printable as plain text", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit", "Der Drucker im B=C3=BCro l=C3=A4uft nicht, bitte pr=C3=BCfen.\n", "Der Drucker im Büro läuft nicht, bitte prüfen."},
		{"quoted-printable as plain text, broken before a blank", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit", "Der Drucker l=C3=A4uft nicht und der Raum ist=\n leer.\n", "Der Drucker läuft nicht und der Raum ist leer."},
		{"quoted-printable as base64", "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64", "Der Drucker im B=C3=BCro l=C3=A4uft nicht, bitte pr=C3=BCfen.\n", "Der Drucker im Büro läuft nicht, bitte prüfen."},
		{"a footer below base64", "Content-Type: text/plain\nContent-Transfer-Encoding: base64", "VGhlIHByaW50ZXIgaXMgb2ZmLg==\n____\na, list\n", "The printer is off.____\na, list"},
	} {
		m := Parse([]byte("From: ana@example.net\nSubject: x\nMIME-Version: 1.0\n"+tt.fields+"\n\n"+tt.body), Envelope{})
		if m.Text != tt.want {
			t.Errorf("%s: Text = %q, want %q", tt.name, m.Text, tt.want)
		}
	}
}

// TestPicturesLeaveAMark: a picture of the mail stands in the text by its name.
func TestPicturesLeaveAMark(t *testing.T) {
	related := func(plain, page string) string {
		inner := strings.Replace(alternative(plain, page), "From: ana@example.net\nSubject: x\nMIME-Version: 1.0\n", "", 1)
		return "From: ana@example.net\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=r\n\n--r\n" + inner +
			"\n--r\nContent-Type: image/png; name=\"image003.png\"\nContent-ID: <image003.png@01DC>\nContent-Transfer-Encoding: base64\n\niVBORw0=\n--r--\n"
	}
	const page = `<p>This comes up:</p><p><img src="cid:image003.png@01DC"></p><p>What now?</p>`
	const want = "This comes up:\n\n[image003.png]\n\nWhat now?"
	for name, raw := range map[string]string{
		"HTML alone":              related("", page),
		"plain text without":      related("This comes up:\n\nWhat now?", page),
		"plain text with":         related("This comes up:\n\n[cid:image003.png@01DC]\n\nWhat now?", page),
		"with other words for it": related("", strings.Replace(page, "<img", `<img alt="A picture that holds a window"`, 1)),
		"between texts": "From: ana@example.net\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=r\n\n--r\nContent-Type: text/plain\n\nThis comes up:\n\n" +
			"--r\nContent-Type: image/png\nContent-Disposition: inline; filename=image003.png\nContent-Transfer-Encoding: base64\n\niVBORw0=\n--r\nContent-Type: text/plain\n\nWhat now?\n\n--r--\n",
	} {
		m := Parse([]byte(raw), Envelope{})
		if m.Text != want || m.Reply != want {
			t.Errorf("%s: Text = %q, Reply = %q, want %q", name, m.Text, m.Reply, want)
		}
	}
}

// TestQuotedPictures: the pictures of older mail are told from those of the author.
func TestQuotedPictures(t *testing.T) {
	image := func(name string) string {
		return "\n--r\nContent-Type: image/png; name=" + name + "\nContent-ID: <" + name + "@01DC>\nContent-Transfer-Encoding: base64\n\niVBORw0=\n"
	}
	const page = `<p>Click <b>here</b>:</p><p><img src="cid:new.png@01DC"></p><hr><div id="divRplyFwdMsg"><b>From:</b> Desk &lt;support@example.org&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Ana<br><b>Subject:</b> x</div><p>This comes up:</p><p><img src="cid:old.png@01DC"></p>`
	m := Parse([]byte("From: ana@example.net\nSubject: Re: x\nIn-Reply-To: <a@b>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: text/html\n\n"+page+
		image("new.png")+image("old.png")+image("none.png")+"--r--\n"), Envelope{})
	for _, a := range m.Attachments {
		if a.Quoted != (a.Name == "old.png") {
			t.Errorf("%s: Quoted = %t", a.Name, a.Quoted)
		}
	}
	if m.Words() != "Click here:" {
		t.Errorf("Words = %q", m.Words())
	}
}

// TestMarkOfAPictureThatThePlainTextLacks: a picture among the author's own words is
// marked where the HTML has it; one of a signature or of older mail is not.
func TestMarkOfAPictureThatThePlainTextLacks(t *testing.T) {
	const history = `<div class="gmail_quote">On Tuesday Ben wrote:<blockquote type="cite"><p>Look: <img src="cid:p@x"></p></blockquote></div>`
	for _, tt := range []struct{ name, plain, page, want string }{
		{"within a line", "Click on the button on top, please.", `<p>Click on the button <img src="cid:p@x"> on top, please.</p>`, "Click on the button [pic.png] on top, please."},
		{"at the end of a line", "Click here:\nthen on OK, and wait for the green light.", `<p>Click here: <img src="cid:p@x"><br>then on OK, and wait for the green light.</p>`, "Click here: [pic.png]\nthen on OK, and wait for the green light."},
		{"first in a line", "wait for the green light.", `<p><img src="cid:p@x"> wait for the green light.</p>`, "[pic.png] wait for the green light."},
		{"beside other words", "All four lamps of dock three are dark now.\nAnd the door.", `<p>The lamps are dark:</p><p><img src="cid:p@x"></p><p>And the door.</p>`, "All four lamps of dock three are dark now.\n[pic.png]\n\nAnd the door."},
		{"whose place is not found", "All four lamps of dock three are dark since Monday.", `<p>Dark:</p><p><img src="cid:p@x"></p>`, "All four lamps of dock three are dark since Monday.\n\n[pic.png]"},
		{"above older mail", "All four lamps of dock three are dark since Monday, and nobody came to look at them.\n\nOn Tuesday Ben wrote:\n> Look:", `<p>All four lamps of dock three are dark, and nobody came to look at them:</p><p><img src="cid:p@x"></p>` + strings.ReplaceAll(history, `<img src="cid:p@x">`, ""), "All four lamps of dock three are dark, and nobody came to look at them:\n\n[pic.png]"},
		{"as Gmail marks it", "This comes up:\n\n[image: pic.png]\n\nWhat now?", `<p>This comes up:</p><p><img src="cid:p@x" alt="pic.png"></p><p>What now?</p>`, "This comes up:\n\n[pic.png]\n\nWhat now?"},
		{"of older mail", "Yes, all four lamps.\n\nOn Tuesday Ben wrote:\n> Look:", "<p>Yes, all four lamps.</p>" + history, "Yes, all four lamps."},
		{"of a signature", "Yes, all four lamps of dock three.\n\n-- \nAna", `<p>Yes, all four lamps of dock three.</p><div class="gmail_signature">Ana <img src="cid:p@x"></div>`, "Yes, all four lamps of dock three."},
		{"broken lines", "Click on the round\nbutton at the top right, please, and on nothing else.", `<p>Click on the round button <img src="cid:p@x"> at the top right, please, and on nothing else.</p>`, "Click on the round\nbutton [pic.png] at the top right, please, and on nothing else."},
	} {
		inner := strings.Replace(alternative(tt.plain, tt.page), "From: ana@example.net\nSubject: x\nMIME-Version: 1.0\n", "", 1)
		m := Parse([]byte("From: ana@example.net\nSubject: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=r\n\n--r\n"+inner+
			"\n--r\nContent-Type: image/png; name=\"pic.png\"\nContent-ID: <p@x>\nContent-Transfer-Encoding: base64\n\niVBORw0=\n--r--\n"), Envelope{})
		if m.Reply != tt.want {
			t.Errorf("%s: Reply = %q, want %q", tt.name, m.Reply, tt.want)
		}
	}
}

// TestPageSentTwice: where a program sends HTML as plain text beside the same as HTML, it is read once; two
// different pages are both read.
func TestPageSentTwice(t *testing.T) {
	const page = "<html><head><style>p { color: red }</style></head><body><p>The printer is off.</p></body></html>"
	for _, tt := range []struct{ plain, page, want string }{
		{page, page, "The printer is off."},
		{"<p>The printer is off.</p>", "<table><tr><td>The printer is off.</td></tr></table>", "The printer is off."},
		{page, "<p>The printer is off, and the scanner.</p>", "The printer is off.\nThe printer is off, and the scanner."},
	} {
		m := Parse([]byte(alternative(tt.plain, tt.page)), Envelope{})
		if got := strings.Join(strings.FieldsFunc(m.Reply, func(r rune) bool { return r == '\n' }), "\n"); got != tt.want {
			t.Errorf("reply of %q beside %q = %q, want %q", tt.plain, tt.page, m.Reply, tt.want)
		}
	}
}
