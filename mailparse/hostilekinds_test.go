package mailparse

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
)

// kind is a kind of mail that is made to cost its reader dearly, at any size. A
// limit in words means that the guard stops it at a MiB and more.
type kind struct {
	name  string
	make  func(size int) string
	limit string
}

// over says which limit of the guard a kind breaks.
func (k kind) over(limit string) kind {
	k.limit = limit
	return k
}

// of repeats a unit up to a size.
func of(size int, unit string) string { return strings.Repeat(unit, max(1, size/len(unit))) }

// numbered repeats a unit with a number in it, so that no two are the same.
func numbered(size int, unit string) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, unit, i)
	}
	return b.String()
}

// plainKind is a text of repeated units, behind a start.
func plainKind(name, start, unit string) kind {
	return kind{name, func(size int) string { return plainMail(start + of(size, unit)) }, ""}
}

func htmlKind(name, start, unit string) kind {
	return kind{name, func(size int) string { return htmlMail(start + of(size, unit)) }, ""}
}

// packed is a page in base64, so that no line of the mail is long.
func packed(name, start, unit string) kind {
	return kind{name, func(size int) string {
		return hostileHeader + "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapped(start+of(size*3/4, unit))
	}, ""}
}

// wrapped is base64 in lines.
func wrapped(content string) string {
	encoded := base64.StdEncoding.EncodeToString([]byte(content))
	var b strings.Builder
	b.Grow(len(encoded) + len(encoded)/36)
	for len(encoded) > 76 {
		b.WriteString(encoded[:76] + "\r\n")
		encoded = encoded[76:]
	}
	return b.String() + encoded
}

func charsetKind(charset, unit string) kind {
	return kind{"charset " + charset, func(size int) string {
		return hostileHeader + "Content-Type: text/plain; charset=" + charset + "\r\n\r\n" + of(size, unit)
	}, ""}
}

// partKind is one part of a type, with a text before it.
func partKind(name, fields, start, unit string) kind {
	return kind{name, func(size int) string {
		return multipart("Content-Type: text/plain\r\n\r\nhello", fields+"\r\n\r\n"+start+of(size, unit))
	}, ""}
}

// headerKind is one header field of a size; of more than the guard allows nothing
// is read but the beginning.
func headerKind(name, start, unit, end string) kind {
	return kind{name, func(size int) string {
		return start + of(min(size, maxHeaderBytes-2000), unit) + end + "\r\n" + plainMail("hello\r\n")
	}, ""}
}

// bodies puts a text into so many parts of a mail as it needs.
func bodies(size int, fields, unit string) string {
	var parts []string
	const most = maxParts/3 - 10 // each may have two within
	for i := 0; i < most && size > 0; i++ {
		n := max(size/(most-i), len(unit))
		parts = append(parts, fields+"\r\n\r\n"+of(n, unit))
		size -= n
	}
	return multipart(parts...)
}

// randomWords are words of the letters a to z.
func randomWords(size int) string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for n := 0; b.Len() < size; n++ {
		for range 3 + random.IntN(9) {
			b.WriteByte(byte('a' + random.IntN(26)))
		}
		b.WriteString(map[bool]string{true: "\r\n", false: " "}[n%12 == 11])
	}
	return b.String()
}

