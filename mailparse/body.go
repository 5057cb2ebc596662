package mailparse

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"maildesk/flowed"
	"maildesk/mailparse/calendar"
	"maildesk/mailparse/charset"
	"maildesk/mailparse/html"
	"maildesk/mailparse/quote"
	"maildesk/mailparse/room"
	"maildesk/mailparse/tnef"
	"maildesk/mailparse/transfer"
)

// body is what the parts of a mail come to: pieces of text in the order of the
// mail, files, and mails within the mail.
type body struct {
	pieces      []piece
	attachments []Attachment
	drawn       []html.Picture // that stand within pages
	forwarded   []Forwarded
	events      []calendar.Event
	named       *part    // the first text that has a name and is to be shown
	between     []string // names of pictures after the last piece of text
	within      bool     // of a multipart/alternative
	problems    []string
	encrypted   bool // a part is

	cut    bool       // a part has more text than was decoded
	room   *room.Room // for text
	pages  *room.Room // for HTML as it came
	passed *room.Room // for the text of mails that are passed on
}

// shortened reports whether there is more text than was read.
func (b *body) shortened() bool { return b.cut || b.room.Full || b.pages.Full || b.passed.Full }

// gather reads the tree of a mail, with room for its text.
func gather(root *part, left *room.Room) *body {
	b := &body{room: left, pages: &room.Room{Bytes: room.MaxPage, Lines: room.MaxPage}, passed: room.New()}
	b.add(root, nil)
	b.readNamed()
	b.addDrawn()
	b.settle()
	return b
}

func (b *body) text() string {
	var all []string
	for i := range b.pieces {
		text := b.pieces[i].plain
		if strings.TrimSpace(text) == "" {
			text = quote.Render(b.pieces[i].htmlLines(b.room))
		}
		if text = strings.Trim(text, "\n"); strings.TrimSpace(text) != "" {
			all = append(all, b.pieces[i].withMarksLeft(text))
		}
	}
	return strings.Join(append(all, b.invitations()...), "\n\n")
}

func (b *body) html() string {
	var all []string
	for i := range b.pieces {
		if b.pieces[i].html != "" {
			all = append(all, b.pieces[i].html)
		}
	}
	return strings.Join(all, "\n")
}

func (b *body) add(p, parent *part) {
	b.encrypted = b.encrypted || p.encrypted
	for _, problem := range p.problems {
		if !slices.Contains(b.problems, problem) {
			b.problems = append(b.problems, problem)
		}
	}
	switch {
	case p.mediaType == "multipart/alternative":
		b.alternative(p)
	case p.multipart():
		for _, child := range p.children {
			b.add(child, p)
		}
	case b.isBody(p, parent):
		b.addText(p)
	default:
		if b.named == nil && p.disposition == "inline" && isText(p) {
			b.named = p
		}
		b.attach(p, parent)
	}
}

// readNamed reads a text that is to be shown but has the name of a file, where the mail has
// no other: some programs name what their author wrote. The file stays as well.
func (b *body) readNamed() {
	if b.named != nil && len(b.pieces) == 0 {
		b.addText(b.named)
	}
	b.named = nil
}

// alternative takes the text of each kind of one multipart/alternative as one
// piece (RFC 2046 section 5.1.4), and every file in it.
func (b *body) alternative(p *part) {
	inner := &body{within: true, room: b.room, pages: b.pages, passed: b.passed}
	for _, child := range p.children {
		inner.add(child, p)
	}
	inner.readNamed()
	var one piece
	var plain, html []string
	for _, got := range inner.pieces {
		if got.plain != "" {
			plain = append(plain, got.plain)
		}
		switch n := len(html); {
		case got.html == "":
		case n > 0 && saysSame(html[n-1], got.html):
			html[n-1] = got.html // QUIRK: some programs call HTML plain text, and send it as both
		default:
			html = append(html, got.html)
		}
	}
	one.plain, one.html = strings.Join(plain, "\n"), strings.Join(html, "\n")
	if one.plain != "" || one.html != "" {
		b.pieces = append(b.pieces, one)
	}
	b.attachments, b.drawn = append(b.attachments, inner.attachments...), append(b.drawn, inner.drawn...)
	b.forwarded = append(b.forwarded, inner.forwarded...)
	b.events = append(b.events, inner.events...)
	b.cut = b.cut || inner.cut
	b.problems = append(b.problems, inner.problems...)
	b.encrypted = b.encrypted || inner.encrypted
}

