// Package attached has the searchable text of attached files: their names and their words.
//
// [Text] returns it for the index, [OfEntry] for an entry that is indexed again. [Lines] finds for a
// hit the line that matched, and the file it is in.
package attached

import (
	"context"
	"errors"
	"strings"

	"maildesk/filetext"
	"maildesk/mailparse"
	"maildesk/search"
	"maildesk/ticket"
)

// mostText is how much text of the files of one mail the search finds.
const mostText = 256 << 10

// file is a file of a mail, or a mail that is attached to it and has no name of a file.
type file struct {
	name, text string
	isMail     bool
}

// filesOf returns the files of a mail with the text of those that can be read. Pictures
// within a text and those of quoted older mail are no files.
func filesOf(msg *mailparse.Message) (all []file) {
	room := mostText
	add := func(f file, read func(room int) string) {
		if room > 0 {
			if f.text = read(room); f.text != "" {
				room -= len(f.text) + 1
			}
		}
		all = append(all, f)
	}
	for _, a := range msg.Attachments {
		if !a.Inline && !a.Quoted {
			add(file{name: a.Name}, func(room int) string { return filetext.Of(a.Name, a.Type, a.Content, room) })
		}
	}
	for _, f := range msg.Forwarded {
		if f.Attachment { // what was passed on within the text is part of that
			add(file{name: f.Subject, isMail: true}, func(room int) string {
				text := f.From.Name + "\n" + f.From.Address + "\n" + f.Subject + "\n" + f.Text
				return strings.ToValidUTF8(text[:min(len(text), room)], "")
			})
		}
	}
	return all
}

// Text returns what the search finds of the files of a mail: their names, a line each, and
// the text of those that can be read, with that of mails that are attached.
func Text(msg *mailparse.Message) string {
	var names, texts strings.Builder
	for _, f := range filesOf(msg) {
		if !f.isMail {
			names.WriteString(f.name + "\n")
		}
		if f.text != "" {
			texts.WriteString(f.text + "\n")
		}
	}
	return names.String() + texts.String()
}

// TextOf is Text of the bytes of a mail.
func TextOf(raw []byte) string { return Text(mailparse.Parse(raw, mailparse.Envelope{})) }

// OfEntry is Text of the mail of an entry that is filed as another one has it, or indexed anew.
// What the desk wrote by itself has no files, nor has a mail that is not there any more.
func OfEntry(mails ticket.MailReader, e ticket.Entry) (string, error) {
	if e.Mail == 0 || e.Kind == ticket.EntrySystem {
		return "", nil
	}
	raw, err := mails.Raw(e.Mail)
	if errors.Is(err, ticket.ErrNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return TextOf(raw), nil
}

// mostRead bounds the mails that are read to find the lines of one page of hits, in bytes.
// Where more would be needed, a hit is without its line.
const mostRead = 4 << 20

// Lines finds the lines of the hits of one page.
type Lines struct {
	Mails ticket.MailReader
	Query ticket.Query // that found them

	read int64 // bytes of mails
}

// Of returns the line of a hit that matched and the name of the file in which it stands, else
// "". Where the name is what matched, there is no line; where the words stand in several
// texts, there is neither. A query for files without words has the name of the first one.
func (l *Lines) Of(h ticket.Hit) (line, name string, err error) {
	terms := l.Query.All
	if line = search.LineOf(h, terms); line != "" || h.Entry.Mail == 0 || len(terms) == 0 && !l.Query.Files {
		return line, "", nil
	}
	m, err := l.Mails.Mail(h.Entry.Mail)
	if err == nil && l.read+m.Size > mostRead {
		return "", "", nil
	}
	var raw []byte
	if err == nil {
		l.read += m.Size
		raw, err = l.Mails.Raw(m.ID)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return "", "", err
	}
	if err != nil { // the ticket is found all the same
		return "", "", nil
	}
	most := 0
	if len(terms) == 0 {
		most = -1
	}
	for _, f := range filesOf(mailparse.Parse(raw, mailparse.Envelope{})) {
		found, n := search.BestLine(f.text, terms)
		if _, named := search.BestLine(f.name, terms); named >= n {
			found, n = "", named
		}
		if n > most {
			line, name, most = found, f.name, n
		}
	}
	return line, name, nil
}
