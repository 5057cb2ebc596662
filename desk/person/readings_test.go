package person

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// zipped returns a file that holds others.
func zipped(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodedAs(t *testing.T, text string, endian unicode.Endianness, bom unicode.BOMPolicy) []byte {
	t.Helper()
	b, err := unicode.UTF16(endian, bom).NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestFilesOfOthers: a file of somebody else that names the person goes with the mail that is cut, whatever it is
// written in; one that cannot be looked into is named; the others stay.
func TestFilesOfOthers(t *testing.T) {
	const text = "Report of Ana Bérg, ana@example.net"
	latin, err := charmap.ISO8859_1.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	hers := map[string][]byte{
		"a.txt": encodedAs(t, text, unicode.LittleEndian, unicode.UseBOM), "b.csv": encodedAs(t, text, unicode.BigEndian, unicode.IgnoreBOM),
		"c.html": []byte("<p>Ana <b>B&eacute;rg</b></p>"), "d.html": []byte("<p>ana&#64;example.net</p>"), "e.txt": latin,
		"f.docx": zipped(t, map[string]string{"word/document.xml": `<w:document xmlns:w="x"><w:p><w:r><w:t>Ana B</w:t></w:r><w:r><w:t>érg</w:t></w:r></w:p></w:document>`}),
		"g.zip":  zipped(t, map[string]string{"readme": text}), "h.zip": zipped(t, map[string]string{"within.zip": string(zipped(t, map[string]string{"readme": text}))}),
		"i.eml": []byte("From: x@example.com\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(text)) + "\n"),
		"j.bin": append([]byte{0, 1, 2, 0xFE}, text...),
	}
	others := map[string][]byte{"mine.txt": []byte("the size of it"), "mine.html": []byte("<p>Diana B&eacute;rger</p>"), "mine.zip": zipped(t, map[string]string{"x": "nothing"})}
	closed := map[string][]byte{"scan.pdf": []byte("%PDF-1.7 \xff\xfe\xfd"), "picture.png": []byte("\x89PNG\r\n\x1a\n\x00\x01"), "letters.pdf": []byte("%PDF-1.4\nstream\n<416E6120>\nendstream\n"), "zeros.pdf": append([]byte("%PDF-1.4\n"), make([]byte, 900)...), "broken.zip": []byte("PK\x03\x04 no")}
	var raw bytes.Buffer
	raw.WriteString("From: Bob <bob@example.com>\nTo: support@example.org\nSubject: files\nMessage-ID: <f@example.com>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nSee the files.\n")
	for _, files := range []map[string][]byte{hers, others, closed} {
		for name, content := range files {
			fmt.Fprintf(&raw, "--x\nContent-Type: application/octet-stream\nContent-Disposition: attachment; filename=%s\nContent-Transfer-Encoding: base64\n\n%s\n", name, base64.StdEncoding.EncodeToString(content))
		}
	}
	raw.WriteString("--x--\n")
	for name, content := range hers {
		if !readingsOfFile(content).in(testEraser().traces.In) {
			t.Errorf("a file of outgoing mails like %s is not found", name)
		}
	}
	e := testEraser()
	c, _ := e.Change(Row{Table: "mail_raw", ID: 22, Mail: 22, Bytes: raw.Bytes()})
	if c.How != ticket.ErasedCut {
		t.Fatalf("the mail is not cut: %q", c.How)
	}
	left := map[string]bool{}
	for _, a := range mailparse.Parse(c.Raw, mailparse.Envelope{}).Attachments {
		left[a.Name] = true
	}
	for name := range hers {
		if left[name] {
			t.Errorf("%s is left", name)
		}
	}
	if len(left) != len(others)+len(closed) {
		t.Errorf("of the others is left %v", left)
	}
	if got := readingsOfMail(c.Raw).closed; len(got) != len(closed) || !strings.Contains(strings.Join(got, " "), "scan.pdf") {
		t.Errorf("not looked into are %q", got)
	}
}