// saysSame reports whether two pages have the same words.
func saysSame(a, b string) bool { return a == b || quote.SameWords(html.Text(a), html.Text(b)) }

// isBody reports whether a leaf is text to read rather than a file.
func (b *body) isBody(p, parent *part) bool {
	if !isText(p) {
		return false
	}
	if parent == nil && (p.disposition != "attachment" || isTextName(p.filename)) && !p.isMail() && !isICS(p.filename) {
		return true // QUIRK: some programs call a mail that is nothing but its text a file
	}
	if p.disposition == "attachment" {
		return false
	}
	if p.filename == "" {
		return true
	}
	// QUIRK: some clients name the text itself.
	return p.disposition == "" && len(b.pieces) == 0
}

// isTextName reports whether a file of the name is a text to read.
func isTextName(name string) bool {
	return slices.Contains([]string{"", ".txt", ".text", ".log", ".htm", ".html"}, strings.ToLower(path.Ext(name)))
}

func isText(p *part) bool {
	switch p.mediaType {
	case "text/plain", "text/html", "text/enriched", "text":
		return true
	}
	return false
}

func (b *body) addText(p *part) {
	text := p.text
	if p.doubtful { // whoever knows better can read it
		b.addFile(Attachment{Name: "text-as-it-came.txt", Type: "application/octet-stream", AsCame: true, Content: p.content})
	}
	if p.cut {
		text, b.cut = text+"\n"+room.CutLine+"\n", true
	}
	if p.mediaType == "text/html" && !html.IsPage(text) && !strings.Contains(text, "<") {
		p.mediaType = "text/plain" // QUIRK: some programs call plain text HTML; its lines would be lost
	}
	if p.mediaType == "text/html" || html.IsPage(text) || !b.within && html.EndsLines(text) {
		// QUIRK: some clients say the same thing twice in a multipart/mixed.
		b.drawn = append(b.drawn, p.pictures...)
		if text = b.pages.Cut(text); text == "" {
			return
		}
		if n := len(b.pieces); n > 0 && !b.within && b.pieces[n-1].html == "" && quote.SameWords(b.pieces[n-1].plain, html.Text(text)) {
			b.pieces[n-1].html = text
			return
		}
		b.placePictures()
		b.pieces = append(b.pieces, piece{html: text})
		return
	}
	if p.mediaType == "text/enriched" {
		text = transfer.Enriched(text)
	}
	if strings.EqualFold(p.params["format"], "flowed") {
		text = flowed.Decode(text, strings.EqualFold(p.params["delsp"], "yes"))
	}
	text, files := transfer.UUFiles(text)
	for _, file := range files {
		b.addFile(Attachment{Name: file.Name, Type: "application/octet-stream", Content: file.Content})
	}
	if strings.TrimSpace(text) != "" {
		b.placePictures()
		if text = b.room.Cut(text); text != "" {
			b.pieces = append(b.pieces, piece{plain: text})
		}
	}
}

