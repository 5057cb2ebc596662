package mailparse

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"strings"
	"time"

	"maildesk/mailparse/address"
	"maildesk/mailparse/header"
)

// Glance is what custody needs of a mail before it is understood.
type Glance struct {
	// Fingerprint names the mail that a delivery carries: two deliveries of one
	// mail have the same one, whatever hops added to the header, and two mails
	// differ even when they pretend to the same Message-ID. It covers the
	// strict From (as written when there is none), Message-ID, Date, Subject
	// and the body; of a mail that has none of these fields, all of it. CRLF
	// and LF, folding and empty lines at the end do not count, so that a copy
	// from a pipe or an IMAP server is known again.
	Fingerprint [32]byte
	MessageID   string // as in [Message]
	Hops        int    // Received fields (RFC 5321 section 6.3)
}

// GlanceAt reads the header of a mail, as far as the guard allows, and sums up
// its body. It never fails.
func GlanceAt(raw []byte) Glance {
	head := raw[:min(len(raw), maxHeaderBytes)]
	h, rest, _ := header.Read(head)
	body := raw[len(head)-len(rest):]

	from := strings.Join(h.AllRaw("From"), "\n")
	if a, err := ParseIdentity(h.AllRaw("From")); err == nil {
		from = a.Address
	}
	sum := sha256.New()
	named := []string{from, strings.Trim(h.Raw("Message-ID"), "<> "), h.Raw("Date"), h.Raw("Subject")}
	if strings.Join(named, "") == "" {
		body = raw // a text that only looks like a header: every line of it counts
	}
	for _, s := range append([]string{"v1"}, named...) {
		sum.Write([]byte(s))
		sum.Write([]byte{0})
	}
	hashLines(sum, bytes.TrimRight(body, "\r\n"))
	return Glance{
		Fingerprint: [32]byte(sum.Sum(nil)),
		MessageID:   first(header.MessageIDs(h.Raw("Message-ID"))),
		Hops:        len(h.AllRaw("Received")),
	}
}

// Fingerprint returns the fingerprint of a mail, see [Glance].
func Fingerprint(raw []byte) [32]byte { return GlanceAt(raw).Fingerprint }

// SubjectAndDate returns what [Parse] would say of the two fields, without a look
// at the rest of the mail.
func SubjectAndDate(raw []byte) (subject string, date time.Time) {
	h, _, _ := header.Read(raw[:min(len(raw), maxHeaderBytes)])
	return h.Get("Subject"), header.Date(h.Raw("Date"))
}

// ShownFrom returns what [Parse] would return as FromShown for the From field, without a
// look at the rest of the mail.
func ShownFrom(raw []byte) Address {
	h, _, _ := header.Read(raw[:min(len(raw), maxHeaderBytes)])
	if shown := address.List(strings.Join(h.AllRaw("From"), ", ")); len(shown) > 0 {
		return shown[0]
	}
	return Address{}
}

// SubjectOf returns the Subject field of a mail, decoded and unfolded.
func SubjectOf(raw []byte) string {
	h, _, _ := header.Read(raw[:min(len(raw), maxHeaderBytes)])
	return strings.Join(h.All("Subject"), " ")
}

// hashLines writes text with every CRLF as LF.
func hashLines(sum hash.Hash, text []byte) {
	for {
		line, rest, found := bytes.Cut(text, []byte("\r\n"))
		sum.Write(line)
		if !found {
			return
		}
		sum.Write([]byte{'\n'})
		text = rest
	}
}
