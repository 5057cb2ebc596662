package mailparse

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maildesk/faulttest"
	"maildesk/mailparse/charset"
)

// TestT109OthersAreNotDelayed: while hostile mails are read, ordinary ones are
// read beside them.
func TestT109OthersAreNotDelayed(t *testing.T) {
	faulttest.Long(t, "T109")
	ordinary := benchMails()["plain"]
	stop := make(chan struct{})
	var took []time.Duration
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			start := time.Now()
			if m := Parse(ordinary, Envelope{}); m.Reply == "" {
				t.Error("an ordinary mail has no reply")
			}
			took = append(took, time.Since(start))
			time.Sleep(time.Millisecond)
		}
	})
	for _, hostile := range hostileKinds {
		Parse([]byte(hostile.make(1<<20)), Envelope{})
	}
	close(stop)
	reader.Wait()
	slices.Sort(took)
	late := took[len(took)*99/100]
	if late > time.Second {
		t.Errorf("of %d ordinary mails one in a hundred took more than %s, want at most 1s", len(took), late)
	}
	faulttest.Seen(t, "T109", "read ordinary mails while hostile ones are read", "%d mails, 99 %% of them within %s", len(took), late.Round(time.Microsecond))
}

// TestT110Links: text that costs other desks minutes of matching is read in
// linear time.
func TestT110Links(t *testing.T) {
	pieces := []string{"http://a@b:c<", "www.", "a.", "<a@", "@@", "http://[", "((((", "> ", "mailto:", "https://x/?=%"}
	var worst time.Duration
	for _, piece := range pieces {
		for _, raw := range []string{plainMail(strings.Repeat(piece, 10<<20/len(piece))), htmlMail(strings.Repeat(piece, 2<<20/len(piece)))} {
			before := faulttest.CPUTime(t)
			Parse([]byte(raw), Envelope{})
			took := faulttest.CPUTime(t) - before
			worst = max(worst, took)
			if took > 4*time.Second {
				t.Errorf("%d KiB of %q took %s, want at most 4s", len(raw)>>10, piece, took)
			}
		}
	}
	faulttest.Seen(t, "T110", "10 MB of one line of pieces of links, in ten kinds", "the dearest took %s of the processor", worst.Round(time.Millisecond))
}

// TestT111AttachmentNames: a name from a sender is one element without a path,
// bounded, and never empty.
func TestT111AttachmentNames(t *testing.T) {
	names := map[string]string{
		"../../etc/passwd": "passwd", `C:\dir\a.txt`: "a.txt", "a\x00b.txt": "a b.txt", "x\u202egpj.exe": "xgpj.exe", ".htaccess\u200b": ".htaccess",
		"..": "", "/": "", "": "", "CON": "CON", "a/": "a", "two words.txt": "two words.txt",
		"a." + strings.Repeat("x", 10000):     "a." + strings.Repeat("x", 253),
		strings.Repeat("ä", 300) + ".pdf":     strings.Repeat("ä", 125) + ".pdf",
		strings.Repeat("../", 5000) + "a.txt": "a.txt",
	}
	for name, want := range names {
		if got := attachmentName(name); got != want {
			t.Errorf("attachmentName(%q) = %q, want %q", name, got, want)
		}
	}
	faulttest.Seen(t, "T111", "names with paths, NUL, turned text, 10 kB", "%d names: one element each, at most 255 bytes", len(names))
}

// TestT112NestedMails: mails within mails are read to a fixed depth only, and
// nothing that is compressed is unpacked.
func TestT112NestedMails(t *testing.T) {
	root := readTree(Header{{Name: "Content-Type", Value: "message/rfc822", Raw: "message/rfc822"}}, []byte(nestedMails(50)), 0, new(bytes.Buffer))
	depth := 0
	for p := root; len(p.children) > 0; p = p.children[0] {
		depth++
	}
	if depth != maxNesting {
		t.Errorf("mails were read %d deep, want %d", depth, maxNesting)
	}
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	for range 64 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m := Parse([]byte(multipart("Content-Type: text/plain\r\n\r\nhello",
		"Content-Type: application/gzip\r\nContent-Disposition: attachment; filename=a.gz\r\nContent-Transfer-Encoding: base64\r\n\r\n"+base64.StdEncoding.EncodeToString(bomb.Bytes()))), Envelope{})
	if len(m.Attachments) != 1 || len(m.Attachments[0].Content) != bomb.Len() {
		t.Errorf("%d attachments, want the file as it came: %d bytes", len(m.Attachments), bomb.Len())
	}
	faulttest.Seen(t, "T112", "50 mails in each other; 64 MiB packed into a file", "read %d deep; %d bytes kept as they came", depth, bomb.Len())
}

// TestT113DeepHTML: a page nested deeper than the tree builder of x/net/html
// allows still has its words, and what a part pretends to be makes no text of
// a file.
func TestT113DeepHTML(t *testing.T) {
	m := Parse([]byte(htmlMail(strings.Repeat("<div>", 600)+"deep words"+strings.Repeat("</div>", 600))), Envelope{})
	if m.Text != "deep words" {
		t.Errorf("Text = %q, want the words", m.Text)
	}
	const script = "<html><script>alert(1)</script><p onclick=x>hello</p></html>"
	m = Parse([]byte(multipart("Content-Type: text/html\r\n\r\n"+script, "Content-Type: text/html; name=a.html\r\nContent-Disposition: attachment\r\n\r\n"+script,
		"Content-Type: image/jpeg; name=a.jpg\r\n\r\n"+script, "Content-Type: image/svg+xml\r\n\r\n<svg><script/></svg>")), Envelope{})
	if m.Text != "hello" || len(m.Attachments) != 3 {
		t.Errorf("Text = %q with %d attachments, want hello and 3", m.Text, len(m.Attachments))
	}
	faulttest.Seen(t, "T113", "600 open elements; scripts in a page, in files and in pictures", "all words read, no script among them; files stay files")
}

