package filetext

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Of returns the text of a file: at most so many bytes, in UTF-8, and none where it is no
// file that can be read or says that it is one and is not. name is that of the file, media
// its media type in lower case.
func Of(name, media string, content []byte, most int) string {
	var text string
	switch kindOf(name, media) {
	case plain:
		text = decoded(content[:min(len(content), most)])
	case markup:
		text = htmlText(content, most)
	case office:
		text = officeText(content, most)
	}
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	return text
}

// kind is how a file is read. Closed set.
type kind int

const (
	unread kind = iota
	plain
	markup // HTML
	office
)

// vague are media types that say nothing of what is in a file, or that it is zipped: its
// name does.
var vague = []string{"", "application/octet-stream", "application/x-download", "application/force-download", "application/zip", "application/x-zip-compressed", "application/binary"}

// extensions are the names of files by which they are read where the media type is vague.
var extensions = map[string]kind{
	".txt": plain, ".log": plain, ".csv": plain, ".tsv": plain, ".md": plain, ".json": plain, ".xml": plain, ".yaml": plain, ".yml": plain, ".toml": plain, ".ini": plain, ".cfg": plain,
	".conf": plain, ".sql": plain, ".ics": plain, ".vcf": plain, ".reg": plain,
	".html": markup, ".htm": markup, ".xhtml": markup,
	".docx": office, ".docm": office, ".dotx": office, ".xlsx": office, ".xlsm": office, ".xltx": office, ".pptx": office, ".pptm": office, ".ppsx": office, ".odt": office, ".ott": office, ".ods": office, ".odp": office,
}

// kindOf returns how a file is read, by its media type (RFC 6838) and, where that is vague,
// by its name.
func kindOf(name, media string) kind {
	if slices.Contains(vague, media) {
		return extensions[strings.ToLower(path.Ext(name))]
	}
	top, sub, _ := strings.Cut(media, "/")
	switch {
	case media == "text/html" || media == "application/xhtml+xml":
		return markup
	case top == "text":
		return plain
	case top != "application":
		return unread
	case strings.HasPrefix(sub, "vnd.openxmlformats-officedocument."), strings.HasPrefix(sub, "vnd.oasis.opendocument."), strings.HasSuffix(sub, ".macroenabled.12"):
		return office
	case slices.Contains([]string{"json", "xml", "csv", "x-ndjson", "yaml", "x-yaml", "toml", "sql"}, sub), strings.HasSuffix(sub, "+json"), strings.HasSuffix(sub, "+xml"):
		return plain
	}
	// QUIRK: some programs send a new document with the media type of the old kind.
	if by := extensions[strings.ToLower(path.Ext(name))]; by == office {
		return by
	}
	return unread
}

// decoded returns the text of bytes: UTF-8, UTF-16 where the first bytes say so, else what
// Windows writes in the west. It is empty where they are no text.
func decoded(content []byte) string {
	if end := len(content); end > 0 && !utf8.Valid(content) {
		for cut := 1; cut < utf8.UTFMax && cut < end; cut++ { // a character was cut in two
			if utf8.Valid(content[:end-cut]) {
				content = content[:end-cut]
				break
			}
		}
	}
	fallback := transform.Transformer(charmap.Windows1252.NewDecoder())
	if utf8.Valid(content) {
		fallback = unicode.UTF8.NewDecoder()
	}
	text, _, err := transform.Bytes(unicode.BOMOverride(fallback), content)
	if err != nil || bytes.IndexByte(text, 0) >= 0 {
		return ""
	}
	return string(text)
}
