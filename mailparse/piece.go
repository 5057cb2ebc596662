package mailparse

import (
	"regexp"
	"slices"
	"strings"

	"maildesk/mailparse/html"
	"maildesk/mailparse/quote"
	"maildesk/mailparse/room"
)

// piece is one stretch of the text of a mail: plain text, HTML, or both when
// the mail says the same thing twice (multipart/alternative).
type piece struct {
	plain string
	html  string
	page  []quote.Line // of html, with its links, once it was read
	bare  []quote.Line // of html, without them
	marks func(contentID string) string
	left  []string // marks of pictures, and links, that the page alone has, and whose place in plain is not found
}

// htmlLines reads the HTML, once for the whole text and for what is new in it.
func (p *piece) htmlLines(left *room.Room) []quote.Line {
	if p.page == nil {
		p.page = html.Lines(p.html, html.Options{Links: true, Picture: p.marks}, left)
	}
	return p.page
}

// settle decides, once all parts were seen, what is read of each piece: pictures
// leave a mark where they stood, and a plain text that says clearly less than the
// HTML beside it gives way to it.
func (b *body) settle() {
	again := room.New() // for pages that are read beside a plain text
	names := b.pictures()
	for i := range b.pieces {
		p := &b.pieces[i]
		p.marks = b.mark
		if strings.Contains(p.plain, "[cid:") {
			p.plain = plainMark.ReplaceAllStringFunc(p.plain, func(s string) string {
				if mark := b.mark(s[len("[cid:") : len(s)-1]); mark != "" {
					return "[" + mark + "]"
				}
				return s
			})
		}
		if strings.TrimSpace(p.plain) == "" || p.html == "" {
			continue
		}
		var links []html.Link
		p.bare = html.Lines(p.html, html.Options{Picture: p.marks, Link: func(l html.Link) {
			if len(links) < 10*maxLinks {
				links = append(links, l)
			}
		}}, again)
		if quote.SaysLess(p.plain, p.bare) {
			p.plain = ""
		} else if len(names) > 0 {
			p.plain, p.left = placeMarks(gmailMarks(p.plain, names), p.bare, names)
		}
		if p.plain != "" && len(links) > 0 {
			var left []string
			p.plain, left = placeLinks(p.plain, links)
			p.left = append(p.left, left...)
		}
	}
}

// pictures returns the names of the pictures that may stand in a page of the mail.
func (b *body) pictures() (names []string) {
	for _, a := range b.attachments {
		if a.ContentID != "" && strings.HasPrefix(a.Type, "image/") && !slices.Contains(names, a.Name) && len(names) < maxMarks {
			names = append(names, a.Name)
		}
	}
	return names
}

// withMarksLeft returns a text with the marks of the pictures, and the links, whose place is not found.
func (p *piece) withMarksLeft(text string) string {
	for _, mark := range p.left {
		if !strings.Contains(text, mark) {
			text += "\n\n" + mark
		}
	}
	return strings.TrimLeft(text, "\n")
}

// plainMark is what Outlook writes into plain text in the place of a picture.
var plainMark = regexp.MustCompile(`\[cid:[^\]\s]{1,250}\]`)

// mark returns the name of the picture with a Content-ID that came with the mail.
func (b *body) mark(contentID string) string {
	for _, a := range b.attachments {
		if a.ContentID != "" && strings.EqualFold(a.ContentID, contentID) {
			return a.Name
		}
	}
	return ""
}

// placePictures marks the pictures between two pieces of text, as Apple Mail
// writes them, where they stand.
func (b *body) placePictures() {
	for _, name := range b.between {
		b.pieces = append(b.pieces, piece{plain: b.room.Cut("[" + name + "]\n")})
	}
	b.between = nil
}
