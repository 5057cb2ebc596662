package transfer

import (
	"bytes"
	"strings"
)

// maxBegins is how many lines that may begin a file are looked at.
const maxBegins = 2 * maxFiles

// maxFiles bounds the files of one text.
const maxFiles = 500

// File is a file that a text carries.
type File struct {
	Name    string // as it is written
	Content []byte
}

// UUFiles finds the files that a text carries between "begin MODE NAME" and
// "end" lines, as mail did before MIME. It returns the text without them.
func UUFiles(text string) (rest string, files []File) {
	if !strings.Contains(text, "begin ") {
		return text, nil
	}
	var out strings.Builder
	for range maxBegins {
		start := uuBegin(text)
		if start < 0 {
			break
		}
		name, content, length := uuFile(text[start:])
		if length == 0 || len(files) >= maxFiles {
			line, after, _ := strings.Cut(text[start:], "\n")
			out.WriteString(text[:start])
			out.WriteString(line + "\n")
			text = after
			continue
		}
		out.WriteString(text[:start])
		files = append(files, File{Name: name, Content: content})
		text = text[start+length:]
	}
	if len(files) == 0 {
		return out.String() + text, nil
	}
	return out.String() + text, files
}

// UU decodes a body that is one uuencoded file.
func UU(body []byte) (name string, content []byte, ok bool) {
	text := string(bytes.ReplaceAll(body, []byte("\r\n"), []byte("\n")))
	start := uuBegin(text)
	if start < 0 {
		return "", nil, false
	}
	name, content, length := uuFile(text[start:])
	return name, content, length > 0
}

// uuBegin returns the place of the next line "begin 644 name", or -1.
func uuBegin(text string) int {
	for at := 0; ; {
		i := strings.Index(text[at:], "begin ")
		if i < 0 {
			return -1
		}
		i += at
		line, _, _ := strings.Cut(text[i:], "\n")
		mode, name, _ := strings.Cut(strings.TrimPrefix(line, "begin "), " ")
		if (i == 0 || text[i-1] == '\n') && len(mode) >= 3 && len(mode) <= 4 && strings.Trim(mode, "01234567") == "" && strings.TrimSpace(name) != "" {
			return i
		}
		at = i + len("begin ")
	}
}

// uuFile decodes the file at the beginning of text; length is 0 when it is none
// or is broken.
func uuFile(text string) (name string, content []byte, length int) {
	line, rest, _ := strings.Cut(text, "\n")
	_, name, _ = strings.Cut(strings.TrimPrefix(line, "begin "), " ")
	for rest != "" {
		line, rest, _ = strings.Cut(rest, "\n")
		line = strings.TrimRight(line, "\r")
		if line == "end" {
			return strings.TrimSpace(name), content, len(text) - len(rest)
		}
		got, ok := uuLine(line)
		if !ok {
			return "", nil, 0
		}
		content = append(content, got...)
	}
	return "", nil, 0
}

// uuLine decodes one line: its length, then four characters for three bytes.
func uuLine(line string) ([]byte, bool) {
	if line == "" || line == "`" {
		return nil, true
	}
	n := int(line[0]-' ') & 0x3f
	line = line[1:]
	if len(line)*3/4 > n+6 || line != "" && strings.IndexFunc(line, func(r rune) bool { return r < ' ' || r > '`' }) >= 0 {
		return nil, false
	}
	out := make([]byte, 0, n+3)
	for len(out) < n {
		var v uint32
		for i := range 4 {
			v <<= 6
			if i < len(line) {
				v |= uint32(line[i]-' ') & 0x3f // trailing blanks may have been cut
			}
		}
		out = append(out, byte(v>>16), byte(v>>8), byte(v))
		line = line[min(4, len(line)):]
	}
	return out[:n], true
}