// TestT114Charsets: every charset, true, unknown or mistaken, yields readable
// text.
func TestT114Charsets(t *testing.T) {
	cases := []struct{ charset, body, want string }{
		{"utf-8", "Z\xc3\xbcrich", "Zürich"},
		{"iso-8859-1", "Z\xfcrich", "Zürich"},
		{"iso-8859-1", "Z\xc3\xbcrich", "Zürich"}, // mistaken
		{"windows-1252", "5 \x80", "5 €"},
		{"iso-8859-15", "5 \xa4", "5 €"},
		{"macintosh", "Z\x9frich", "Zürich"},
		{"koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"},
		{"windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"},
		{"cp866", "\x8f\xe0\xa8\xa2\xa5\xe2", "Привет"},
		{"iso-2022-jp", "\x1b$B$3$s$K$A$O\x1b(B", "こんにちは"},
		{"", "\x1b$B$3$s$K$A$O\x1b(B", "こんにちは"},
		{"shift_jis", "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd", "こんにちは"},
		{"euc-kr", "\xbe\xc8\xb3\xe7", "안녕"},
		{"gb2312", "\xc4\xe3\xba\xc3", "你好"},
		{"gb18030", "\xc4\xe3\xba\xc3", "你好"},
		{"big5", "\xa7A\xa6n", "你好"},
		{"utf-7", "Z+APw-rich", "Zürich"},
		{"utf-16le", "Z\x00\xfc\x00r\x00", "Zür"},
		{"utf-32le", "Z\x00\x00\x00\xfc\x00\x00\x00", "Zü"},
		{"\"utf-8\"", "Z\xc3\xbcrich", "Zürich"},
		{"x-unknown", "Zurich", "Zurich"},
		{"x-unknown", "Z\xc3\xbcrich", "Zürich"},
		{"us-ascii", "Z\xfcrich", "Zürich"},
		{"utf-8", "Z\xfcrich", "Zürich"},
	}
	for _, tt := range cases {
		got, _ := charset.ToUTF8([]byte(tt.body), tt.charset)
		if got != tt.want {
			t.Errorf("toUTF8(%q, %q) = %q, want %q", tt.body, tt.charset, got, tt.want)
		}
	}
	// What the subject is written in, the text without a charset is too.
	for _, subject := range []string{"=?koi8-r?q?=F4=C5=D3=D4?=", "\xd4\xc5\xd3\xd4 \xd0\xd2\xc9\xd7\xc5\xd4"} {
		if m := Parse([]byte("Subject: "+subject+"\r\n\r\n\xf0\xd2\xc9\xd7\xc5\xd4\r\n"), Envelope{}); m.Text != "Привет" {
			t.Errorf("Text below the subject %q = %q, want Привет", subject, m.Text)
		}
	}
	faulttest.Seen(t, "T114", "charsets that are true, mistaken, unknown or missing", "%d texts read as they were meant", len(cases)+2)
}

// TestT115DamagedStructure: of every damage to the structure something readable
// is left.
func TestT115DamagedStructure(t *testing.T) {
	const head = hostileHeader + "Content-Type: multipart/mixed; boundary=abc\r\n\r\n"
	const plain = "Content-Type: text/plain\r\n\r\nhello\r\n"
	cases := map[string]string{
		"a boundary that begins another": hostileHeader + "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/alternative; boundary=aa\r\n\r\n--aa\r\n" + plain + "--aa--\r\n--a--\r\n",
		"no end":                         head + "--abc\r\n" + plain,
		"no delimiter":                   head + "hello\r\n",
		"another boundary":               head + "--xyz\r\n" + plain + "--xyz--\r\n",
		"no boundary":                    hostileHeader + "Content-Type: multipart/mixed\r\n\r\n--abc\r\n" + plain + "--abc--\r\n",
		"base64 that is none":            head + "--abc\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\nhello\r\n--abc--\r\n",
		"unknown encoding":               head + "--abc\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: x-none\r\n\r\nhello\r\n--abc--\r\n",
		"uuencode":                       plainMail("hello\r\nbegin 644 a.txt\r\n#86)C\r\n`\r\nend\r\n"),
		"no empty line":                  head + "--abc\r\nContent-Type: text/plain\r\nhello there, this is the text\r\n--abc--\r\n",
		"a type without its mark":        head + "--abc\r\nContent-Type: text/plain\r\n charset=utf-8\r\n\r\nhello\r\n--abc\r\nno field\r\n",
		"PGP in the text":                plainMail("hello\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nhQIO\r\n-----END PGP MESSAGE-----\r\n"),
		"twice in a mixed":               head + "--abc\r\n" + plain + "--abc\r\nContent-Type: text/html\r\n\r\n<p>hello</p>\r\n--abc--\r\n",
	}
	for name, raw := range cases {
		m := Parse([]byte(raw), Envelope{})
		if name == "base64 that is none" {
			continue // its laws are tried; what is left of it is no word
		}
		if strings.Count(m.Text, "hello") != 1 || strings.Count(m.Reply, "hello") != 1 {
			t.Errorf("%s: Text = %q, Reply = %q, want hello once", name, m.Text, m.Reply)
		}
	}
	for name, raw := range cases {
		t.Run(name, func(t *testing.T) { checkLaws(t, Parse([]byte(raw), Envelope{})) })
	}
	faulttest.Seen(t, "T115", "boundaries, ends, encodings and types that are damaged or missing", "%d mails read, each with its text", len(cases))
}
