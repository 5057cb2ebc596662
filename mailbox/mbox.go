package mailbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// reader splits a file into mails. An mbox (RFC 4155 appendix A) is a sequence of
// mails, each after a From_ line.
type reader struct {
	in   *bufio.Reader
	read int64 // bytes consumed so far
}

const bufferSize = 64 << 10

func newReader(r io.Reader) *reader {
	return &reader{in: bufio.NewReaderSize(r, bufferSize)}
}

const bom = "\ufeff"

// isMbox reports whether the file begins with a From_ line. It consumes nothing but a
// byte order mark and empty lines before such a line.
func (b *reader) isMbox() bool {
	head, _ := b.in.Peek(bufferSize) // as much as there is
	begin := bytes.TrimLeft(bytes.TrimPrefix(head, []byte(bom)), "\r\n")
	line, next, _ := bytes.Cut(begin, []byte("\n"))
	if !isFrom(line, next) {
		return false
	}
	above, _ := b.in.Discard(len(head) - len(begin))
	b.read = int64(above)
	return true
}

var (
	// fromLine is a From_ line with a date somewhere in it: there are many formats,
	// and no sentence looks like this.
	fromLine = regexp.MustCompile(`^From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\b\d{1,2}:\d{2}\b.*\d`)
	// bareFrom is one without a date.
	// QUIRK: Thunderbird and others write such lines, against RFC 4155.
	bareFrom = regexp.MustCompile(`^From(?: -| [^\s@]+@\S+)? *\r?$`)
	// fieldLine begins a header field (RFC 5322 section 2.2).
	fieldLine = regexp.MustCompile(`^>?(?:[!-9;-~]+[ \t]*:|From )`)
	fromDate  = regexp.MustCompile(`(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*`)
)

// isFrom reports whether a line begins a mail; next is what follows it.
func isFrom(line, next []byte) bool {
	return bytes.HasPrefix(line, []byte("From")) &&
		(fromLine.Match(line) || bareFrom.Match(line) && fieldLine.Match(next))
}

// mails returns the mails of an mbox. Content-Length is ignored: it is wrong too
// often.
func (b *reader) mails(path string, yield func(Item, error) bool) {
	line, _ := b.line()
	for number := 1; ; number++ {
		item := Item{Name: path, Time: dateOf(line)}
		raw, next, err := b.mail()
		item.Raw = raw
		item.Span, b.read = b.read-int64(len(next)), int64(len(next))
		if number > 1 {
			item.Name = fmt.Sprintf("%s#%d", path, number)
		}
		switch {
		case err != nil:
			err = fmt.Errorf("read mail %s: %w", item.Name, err)
			item.Raw = nil
		case len(item.Raw) > MaxMail:
			err = tooLarge(item.Name)
			item.Raw = nil
		}
		if !yield(item, err) || next == nil {
			return
		}
		line = next
	}
}

// mail reads up to the next From_ line, which it returns as next, or to the end,
// when next is nil. One empty line before it belongs to the mbox, not to the mail.
// Of a mail that is too large, it keeps little more than MaxMail.
func (b *reader) mail() (raw, next []byte, err error) {
	var mail bytes.Buffer
	inBody, lineStart := false, true
	for {
		line, err := b.line()
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return withoutLastLine(mail.Bytes()), nil, nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, nil, err
		}
		if lineStart && bytes.HasPrefix(line, []byte("From")) {
			line = bytes.Clone(line)
			following, _ := b.in.Peek(1000)
			if isFrom(bytes.TrimSuffix(line, []byte("\n")), following) {
				return withoutLastLine(mail.Bytes()), line, nil
			}
		}
		if lineStart && inBody && quoted(line) {
			line = line[1:]
		}
		if lineStart && len(bytes.TrimRight(line, "\r\n")) == 0 {
			inBody = true
		}
		lineStart = bytes.HasSuffix(line, []byte("\n"))
		if mail.Len() <= MaxMail {
			mail.Write(line)
		}
	}
}

// line returns the next line with its end, or a piece of a very long one. It is
// valid until the next read.
func (b *reader) line() ([]byte, error) {
	line, err := b.in.ReadSlice('\n')
	b.read += int64(len(line))
	if errors.Is(err, bufio.ErrBufferFull) {
		err = nil
	}
	return line, err
}

// quoted reports whether a line was escaped as >From (mboxo) or >>From (mboxrd)
// because it began with From.
func quoted(line []byte) bool {
	return len(line) > 0 && line[0] == '>' && bytes.HasPrefix(bytes.TrimLeft(line, ">"), []byte("From "))
}

func withoutLastLine(mail []byte) []byte {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if bytes.HasSuffix(mail, []byte(end)) {
			return mail[:len(mail)-len(end)/2]
		}
	}
	return mail
}

// dateOf parses the date of a From_ line, in UTC if it names no zone; zero if it
// cannot be parsed.
func dateOf(line []byte) time.Time {
	text, _, _ := strings.Cut(string(fromDate.Find(line)), "remote from")
	text = strings.Join(strings.Fields(text), " ")
	text = strings.NewReplacer(" GMT", " +0000", " UTC", " +0000").Replace(text)
	for _, layout := range []string{
		"Mon Jan 2 15:04:05 2006", "Mon Jan 2 15:04:05 -0700 2006", "Mon Jan 2 15:04:05 2006 -0700",
		"Mon Jan 2 15:04 2006", "Mon, 2 Jan 2006 15:04:05 -0700",
	} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
