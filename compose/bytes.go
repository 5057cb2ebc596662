package compose

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"maildesk/flowed"
)

// Bytes returns the mail as RFC 5322 bytes: CRLF, no line over 998 octets, the
// same bytes for the same value. Text and HTML are two renderings of one body
// (multipart/alternative), the text with paragraphs that flow (RFC 3676); pictures that
// the HTML shows go with it (multipart/related), other attachments follow
// (multipart/mixed).
//
// It fails when From, To, Date or MessageID is missing or malformed; for an
// address, ReplyTo included, the error is an [*AddressError]. All else is cleaned,
// shortened or left out.
func (m Mail) Bytes() ([]byte, error) {
	raw, _, err := m.BytesAndFiles()
	return raw, err
}

// BytesAndFiles is Bytes and also returns where the encoded content of each
// attachment is: these bytes are the same in every mail that carries the file.
func (m Mail) BytesAndFiles() (raw []byte, files []Span, err error) {
	header, err := m.header()
	if err != nil {
		return nil, nil, fmt.Errorf("compose mail %q: %w", m.MessageID, err)
	}
	var w writer
	body := m.body()
	body.fields = append(header, body.fields...)
	w.Grow(2048 + body.size())
	if err := body.write(&w); err != nil {
		return nil, nil, fmt.Errorf("compose mail %q: %w", m.MessageID, err)
	}
	return w.Bytes(), w.files, nil
}

// writer collects the parts of a mail in the order in which they are written.
type writer struct {
	bytes.Buffer
	files []Span
}

// body is the tree of parts that the mail is made of.
func (m Mail) body() part {
	body := textPart("text/plain; charset=utf-8; format=flowed", flowed.Encode(unixLines(m.Words.Text)))
	pictures, files := m.pictures()
	views := []part{body}
	if m.Words.HTML != "" {
		page := textPart("text/html; charset=utf-8", unixLines(m.Words.HTML))
		if len(pictures) > 0 {
			page = container("related", m.boundary("related"), append([]part{page}, pictures...)...)
		}
		views = append(views, page)
	}
	if m.Calendar.Method != "" { // RFC 6047 section 2.4
		views = append(views, textPart("text/calendar; charset=utf-8; method="+m.Calendar.Method, unixLines(string(m.Calendar.Text))))
	}
	if len(views) > 1 {
		body = container("alternative", m.boundary("alternative"), views...)
	}
	if len(files) == 0 {
		return body
	}
	return container("mixed", m.boundary("mixed"), append([]part{body}, files...)...)
}

// pictures returns the attachments that the HTML shows (RFC 2387), each once, and the
// others.
func (m Mail) pictures() (shown, others []part) {
	have := map[string]bool{}
	for _, a := range m.Attachments {
		id, good := messageID("<" + a.ContentID + ">")
		if !good || have[id] || !strings.Contains(m.Words.HTML, `"cid:`+a.ContentID+`"`) {
			others = append(others, a.part("attachment"))
			continue
		}
		have[id] = true
		picture := a.part("inline")
		picture.fields = append(picture.fields, field{"Content-ID", id})
		shown = append(shown, picture)
	}
	return shown, others
}

// boundary returns the same boundary for the same Message-ID, so that two calls of
// Bytes agree. "=_" cannot occur in a quoted-printable or base64 body (RFC 2045
// section 6.7), and textPart encodes any other body that contains it.
func (m Mail) boundary(subtype string) string {
	sum := sha256.Sum256([]byte(subtype + " " + m.MessageID))
	return "=_" + hex.EncodeToString(sum[:12])
}

// part is one MIME entity: a leaf with content, or a multipart with parts.
type part struct {
	fields   []field
	encoding encoding
	content  []byte
	encoded  []byte // content as it is written, if already encoded
	boundary string // of a multipart
	parts    []part
}

func container(subtype, boundary string, parts ...part) part {
	return part{
		fields:   []field{{"Content-Type", "multipart/" + subtype + `; boundary="` + boundary + `"`}},
		boundary: boundary,
		parts:    parts,
	}
}

// textPart returns a text part: 7bit where that is safe, as it reads best in the
// raw mail, and quoted-printable otherwise.
func textPart(contentType, text string) part {
	p := part{fields: []field{{"Content-Type", contentType}}, encoding: quotedPrintable, content: []byte(text)}
	if plain(text) {
		p.encoding = sevenBit
	}
	return p
}

// unixLines returns a text as valid UTF-8 with LF.
func unixLines(text string) string {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	for _, end := range []string{"\r\n", "\r"} {
		text = strings.ReplaceAll(text, end, "\n")
	}
	return text
}

// maxLine is the longest line sent without encoding. RFC 5322 section 2.1.1 allows
// 998 octets; some relays break lines much earlier.
const maxLine = 500

// plain reports whether text can be sent as 7bit: printable ASCII in short lines,
// and nothing that looks like one of our boundaries.
func plain(text string) bool {
	line := 0
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\n':
			line = 0
		case c == '\t' || ' ' <= c && c <= '~':
			if line++; line > maxLine {
				return false
			}
		default:
			return false
		}
	}
	return !strings.Contains(text, "--=_")
}