// textKinds are hostile plain texts.
var textKinds = []kind{
	plainKind("one line", "", "a"),
	plainKind("one line of blanks", "", " "),
	plainKind("one line of tabs", "x", "\t"),
	plainKind("lines", "", "a line of words that mean nothing\r\n"),
	plainKind("empty lines", "", "\r\n"),
	plainKind("bare CR", "a\n", "b\r"),
	plainKind("NUL", "", "\x00"),
	plainKind("control characters", "", "\x01\x02\x1b[31m"),
	plainKind("one letter a line", "", "a\r\n"),
	plainKind("words of one character", "", "a b c d e f g\r\n"),
	plainKind("links", "", "http://a@b:c<"),
	plainKind("long links", "", "https://example.net/"+strings.Repeat("x", 900)+"\r\n"),
	plainKind("quotes", "", "> a\r\nb\r\n"),
	plainKind("deep quotes", "", strings.Repeat(">", 5000)+"\r\n"),
	plainKind("quotes that grow", "", ">\r\n>>\r\n>>>\r\n>>>>\r\n"),
	plainKind("single guillemets", "", "‹ a\r\n"),
	plainKind("bars", "", "| a\r\n"),
	plainKind("initials", "", "AB> a\r\nCD> b\r\n"),
	plainKind("introductions", "", "On 3 May 2026, Ana <a@example.net> wrote:\r\n"),
	plainKind("introductions without end", "", "On 3 May 2026 Ana <a@example.net>\r\n"),
	plainKind("introductions with quotes", "", "Am 3.5.2026 um 10:00 schrieb Ana:\r\n> ja\r\nnein\r\n"),
	plainKind("broken introductions", "", "On 3 May 2026\r\nat 10:00\r\nAna\r\n"),
	plainKind("header blocks", "", "From: a\r\nSent: b\r\nTo: c\r\nSubject: d\r\n\r\n"),
	plainKind("one field", "", "Subject: a\r\n"),
	plainKind("odd header lines", "", "a b c: d\r\n"),
	plainKind("original messages", "", "-----Original Message-----\r\n"),
	plainKind("forwarded messages", "", "---------- Forwarded message ---------\r\nFrom: a <a@example.net>\r\nDate: b\r\nSubject: c\r\n\r\n"),
	plainKind("Notes blocks", "", "Ana\r\n03.05.2026 10:00\r\nAn\tBob\r\nThema\tx\r\n"),
	plainKind("signatures", "hello\r\n", "-- \r\n> q\r\n"),
	plainKind("rules", "", "--------------------\r\n"),
	plainKind("disclaimers", "", "if you are not the intended recipient, and so on, and so on\r\n\r\n"),
	plainKind("device lines", "", "Sent from my phone\r\n"),
	plainKind("device lines of a rare language", "", "nosūtīts no iPhone\r\n"),
	plainKind("reply above", "", "##- Please type your reply above this line -##\r\n"),
	plainKind("uuencode begins", "", "begin 644 a\r\n"),
	plainKind("uuencode without end", "begin 644 a\r\n", "M"+strings.Repeat("A", 60)+"\r\n"),
	plainKind("uuencode files", "", "begin 644 a\r\n#0V%T\r\n`\r\nend\r\n"),
	plainKind("combining characters", "a", "\u0301"),
	plainKind("zero width", "a", "\u200b\u200d\u2060"),
	plainKind("direction marks", "", "\u202eabc\u202c\u2066\u2069 "),
	plainKind("ligatures", "", "ﷺﷺﷺ\r\n"),
	plainKind("Hangul jamo", "", "\u1100\u1161\u11a8"),
	plainKind("full width", "", "ＡＢＣ：\r\n"),
	plainKind("emoji", "", "👩‍👩‍👧‍👦"),
	plainKind("Thai", "", "สวัสดี"),
	plainKind("commands", "", "#resolve\r\n"),
	plainKind("CSV", "", "1;2;3;\"a\";4,5\r\n"),
	plainKind("bounce phrases", "", "550 5.1.1 <a@example.net>: user unknown\r\n"),
	{"random words", func(size int) string { return plainMail(randomWords(size)) }, ""},
	{"random lines of figures", func(size int) string { return plainMail(numbered(size, "%d ")) }, ""},
	{"flowed", func(size int) string {
		return hostileHeader + "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n" + of(size, "> a \r\n>> b \r\n")
	}, ""},
	{"flowed, one paragraph", func(size int) string {
		return hostileHeader + "Content-Type: text/plain; format=flowed\r\n\r\n" + of(size, "a \r\n")
	}, ""},
}

