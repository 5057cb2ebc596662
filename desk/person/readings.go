package person

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"maildesk/filetext"
	"maildesk/mailparse"
)

// What is looked into of a file is bounded.
const (
	mostText    = 4 << 20 // bytes of text
	mostFiles   = 200     // in one that holds others
	mostWithin  = 3       // files and mails that lie in each other
	mostInTotal = 16 << 20
)

// readings gathers the texts that people may read in a mail, or in a file.
type readings struct {
	texts  []string
	closed []string // names of files that could not be looked into
}

// readingsOfMail returns what stands in a mail: in its fields, its text in each reading, and its files.
func readingsOfMail(raw []byte) (r readings) {
	r.mail(raw, 0)
	return r
}

// readingsOfFile returns what stands in a file of which nothing but the bytes is known, or these in base64.
func readingsOfFile(content []byte) (r readings) {
	lines := bytes.Map(func(c rune) rune {
		if c == '\r' || c == '\n' {
			return -1
		}
		return c
	}, content)
	if file, err := base64.StdEncoding.DecodeString(string(lines)); err == nil {
		content = file
	}
	r.file("", "", content, 0)
	return r
}

func (r *readings) add(texts ...string) {
	for _, text := range texts {
		if text != "" {
			r.texts = append(r.texts, text)
		}
	}
}

func (r *readings) mail(raw []byte, within int) {
	r.add(strings.ToValidUTF8(string(raw), "\uFFFD"))
	if !isEncoded(raw) {
		return
	}
	m := mailparse.Parse(raw, mailparse.Envelope{})
	for _, f := range m.Header {
		r.add(f.Value)
	}
	r.add(m.Text, m.HTML, m.Whole(), m.Reply)
	for _, a := range m.Attachments {
		r.add(a.Name)
		if !r.file(a.Name, a.Type, a.Content, within+1) {
			r.closed = append(r.closed, a.Name)
		}
	}
}

// file adds what stands in a file, and reports whether it could be looked into.
func (r *readings) file(name, media string, content []byte, within int) (open bool) {
	if within > mostWithin || len(content) > mostInTotal {
		return false
	}
	head := content[:min(len(content), 512)]
	switch {
	case len(content) == 0:
		return true
	case media == "message/rfc822" || strings.EqualFold(path.Ext(name), ".eml"):
		r.mail(content, within)
		return true
	case bytes.HasPrefix(content, []byte("PK\x03\x04")):
		return r.archive(content, within)
	case bytes.Contains(content[:min(len(content), 1024)], []byte("%PDF-")):
		r.add(strings.ToValidUTF8(string(content), "\uFFFD"))
		return false // its texts are compressed or encoded, also where all of its bytes are letters
	case bytes.IndexByte(head, 0) >= 0, bytes.HasPrefix(content, []byte{0xFF, 0xFE}), bytes.HasPrefix(content, []byte{0xFE, 0xFF}):
		return r.wide(content)
	case utf8.Valid(content):
		r.add(string(content))
		if name == "" && within < mostWithin && mailparse.ShownFrom(content).Address != "" {
			r.mail(content, within+1)
		}
		if bytes.IndexByte(content, '<') >= 0 {
			r.add(filetext.Of("", "text/html", content, mostText))
		}
		return true
	}
	r.add(strings.ToValidUTF8(string(content), "\uFFFD"))
	text := filetext.Of(name, media, content, mostText)
	r.add(text)
	return text != ""
}

// wide adds text of two bytes a character, whichever comes first, and reports whether it is any: the first bytes
// say so, or a quarter of all are zeros. In other bytes it is looked for as it stands.
func (r *readings) wide(content []byte) bool {
	for _, end := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		if text, err := unicode.UTF16(end, unicode.UseBOM).NewDecoder().Bytes(content[:len(content)&^1]); err == nil {
			r.add(string(text))
		}
	}
	r.add(strings.ToValidUTF8(string(content), "\uFFFD"))
	return bytes.HasPrefix(content, []byte{0xFF, 0xFE}) || bytes.HasPrefix(content, []byte{0xFE, 0xFF}) || bytes.Count(content, []byte{0})*4 >= len(content)
}

// archive adds what stands in the files of one that holds others, as documents do.
func (r *readings) archive(content []byte, within int) (open bool) {
	text := filetext.Of("a.docx", "", content, mostText)
	r.add(text)
	all, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil || len(all.File) > mostFiles {
		return text != ""
	}
	open, left := true, int64(mostText)
	for _, f := range all.File {
		r.add(f.Name)
		if f.FileInfo().IsDir() {
			continue
		}
		part, err := readPart(f, left)
		left -= int64(len(part))
		known := err == nil && left > 0 && r.file(f.Name, "", part, within+1)
		open = open && (known || text != "")
	}
	return open
}

// readPart reads up to so many bytes of a file.
func readPart(f *zip.File, most int64) ([]byte, error) {
	from, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer from.Close()
	return io.ReadAll(io.LimitReader(from, most))
}

// in reports whether one of the texts has something.
func (r readings) in(has func(string) bool) bool { return slices.ContainsFunc(r.texts, has) }
