// Package mailtext is what mail programs read of a mail to answer it, and what mail servers
// write. It is for tests only.
//
// Begin with [Glance].
package mailtext

import (
	"bytes"
	"fmt"
	"mime"
	"net/mail"
	"regexp"
	"strings"
)

// Header is what a mail program needs of a mail to answer it.
type Header struct{ Subject, AnswerTo, Unsubscribe string }

// Glance reads the header of a mail of the desk.
func Glance(raw []byte) Header {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Header{} // then nobody answers it
	}
	var decoder mime.WordDecoder
	subject, err := decoder.DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		subject = m.Header.Get("Subject")
	}
	for _, field := range []string{"Reply-To", "From"} {
		if list, err := m.Header.AddressList(field); err == nil {
			return Header{subject, list[0].Address, m.Header.Get("List-Unsubscribe")}
		}
	}
	return Header{Subject: subject}
}

// signed is an address in a mail of the desk that stands for an action.
var signed = regexp.MustCompile(`(?:support|sales)\+t[0-9]+-[a-z0-9]+-([a-z]+)@example\.org`)

// SignedAddress returns the address in a mail of the desk that does an action; empty: none
// is offered.
func SignedAddress(raw []byte, action string) string {
	for _, m := range signed.FindAllSubmatch(bytes.ReplaceAll(raw, []byte("=\r\n"), nil), -1) {
		if string(m[1]) == action {
			return string(m[0])
		}
	}
	return ""
}

// Report makes a mail a delivery report (RFC 3464) of a server: it did not deliver a mail with
// a Message-ID and a subject to somebody. The text of the mail is dropped.
func Report(raw []byte, server, to, id, subject string) []byte {
	head, _, _ := bytes.Cut(raw, []byte("MIME-Version:"))
	return append(bytes.Clone(head), strings.ReplaceAll(fmt.Sprintf(`Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain

Your message could not be delivered.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; %s

Final-Recipient: rfc822; %s
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--part
Content-Type: text/rfc822-headers

Message-ID: %s
Subject: %s

--part--
`, server, to, id, subject), "\n", "\r\n")...)
}
