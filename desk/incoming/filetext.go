package incoming

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"maildesk/mailparse"
)

// maxFileText is how much text of the files of one mail the search finds.
const maxFileText = 256 << 10

// searchable returns what the search finds of the files of a mail: their names, a line
// each, and the text of those that are text. Pictures within a text and those of quoted
// older mail are no files.
func searchable(files []mailparse.Attachment) string {
	var names, texts strings.Builder
	for _, a := range files {
		if a.Inline || a.Quoted {
			continue
		}
		names.WriteString(a.Name + "\n")
		if room := maxFileText - texts.Len(); room > 0 && isText(a.Type) {
			texts.WriteString(textOf(a.Content[:min(len(a.Content), room)]) + "\n")
		}
	}
	return names.String() + texts.String()
}

// isText reports whether files of a media type can be read as text.
func isText(media string) bool {
	kind, sub, _ := strings.Cut(media, "/")
	return kind == "text" || kind == "application" &&
		(slices.Contains([]string{"json", "xml", "csv", "x-ndjson", "yaml", "x-yaml", "toml", "sql"}, sub) || strings.HasSuffix(sub, "+json") || strings.HasSuffix(sub, "+xml"))
}

// textOf returns the text of a file: UTF-8, UTF-16 where its first bytes say so, else what
// Windows writes in the west. It is empty where the file is no text.
func textOf(content []byte) string {
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