func (b *body) attach(p, parent *part) {
	switch {
	case p.mediaType == "application/applefile" && parent != nil && parent.mediaType == "multipart/appledouble":
		return // the Finder's half of a file (RFC 1740); the other half is the file
	case p.mediaType == "text/vnd.google.email-reaction+json" && b.within:
		return // the text beside it says the same
	case p.mediaType == "application/ms-tnef" || p.mediaType == "application/vnd.ms-tnef" || strings.EqualFold(p.filename, "winmail.dat"):
		if b.unpackTNEF(p) {
			return
		}
	case p.mediaType == "text/calendar":
		b.addEvents([]byte(p.text))
	case p.mediaType == "application/ics" || isICS(p.filename):
		b.addEvents(p.content)
	case p.isMail() && len(p.children) > 0 && (parent == nil || parent.mediaType != "multipart/report"):
		if len(b.forwarded) < quote.MaxForwarded {
			b.forwarded = append(b.forwarded, forwardedMail(p, b.passed))
		}
	}
	a := Attachment{Name: attachmentName(p.filename), Type: p.mediaType, ContentID: p.contentID, Content: p.content}
	a.Signs = p.mediaType == "application/pgp-signature" && parent != nil && parent.mediaType == "multipart/signed"
	a.Inline = p.disposition != "attachment" && (p.contentID != "" || p.disposition == "inline") && strings.HasPrefix(p.mediaType, "image/")
	if a.Name == "" {
		a.Name = b.madeUpName(p)
	}
	if a.Inline && a.ContentID == "" && len(b.pieces) > 0 {
		b.between = append(b.between, a.Name)
	}
	b.attachments = append(b.attachments, a)
}

// unpackTNEF takes the files out of a winmail.dat, and its text when the mail
// has no other.
func (b *body) unpackTNEF(p *part) bool {
	t, err := tnef.Read(p.content)
	if err != nil {
		b.problems = append(b.problems, err.Error())
	}
	if t == nil {
		return false
	}
	if len(b.pieces) == 0 {
		t.ReadRTF()
	}
	if len(t.Files) == 0 && t.Text == "" && t.HTML == "" {
		return false
	}
	for _, f := range t.Files {
		b.addFile(Attachment{Name: f.Name, Type: f.Type, ContentID: f.ContentID, Content: f.Content})
	}
	if len(b.pieces) == 0 {
		b.pieces = append(b.pieces, piece{plain: b.room.Cut(t.Text), html: b.pages.Cut(t.HTML)})
	}
	return true
}

// addFile adds a file that came out of a text or a container.
func (b *body) addFile(file Attachment) {
	file.Type = charset.CleanLine(file.Type)
	file.ContentID = charset.CleanLine(file.ContentID)
	if file.Name = attachmentName(file.Name); file.Name == "" {
		file.Name = "part-" + strconv.Itoa(len(b.attachments)+1)
	}
	b.attachments = append(b.attachments, file)
}

// attachmentName makes a name from a sender safe to show: the last element of
// a path, without control characters.
func attachmentName(name string) string {
	name = charset.CleanLine(invisible.Replace(name))
	name = path.Base("/" + strings.TrimRight(name, "/"))
	if name == "/" || name == "." || name == ".." {
		return ""
	}
	if len(name) > maxAttachmentName {
		extension := path.Ext(name)
		if len(extension) > maxAttachmentName/4 {
			extension = ""
		}
		name = strings.ToValidUTF8(name[:maxAttachmentName-len(extension)], "") + extension
	}
	return name
}

// invisible characters in a name make it pass for another.
var invisible = strings.NewReplacer(`\`, "/", "\u200b", "", "\u2060", "", "\ufeff", "")

const maxAttachmentName = 255 // bytes; no file system takes more

func (b *body) madeUpName(p *part) string {
	if p.isMail() && len(p.children) > 0 {
		if subject := attachmentName(strings.ReplaceAll(p.children[0].header.Get("Subject"), "/", "-")); subject != "" {
			return subject + ".eml"
		}
	}
	name := "part-" + strconv.Itoa(len(b.attachments)+1)
	if p.mediaType == "text/calendar" {
		name = "invite"
	}
	// The tables of the machine would give other names on other machines.
	if known := mimetype.Lookup(p.mediaType); known != nil {
		name += known.Extension()
	}
	return name
}