// htmlKinds are hostile pages.
var htmlKinds = []kind{
	htmlKind("pre", "<pre>", "\n"),
	packed("pre in base64", "<pre>", "\n"),
	packed("pre of letters", "<pre>", "a\n"),
	htmlKind("br", "", "<br>"),
	packed("br in base64", "", "<br>"),
	htmlKind("hr", "", "<hr>"),
	htmlKind("lists", "", "<ul><li>a"),
	htmlKind("list items", "<ol>", "<li>"),
	htmlKind("tables", "", "<table><tr><td>a"),
	htmlKind("cells", "<table><tr>", "<td>a"),
	htmlKind("rows", "<table>", "<tr><td>"),
	htmlKind("divs", "", "<div>"),
	htmlKind("divs with text", "", "<div>a</div>"),
	htmlKind("paragraphs", "", "<p>"),
	htmlKind("headings", "", "<h1>a</h1>"),
	htmlKind("blockquotes", "hello", "<blockquote>"),
	htmlKind("blockquotes with text", "", "<blockquote>a</blockquote>b"),
	htmlKind("spans", "", "<span>a"),
	htmlKind("end tags", "hello"+strings.Repeat("<a>", 2000), "</p></i>"),
	htmlKind("attributes", "hello <p ", "a=b "),
	{"attributes of many names", func(size int) string { return htmlMail("hello <p " + numbered(size, "a%d=b ") + ">") }, ""},
	htmlKind("one long attribute", "hello <p title=\"", "x"),
	htmlKind("classes", "", "<p class=\"a b c d e f g h i j k\">a"),
	htmlKind("styles", "", "<p style=\"font-size:0;color:#fff;background:url(x)\">a"),
	htmlKind("style sheet", "<style>", "p{color:red}"),
	{"style sheet of many classes", func(size int) string {
		return htmlMail("<style>" + numbered(size/2, ".a%d{font-size:0}") + "</style>" + of(size/2, "<p class=a1>a"))
	}, ""},
	{"style sheets", func(size int) string { return htmlMail(numbered(size, "<style>.a%d{color:#fff}</style>")) }, ""},
	htmlKind("style without end", "<style>", "<style>"),
	htmlKind("comments", "hello", "<!--"),
	htmlKind("closed comments", "hello", "<!---->"),
	htmlKind("conditional comments", "", "<!--[if mso]><p>a</p><![endif]-->"),
	htmlKind("CDATA", "", "<![CDATA["),
	htmlKind("processing instructions", "", "<?xml?>"),
	htmlKind("doctypes", "", "<!DOCTYPE html>"),
	htmlKind("entities", "", "&amp;"),
	htmlKind("long entities", "", "&CounterClockwiseContourIntegral;"),
	htmlKind("entities without end", "", "&#x1f600"),
	htmlKind("lone brackets", "", "<"),
	htmlKind("lone ampersands", "", "&"),
	htmlKind("scripts", "", "<script>a</script>"),
	htmlKind("script without end", "<script>", "<!--<script>"),
	htmlKind("textareas", "", "<textarea>"),
	htmlKind("plaintext", "<plaintext>", "a\n"),
	htmlKind("links", "", "<a href=\"https://example.net/"+strings.Repeat("x", 400)+"\">a</a> "),
	htmlKind("links without end", "", "<a href=\"https://example.net/x\">a"),
	htmlKind("images", "", "<img alt=\"a picture\">"),
	htmlKind("data images", "", "<img src=\"data:image/png;base64,"+strings.Repeat("A", 900)+"\">"),
	htmlKind("guillemets", "", "‹<br>"),
	htmlKind("quote marks", "", "&gt; a<br>"),
	htmlKind("no-break spaces", "", "&nbsp;<br>"),
	htmlKind("history marks", "hello", "<div id=\"divRplyFwdMsg\">a</div>"),
	htmlKind("hidden", "", "<div style=\"display:none\">a"),
	htmlKind("meta", "", "<meta charset=x>"),
	{"page and text", func(size int) string {
		return strings.Replace(multipart("Content-Type: text/plain\r\n\r\n"+of(size/2, "a > b\r\n"), "Content-Type: text/html\r\n\r\n"+of(size/2, "a &gt; b<br>")), "multipart/mixed", "multipart/alternative", 1)
	}, ""},
	{"pages", func(size int) string { return bodies(size, "Content-Type: text/html", "<br>") }, ""},
	{"pages beside texts", func(size int) string {
		return bodies(size, "Content-Type: multipart/alternative; boundary=q\r\n\r\n--q\r\n\r\nhi\r\n--q\r\nContent-Type: text/html", "<br>&gt;")
	}, ""},
}

// What a winmail.dat of these kinds is made of ([MS-OXTNEF], [MS-OXRTFCP]).
const (
	tnefSignature = 0x223e9f78
	tnefVersion   = 0x9006
	attachBegin   = 0x9002
	attachTitle   = 0x8010
	messageProps  = 0x9003
	messageBody   = 0x800c
	rtfPlain      = 0x414c454d
)

// tnefOf is a winmail.dat of one kind of attribute.
func tnefOf(size int, id uint16, data string) string {
	var b strings.Builder
	b.Write(binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint32(nil, tnefSignature), 1))
	for n := 0; b.Len() < size; n++ {
		b.WriteByte(1)
		attribute := binary.LittleEndian.AppendUint16(nil, id)
		if n == 0 {
			attribute = binary.LittleEndian.AppendUint16(nil, tnefVersion)
		}
		b.Write(binary.LittleEndian.AppendUint32(append(attribute, 0, 0), uint32(len(data))))
		b.WriteString(data + "\x00\x00")
	}
	return b.String()
}

func tnefKind(name string, id uint16, data string) kind {
	return kind{"TNEF " + name, func(size int) string {
		return hostileHeader + "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapped(tnefOf(size*3/4, id, data))
	}, ""}
}
