package person

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"slices"
	"strings"

	"maildesk/compose"
	"maildesk/mailparse"
)

// keptFields are the fields of somebody else's mail that stay when it is cut: who wrote it to
// whom, when, and what it answers.
var keptFields = []string{"From", "To", "Cc", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "Subject"}

// cut returns a mail of somebody else without what is of the erased person: their address
// and name are replaced, what it quotes is left out where it has traces of them, and so are
// attachments. What its author newly wrote stays, as plain text, with the other attachments.
func (e *Eraser) cut(raw []byte, near bool) []byte {
	scrub := e.scrubOf(raw, near)
	m := mailparse.Parse(raw, mailparse.Envelope{})
	var out bytes.Buffer
	for _, name := range keptFields {
		for _, f := range m.Header {
			if strings.EqualFold(f.Name, name) {
				switch {
				case near && name == "Subject":
					f.Value = e.traces.ScrubSubject(f.Value)
				case isIDs(name) && scrub(f.Value) == f.Value:
					f.Value = f.ReadableIDs() // which are no words, and have no charset
				}
				if name == "From" && m.From.Address == "" {
					out.WriteString(asWords(f.Name, scrub(f.Value))) // it named nobody, and may not afterwards
					continue
				}
				out.WriteString(field(f.Name, scrub(f.Value)))
			}
		}
	}
	text := m.Reply
	if text == "" || scrub(m.Text) == m.Text {
		text = m.Text
	}
	text = scrub(text)
	var files []mailparse.Attachment
	for _, a := range m.Attachments {
		var r readings
		r.add(a.Name)
		r.file(a.Name, a.Type, a.Content, 0)
		if !r.in(func(text string) bool { return scrub(text) != text }) {
			if scrub(a.Type) != a.Type {
				a.Type = "application/octet-stream"
			}
			files = append(files, a)
		}
	}
	out.WriteString("MIME-Version: 1.0\r\n")
	writeBody(&out, text, files, fmt.Sprintf("erased-%d", e.Erasure))
	return out.Bytes()
}

// scrubOf returns what is done with the texts of a mail: near: of a ticket on which the person takes part.
func (e *Eraser) scrubOf(raw []byte, near bool) func(string) string {
	switch {
	case near:
		return e.traces.ScrubNear
	case e.agent(mailparse.ShownFrom(raw).Address):
		return e.traces.ScrubFar
	}
	return e.traces.Scrub
}

// ids are the fields that hold Message-IDs.
var ids = []string{"Message-ID", "In-Reply-To", "References"}

func isIDs(name string) bool {
	return slices.ContainsFunc(ids, func(id string) bool { return strings.EqualFold(id, name) })
}

// field returns a header field. Addresses and ids stay as they are read, in UTF-8 (RFC 6532); other
// words may need an encoding (RFC 2047), which would make others of these.
func field(name, value string) string {
	out := name + ":"
	var encode []string
	flush := func() {
		if len(encode) > 0 {
			out += encodedWords(strings.Join(encode, " "))
		}
		encode = nil
	}
	for w := range strings.FieldsSeq(value) {
		if !isIDs(name) && (strings.EqualFold(name, "Subject") || !strings.Contains(w, "@")) && needsEncoding(w) {
			encode = append(encode, w)
			continue
		}
		flush()
		out += "\r\n " + w
	}
	flush()
	return strings.Replace(out, ":\r\n ", ": ", 1) + "\r\n"
}

// needsEncoding reports whether a word would not be read as it is written.
func needsEncoding(w string) bool {
	return mime.QEncoding.Encode("utf-8", w) != w || strings.Contains(w, "=?")
}

// encodedWords returns words that stand beside each other as encoded ones, with the blanks between them, as those
// between encoded words do not count (RFC 2047 section 6.2).
func encodedWords(words string) string {
	if q := mime.QEncoding.Encode("utf-8", words); q != words {
		return "\r\n " + strings.ReplaceAll(q, "?= =?", "?=\r\n =?")
	}
	return inBase64(words)
}

// asWords returns a header field with a value that is no address, whatever it looks like.
func asWords(name, value string) string { return name + ":" + inBase64(value) + "\r\n" }

// inBase64 returns encoded words (RFC 2047 section 5), each on a line of its own.
func inBase64(words string) (out string) {
	for part := range slices.Chunk([]rune(words), 10) {
		out += "\r\n =?utf-8?b?" + base64.StdEncoding.EncodeToString([]byte(string(part))) + "?="
	}
	return out
}

// writeBody writes a text and files below the fields of a mail.
func writeBody(out *bytes.Buffer, text string, files []mailparse.Attachment, boundary string) {
	part := func(kind, disposition string, content []byte) {
		fmt.Fprintf(out, "Content-Type: %s\r\n%sContent-Transfer-Encoding: base64\r\n\r\n", kind, disposition)
		out.Write(compose.Attachment{Content: content}.Encode().Encoded)
		out.WriteString("\r\n")
	}
	const plain = "text/plain; charset=utf-8"
	if len(files) == 0 {
		part(plain, "", []byte(text))
		return
	}
	fmt.Fprintf(out, "Content-Type: multipart/mixed; boundary=%q\r\n\r\n--%s\r\n", boundary, boundary)
	part(plain, "", []byte(text))
	for _, f := range files {
		fmt.Fprintf(out, "--%s\r\n", boundary)
		part(f.Type, "Content-Disposition: "+mime.FormatMediaType("attachment", map[string]string{"filename": f.Name})+"\r\n", f.Content)
	}
	fmt.Fprintf(out, "--%s--\r\n", boundary)
}
