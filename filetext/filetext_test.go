package filetext

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// packed returns an archive of parts: name, content, name, content.
func packed(tb testing.TB, parts ...string) string {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = io.WriteString(w, parts[i+1])
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

const (
	word  = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	show  = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	open  = "application/vnd.oasis.opendocument.text"
)

func TestOf(t *testing.T) {
	const paragraphs = `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="x"><w:body><w:p><w:r><w:t>The prin</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">ter &amp; its</w:t></w:r><w:r><w:tab/><w:t>tray</w:t></w:r></w:p>` +
		`<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>Größe</w:t></w:r><w:r><w:delText>gone</w:delText></w:r></w:p></w:body></w:document>`
	doc := packed(t, "[Content_Types].xml", "<Types/>", "word/styles.xml", "<w:t>style</w:t>", "word/footer1.xml", "<w:ftr><w:p><w:t>page foot</w:t></w:p></w:ftr>", "word/document.xml", paragraphs)
	const docText = "The printer & its tray\nGröße\n\npage foot\n\n"
	book := packed(t, "xl/worksheets/sheet10.xml", `<row><c t="inlineStr"><is><t>ten</t></is></c></row>`, "xl/worksheets/sheet2.xml", `<row><c r="A1" t="s"><v>7</v></c><c r="B1"><v>4711.5</v></c><c t="str"><f>A1</f><v>sum</v></c></row>`,
		"xl/sharedStrings.xml", `<sst><si><t>Invoice</t></si><si><r><t>over</t></r><r><t>due</t></r></si></sst>`)
	slides := packed(t, "ppt/slides/slide1.xml", `<p:sld><a:p><a:r><a:t>Agenda</a:t></a:r><a:br/><a:r><a:t>Costs</a:t></a:r></a:p></p:sld>`, "ppt/media/image1.png", "PNG")
	libre := packed(t, "mimetype", open, "content.xml", `<office:text><text:h>Plan</text:h><text:p>one<text:s/>two <text:span>th</text:span>ree</text:p><table:table-cell><text:p>cell</text:p></table:table-cell></office:text>`, "styles.xml", "<text:p>style</text:p>")
	const page = `<html><head><title>Order</title><style>p { color: red }</style></head><body><p>Pay <b>n</b>ow<br>or&nbsp;later</p><script>alert("x")</script><img alt="a" src="data:image/png;base64,AAAA"></body></html>`
	for name, tt := range map[string]struct{ name, media, content, want string }{
		"text":                       {"a.log", "text/plain", "refused", "refused"},
		"csv":                        {"a.csv", "text/csv", "é;b", "é;b"},
		"markdown":                   {"a.md", "text/markdown", "# A", "# A"},
		"a calendar":                 {"a.ics", "text/calendar", "SUMMARY:Move", "SUMMARY:Move"},
		"json":                       {"a", "application/problem+json", `{"a":1}`, `{"a":1}`},
		"xml":                        {"a", "application/xml", `<a/>`, `<a/>`},
		"of Windows":                 {"a.txt", "text/plain", "Dr\xfccker \x80", "Drücker €"},
		"UTF-8 with a mark":          {"a.txt", "text/plain", "\xef\xbb\xbfé", "é"},
		"UTF-16":                     {"a.txt", "text/plain", "\xff\xfeA\x00\xe9\x00", "Aé"},
		"bytes called text":          {"a.txt", "text/plain", "a\x00b\x01", ""},
		"a log of an unknown type":   {"error.LOG", "application/octet-stream", "refused", "refused"},
		"a program":                  {"a.exe", "application/octet-stream", "MZ words", ""},
		"a program called text":      {"a.txt", "application/octet-stream", "MZ\x00words", ""},
		"pdf":                        {"a.pdf", "application/pdf", "%PDF words", ""},
		"a page":                     {"a.html", "text/html", page, "\n\n\nOrder\n\n\n\n\nPay now\nor\u00a0later\n\n\n\n"},
		"a page of an unknown type":  {"a.htm", "application/octet-stream", "<p>Dr\xfccker", "\nDrücker"},
		"a page that says UTF-8":     {"a.htm", "text/html", "<meta charset=utf-8><p>Drücker", "\n\nDrücker"},
		"docx":                       {"a.docx", word, doc, docText},
		"docx by its name":           {"a.DOCX", "application/zip", doc, docText},
		"docx as of the old program": {"a.docx", "application/msword", doc, docText},
		"doc":                        {"a.doc", "application/msword", "\xd0\xcf\x11\xe0 words", ""},
		"xlsx":                       {"a.xlsx", sheet, book, "Invoice\noverdue\n\n\n4711.5\nsum\n\n\nten\n\n\n"},
		"pptx":                       {"a.pptx", show, slides, "Agenda Costs\n\n"},
		"odt":                        {"a.odt", open, libre, "Plan\none two three\ncell\n\n"},
		"another archive":            {"a.zip", "application/zip", doc, ""},
		"no archive":                 {"a.docx", word, "PK words", ""},
		"an encrypted document":      {"a.docx", word, "\xd0\xcf\x11\xe0 EncryptedPackage", ""},
	} {
		got := Of(tt.name, tt.media, []byte(tt.content), 1000)
		if tt.name == "a.html" || strings.HasSuffix(tt.name, ".xlsx") {
			got, tt.want = strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields(tt.want), " ")
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// TestHostile: of files that were made to cost, what stands before the bound is found, what
// stands behind it is not, and nothing is read without an end.
func TestHostile(t *testing.T) {
	text := func(s string) string { return "<w:p><w:t>" + s + "</w:t></w:p>" }
	padding := strings.Repeat("<w:x/>", mostUnpacked/6)
	many := []string{"word/document.xml", text("first")}
	for i := range 2 * mostParts {
		many = append(many, fmt.Sprintf("word/header%d.xml", i+100), text("head"))
	}
	crowd := []string{}
	for i := range mostDirectory / 50 {
		crowd = append(crowd, fmt.Sprint("word/", i), "")
	}
	for name, tt := range map[string]struct {
		content string
		want    []string // words
	}{
		"much that is no text":     {packed(t, "word/document.xml", text("before")+padding+text("behind")), []string{"before"}},
		"in several parts":         {packed(t, "word/document.xml", text("before")+padding, "word/header1.xml", text("behind")), []string{"before"}},
		"a huge element":           {packed(t, "word/document.xml", text("before")+"<w:x a='"+strings.Repeat("a", mostElement)+"'/>"+text("behind")), []string{"before"}},
		"elements in elements":     {packed(t, "word/document.xml", strings.Repeat("<w:p>", 500_000)+text("deep")), []string{"deep"}},
		"entities of entities":     {packed(t, "word/document.xml", `<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>`+text("&b;")+text("after")), []string{"]>", "&b;", "after"}},
		"a file of another place":  {packed(t, "word/document.xml", `<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>`+text("&a;")), []string{"]>", "&a;"}},
		"a part twice":             {packed(t, "word/document.xml", text("one"), "word/document.xml", text("two")), []string{"one"}},
		"many parts":               {packed(t, many...), append([]string{"first"}, strings.Fields(strings.Repeat("head ", mostParts-1))...)},
		"more parts than are read": {packed(t, append(crowd, "word/document.xml", text("no"))...), nil},
		"cut off":                  {packed(t, "word/document.xml", text("all"))[:80], nil},
		"names outside":            {packed(t, "../word/document.xml", text("no"), "/word/document.xml", text("no")), nil},
	} {
		got := strings.Fields(strings.ReplaceAll(Of("a.docx", word, []byte(tt.content), 1<<20), "]>", " ]> "))
		if len(tt.want) > 0 && tt.want[0] == "]>" && len(got) > 0 && got[0] != "]>" {
			tt.want = tt.want[1:] // whether the end of a declaration is text does not matter
		}
		if strings.Join(got, " ") != strings.Join(tt.want, " ") {
			t.Errorf("%s: %.80q, want %.80q", name, got, tt.want)
		}
	}
}

// TestSharedBytes: parts that lie upon each other are not unpacked again and again.
func TestSharedBytes(t *testing.T) {
	var stream bytes.Buffer
	w, _ := flate.NewWriter(&stream, flate.NoCompression)
	for range 200_000 { // blocks of no bytes
		_ = w.Flush()
	}
	_, _ = io.WriteString(w, "<w:p><w:t>end</w:t></w:p>")
	_ = w.Close()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	part, err := z.CreateRaw(&zip.FileHeader{Name: "word/document.xml", Method: zip.Deflate, CompressedSize64: uint64(stream.Len()), UncompressedSize64: 25})
	if err == nil {
		_, err = part.Write(stream.Bytes())
	}
	if err = cmpErr(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	source := &limited{from: bytes.NewReader(b.Bytes()), left: mostDirectory}
	archive, err := zip.NewReader(source, int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	source.left = int64(b.Len()) + 10_000
	for i, want := range []bool{true, false} {
		r, err := archive.File[0].Open()
		if err == nil {
			_, err = io.Copy(io.Discard, r)
		}
		if (source.left > 0) != want {
			t.Errorf("read %d times: %v, %d bytes left", i+1, err, source.left)
		}
	}
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// FuzzOf: whatever a file is called and has, its text is valid, no longer than was asked
// for, without a NUL, and the same each time.
func FuzzOf(f *testing.F) {
	f.Add("a.txt", "text/plain", []byte("Dr\xfccker"), 10)
	f.Add("a.html", "text/html", []byte("<p>a<script>b</script>&nbsp;"), 10)
	f.Add("a.docx", word, []byte(packed(f, "word/document.xml", "<w:p><w:t>a</w:t></w:p>")), 10)
	f.Add("a.ods", "application/octet-stream", []byte(packed(f, "content.xml", "<text:p>a&#0;</text:p>")), 10)
	f.Fuzz(func(t *testing.T, name, media string, content []byte, most int) {
		most = max(0, min(most, 1<<16))
		text := Of(name, media, content, most)
		if len(text) > most || !utf8.ValidString(text) || strings.Contains(text, "\x00") {
			t.Errorf("%d of at most %d bytes: %q", len(text), most, text)
		}
		if again := Of(name, media, content, most); again != text {
			t.Errorf("%q, then %q", text, again)
		}
	})
}

// BenchmarkBomb: what a hostile document costs.
func BenchmarkBomb(b *testing.B) {
	bomb := []byte(packed(b, "word/document.xml", strings.Repeat("<w:x/>", 4*mostUnpacked/6)))
	b.ReportAllocs()
	for b.Loop() {
		Of("a.docx", word, bomb, 256<<10)
	}
}
