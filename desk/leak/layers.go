package leak

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"html"
	"io"
)

// unescape takes one layer of escapes off: quoted-printable (RFC 2045 section
// 6.7), percent signs (RFC 3986 section 2.1), RTF (\'2b), JSON (\u002b) and
// entities of HTML, each wherever it stands.
func unescape(content []byte) []byte {
	if !bytes.ContainsAny(content, "=%\\&") {
		return content
	}
	out := make([]byte, 0, len(content))
	for len(content) > 0 {
		next := bytes.IndexAny(content, "=%\\")
		if next < 0 {
			break
		}
		out, content = append(out, content[:next]...), content[next:]
		c, n := escapeAt(content)
		if n == 0 {
			out, content = append(out, content[0]), content[1:]
			continue
		}
		if content = content[n:]; c != 0 {
			out = append(out, c)
		}
	}
	out = append(out, content...)
	if bytes.IndexByte(out, '&') >= 0 {
		out = []byte(html.UnescapeString(string(out)))
	}
	return out
}

// escapeAt reads the escape that content begins with: the character, 0 for a line
// end that is none, and how many bytes it has, 0 where there is no escape.
func escapeAt(content []byte) (c byte, n int) {
	sign := 1
	if content[0] == '\\' {
		sign = 2
	}
	digits := 2
	switch {
	case len(content) < 2:
		return 0, 0
	case content[0] == '=' && content[1] == '\n':
		return 0, 2
	case content[0] == '=' && content[1] == '\r' && len(content) > 2 && content[2] == '\n':
		return 0, 3
	case sign == 2 && content[1] == 'u':
		digits = 4
	case sign == 2 && content[1] != '\'' && content[1] != 'x':
		return 0, 0
	}
	if len(content) < sign+digits {
		return 0, 0
	}
	value, ok := hex(content[sign : sign+digits])
	if !ok || value == 0 || value >= 0x80 {
		return 0, 0
	}
	return byte(value), sign + digits
}

func hex(digits []byte) (n int, ok bool) {
	for _, c := range digits {
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | int(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			n = n<<4 | int(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return n, true
}

// minEncoded is the length of base64 in which an address can hide.
const minEncoded = minTag * 4 / 3

// contained returns what a content has in it that must be opened first: the
// files of a zip (documents of offices are such), a gzip, and stretches of base64.
func (f *search) contained(content []byte) [][]byte {
	if zipped(content) {
		return unzip(content, int64(max(0, f.left/2)))
	}
	if gzipped(content) {
		return gunzip(content, int64(max(0, f.left/2)))
	}
	var all [][]byte
	run := make([]byte, 0, 128)
	flush := func() {
		if len(run) >= minEncoded {
			// A stretch may begin with letters that are no part of it.
			for shift := range 4 {
				cut := run[shift:]
				if len(cut)%4 == 1 {
					cut = cut[:len(cut)-1]
				}
				sample := unbase64(cut[:min(len(cut), 512)])
				if at := bytes.Index(sample, []byte(zipMark)); at >= 0 {
					all = append(all, unbase64(cut)[at:])
				} else if textual(sample) {
					all = append(all, unbase64(cut))
				}
			}
		}
		run = run[:0]
	}
	for i := 0; i < len(content); i++ {
		switch c := content[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/':
			run = append(run, c)
		case c == '-':
			run = append(run, '+') // RFC 4648 section 5
		case c == '_':
			run = append(run, '/')
		case c == '\n', c == '\r', c == '>' && len(run) > 0, c == ' ' && i > 0 && (content[i-1] == '\n' || content[i-1] == '>'):
		default:
			flush()
		}
	}
	flush()
	return all
}

// unbase64 decodes base64 without the marks at its end.
func unbase64(encoded []byte) []byte {
	decoded := make([]byte, base64.RawStdEncoding.DecodedLen(len(encoded)))
	n, _ := base64.RawStdEncoding.Decode(decoded, encoded)
	return decoded[:n]
}

// textual reports whether decoded bytes may be a text: most of what looks like
// base64 is none.
func textual(b []byte) bool {
	odd := 0
	for _, c := range b { // UTF-16 has many zeros
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != 0 || c == 0x7f {
			odd++
		}
	}
	return odd*16 <= len(b)
}

// zipped reports whether a content is a zip.
func zipped(b []byte) bool { return bytes.HasPrefix(b, []byte(zipMark)) }

const zipMark = "PK\x03\x04"

const maxZipped = 1000 // files in a zip that are looked through

// gzipped reports whether a content is compressed with gzip (RFC 1952 section 2.3.1).
func gzipped(b []byte) bool { return bytes.HasPrefix(b, []byte("\x1f\x8b\x08")) }

// gunzip returns what a gzip holds, up to room bytes, and the name in it.
func gunzip(content []byte, room int64) [][]byte {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return nil
	}
	inner, _ := io.ReadAll(io.LimitReader(z, room))
	return [][]byte{[]byte(z.Name), inner}
}

func unzip(content []byte, room int64) [][]byte {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil
	}
	var all [][]byte
	for _, file := range z.File[:min(len(z.File), maxZipped)] {
		r, err := file.Open()
		if err != nil {
			continue
		}
		inner, _ := io.ReadAll(io.LimitReader(r, room))
		r.Close()
		room -= int64(len(inner))
		all = append(all, []byte(file.Name), inner)
	}
	return all
}
