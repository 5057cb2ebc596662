package mailparse

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// TestPicturesWithinThePage: screenshots that a browser pastes into a page as data: URLs are pictures of the mail, with a mark where they
// stand; dots of a layout are not, and a page that is a file stays as it is.
func TestPicturesWithinThePage(t *testing.T) {
	shot := bytes.Repeat([]byte("\x89PNG screenshot "), 40)
	data := base64.StdEncoding.EncodeToString(shot)
	dot := base64.StdEncoding.EncodeToString([]byte("GIF89a dot"))
	wrapped := data[:70] + "\n  " + data[70:140] + "\n" + data[140:]
	mail := func(kind, page string) *Message {
		return Parse([]byte(strings.ReplaceAll("From: ana@example.net\nSubject: x\nMIME-Version: 1.0\n"+kind, "\n", "\r\n")+page), Envelope{})
	}
	const html = "Content-Type: text/html\n\n"
	for _, tt := range []struct{ name, kind, page, reply, files string }{
		{"a page", html, `<p>See:</p><p><img src="data:image/png;base64,` + data + `"></p><p>It is red.</p>`, "See:\n\n[picture-1.png]\n\nIt is red.", "picture-1.png image/png 640"},
		{"without marks, in capitals", html, `<p>See:</p><IMG SRC=data:image/JPG;base64,` + data + `><p>It is red.</p>`, "See:\n\n[picture-1.jpeg]\n\nIt is red.", "picture-1.jpeg image/jpeg 640"},
		{"broken lines", html, `<p>See:</p><img alt="shot" src='data:image/png;base64,` + wrapped + `'><p>It is red.</p>`, "See:\n\n[picture-1.png]\n\nIt is red.", "picture-1.png image/png 640"},
		{"before a file", "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + html,
			`<p>See:</p><p><img src="data:image/png;base64,` + data + `"></p>` + "\r\n--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n\r\n%PDF\r\n--b--\r\n", "See:\n\n[picture-2.png]", "a.pdf application/pdf 4, picture-2.png image/png 640"},
		{"twice the same", html, `<p>See <img src="data:image/png;base64,` + data + `"> and <img src="data:image/png;base64,` + data + `">.</p>`, "See [picture-1.png] and [picture-1.png] .", "picture-1.png image/png 640"},
		{"a drawing", html, `<p>See <img src="data:image/svg+xml;charset=utf-8;base64,` + data + `">.</p>`, "See [picture-1.svg] .", "picture-1.svg image/svg+xml 640"},
		{"a dot", html, `<p>See<img src="data:image/gif;base64,` + dot + `">.</p>`, "See.", ""},
		{"damaged", html, `<p>See<img src="data:image/png;base64,%%%` + data + `">.</p>`, "See.", ""},
		{"words about it", html, `<p>It says src="data:image/png;base64,AAAA" in the log.</p>`, `It says src="data:image/png;base64,AAAA" in the log.`, ""},
		{"beside a plain text", "Content-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain\n\nSee:\n\nIt is red.\n--b\n" + html,
			`<p>See:</p><p><img src="data:image/png;base64,` + data + `"></p><p>It is red.</p>` + "\r\n--b--\r\n", "See:\n\n[picture-1.png]\n\nIt is red.", "picture-1.png image/png 640"},
		{"a file", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nHere is the page.\n--b\nContent-Type: text/html; name=\"a.html\"\nContent-Disposition: attachment; filename=\"a.html\"\n\n",
			`<img src="data:image/png;base64,` + data + `">` + "\r\n--b--\r\n", "Here is the page.", fmt.Sprint("a.html text/html ", len(data)+34)},
	} {
		m := mail(tt.kind, tt.page)
		var files []string
		for _, a := range m.Attachments {
			files = append(files, fmt.Sprint(a.Name, " ", a.Type, " ", len(a.Content)))
		}
		if got := strings.Join(files, ", "); m.Reply != tt.reply || got != tt.files {
			t.Errorf("%s:\n got %q, %s\nwant %q, %s", tt.name, m.Reply, got, tt.reply, tt.files)
		}
	}
	big := bytes.Repeat([]byte{7, 8, 9}, 2<<20)
	m := mail(html, `<p>See:</p><img src="data:image/png;base64,`+base64.StdEncoding.EncodeToString(big)+`"><p>It is red.</p>`)
	if len(m.Attachments) != 1 || !bytes.Equal(m.Attachments[0].Content, big) || !strings.HasSuffix(m.Reply, "It is red.") {
		t.Errorf("of a picture larger than a page: %d files, reply %q", len(m.Attachments), m.Reply)
	}
	m = mail(html, strings.Repeat(`<img src="data:image/png;base64,`+data+`"><p>x</p>`, 1000)+strings.Repeat(`<img src="data:image/png;base64,`, 100000))
	if len(m.Attachments) > 50 {
		t.Errorf("of a page of pictures: %d files", len(m.Attachments))
	}
}
