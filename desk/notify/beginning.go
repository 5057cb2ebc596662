package notify

import "strings"

// beginning returns the beginning of a text: whole paragraphs or else lines, of up to so many
// bytes, and a mark where that is not all.
func beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	text = strings.ToValidUTF8(text[:most], "")
	for _, between := range []string{"\n\n", "\n", " "} {
		if at := strings.LastIndex(text, between); at > most/2 {
			text = text[:at]
			break
		}
	}
	return strings.TrimSpace(text) + "\n…"
}
