package signed

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message/textproto"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// How far from the time at which a mail came its signature may have been made: mail waits on its way, and clocks differ.
const (
	maxWay   = 24 * time.Hour
	maxAhead = time.Hour
)

// maxDetail is how much is told of why a signature does not count, in bytes: its words are partly a stranger's.
const maxDetail = 120

// Verify verifies the signature of a mail that came at a time, with the pinned keys of the agent in From, who is not
// looked for here. nil: the mail has no signature as a whole, or there are no keys. It never panics, and its work is bounded.
func Verify(agent string, keys []Key, raw []byte, at time.Time) (s *ticket.Signed) {
	if len(keys) == 0 {
		return nil
	}
	m, err := read(raw)
	if errors.Is(err, errNoSignature) || err != nil && m.form == "" {
		return nil
	}
	s = &ticket.Signed{By: agent, Form: m.form, Result: ticket.SignedUnreadable}
	defer func() {
		if p := recover(); p != nil { // of a library
			s = &ticket.Signed{By: agent, Form: m.form, Result: ticket.SignedUnreadable, Detail: "it ended the reader"}
		}
	}()
	if err != nil {
		s.Detail = shortened(err.Error())
		return s
	}
	verify := verifySMIME
	if m.form == OpenPGP {
		verify = verifyOpenPGP
	}
	f := verify(keys, m, at)
	if f.result == ticket.SignedHolds {
		f = timely(f, at)
	}
	if f.result == ticket.SignedHolds && !readsAlike(m, raw, f.content) {
		f = f.but(ticket.SignedBroken, "more is read of the mail than was signed")
	}
	s.Result, s.Detail, s.Key = f.result, shortened(f.detail), f.key.ID
	if !f.at.IsZero() && f.result != ticket.SignedBroken {
		s.At = f.at.UTC()
	}
	if f.result == ticket.SignedHolds {
		s.Digest = digest(f)
	}
	return s
}

// timely is f, where it was made at about the time at which its mail came.
func timely(f found, came time.Time) found {
	switch way := came.Sub(f.at); {
	case way > maxWay:
		return f.but(ticket.SignedOtherTime, "it was made "+f.at.UTC().Format(time.RFC3339)+", long before the mail came")
	case way < -maxAhead:
		return f.but(ticket.SignedOtherTime, "it was made "+f.at.UTC().Format(time.RFC3339)+", after the mail came: the clock of one of the two is wrong")
	}
	return f
}

// digest names a signature by what it covers, since the bytes of one can be changed without breaking it (ECDSA): whoever
// sends what was signed again cannot make it another one.
func digest(f found) string {
	content := sha256.Sum256(f.content)
	sum := sha256.Sum256(fmt.Appendf(nil, "signed mail\x00%s\x00%d\x00%s", f.key.material, f.at.Unix(), content))
	return hex.EncodeToString(sum[:])
}

// readsAlike reports whether the same is read of a mail and of what was signed of it, under the header of the mail. Then
// nobody added words, and no reader of ours takes the mail for another one than the library that verified it did.
func readsAlike(m mail, raw, content []byte) bool {
	h := m.header.Copy()
	for _, name := range []string{"Content-Type", "Content-Transfer-Encoding", "Content-Disposition", "Content-Description", "Content-Id", "Mime-Version"} {
		h.Del(name)
	}
	var b bytes.Buffer
	if textproto.WriteHeader(&b, h) != nil {
		return false
	}
	b.Truncate(b.Len() - len("\r\n"))
	b.WriteString("MIME-Version: 1.0\r\n")
	b.Write(content)
	whole, part := mailparse.Parse(raw, mailparse.Envelope{}), mailparse.Parse(b.Bytes(), mailparse.Envelope{})
	same := func(a, b string) bool { return a == b }
	return same(whole.Text, part.Text) && same(whole.Reply, part.Reply) && same(whole.Hidden, part.Hidden) && same(whole.Remark, part.Remark) &&
		same(whole.From.Address, part.From.Address) && whole.Encrypted == part.Encrypted && whole.Withheld == part.Withheld &&
		len(whole.Forwarded) == len(part.Forwarded) && slices.EqualFunc(files(whole), files(part), func(a, b mailparse.Attachment) bool {
		return a.Name == b.Name && a.Type == b.Type && bytes.Equal(a.Content, b.Content)
	})
}

// files are the attachments of a mail, but for the signature over all of it.
func files(m *mailparse.Message) (all []mailparse.Attachment) {
	for _, a := range m.Attachments {
		if !a.Signs && !a.IsSignature() {
			all = append(all, a)
		}
	}
	return all
}

// shortened returns a line of some length.
func shortened(text string) string {
	text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "?")
	if len(text) > maxDetail {
		text = strings.ToValidUTF8(text[:maxDetail], "") + "…"
	}
	return text
}
