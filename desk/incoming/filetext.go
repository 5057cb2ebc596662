package incoming

import (
	"strings"

	"maildesk/filetext"
	"maildesk/mailparse"
)

// maxFileText is how much text of the files of one mail the search finds.
const maxFileText = 256 << 10

// searchable returns what the search finds of the files of a mail: their names, a line
// each, and the text of those that can be read, with that of mails that are attached.
// Pictures within a text and those of quoted older mail are no files.
func searchable(msg *mailparse.Message) string {
	var names, texts strings.Builder
	add := func(read func(room int) string) {
		if room := maxFileText - texts.Len(); room > 0 {
			if text := read(room); text != "" {
				texts.WriteString(text + "\n")
			}
		}
	}
	for _, a := range msg.Attachments {
		if a.Inline || a.Quoted {
			continue
		}
		names.WriteString(a.Name + "\n")
		add(func(room int) string { return filetext.Of(a.Name, a.Type, a.Content, room) })
	}
	for _, f := range msg.Forwarded {
		if f.Attachment { // what was passed on within the text is part of that
			add(func(room int) string {
				text := f.From.Name + "\n" + f.From.Address + "\n" + f.Subject + "\n" + f.Text
				return strings.ToValidUTF8(text[:min(len(text), room)], "")
			})
		}
	}
	return names.String() + texts.String()
}

// Searchable returns what the search finds of the files of a mail, from its bytes.
func Searchable(raw []byte) string { return searchable(mailparse.Parse(raw, mailparse.Envelope{})) }
