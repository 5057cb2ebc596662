package sign

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"fmt"
	"net/mail"
	"net/textproto"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

// Signer signs mails whose From is in one of its domains, or below it. It is safe for
// concurrent use.
type Signer struct{ domains map[string][]Key }

// Open reads the keys of domains: of each the newest ed25519 and the newest RSA key. A
// domain without a key is an error.
func Open(folder string, domains []string) (*Signer, error) {
	s := &Signer{domains: map[string][]Key{}}
	for _, domain := range domains {
		all, err := Keys(folder, domain)
		if err != nil {
			return nil, fmt.Errorf("keys of %s: %w", domain, err)
		}
		var newest []Key
		kinds := map[bool]bool{}
		for _, k := range all {
			_, edwards := k.Signer.(ed25519.PrivateKey)
			if !kinds[edwards] {
				kinds[edwards] = true
				newest = append(newest, k)
			}
		}
		if len(newest) == 0 {
			return nil, fmt.Errorf("there is no key of %s; make one: maildesk keys dkim %s", domain, domain)
		}
		s.domains[strings.ToLower(domain)] = newest
	}
	return s, nil
}

// signedFields are covered by a signature. Those that stand twice are signed once more
// than they occur, so that none can be added (RFC 6376 section 5.4.2, "oversigning"):
// From above all, and what else is shown or leads an answer.
var signedFields = []string{
	"From", "From", "Reply-To", "Reply-To", "Subject", "Subject", "To", "To", "Cc", "Cc", "Date", "Date", "Message-ID", "Message-ID",
	"In-Reply-To", "In-Reply-To", "References", "References", "MIME-Version", "MIME-Version", "Content-Type", "Content-Type",
	"Content-Transfer-Encoding", "Content-Transfer-Encoding", "Auto-Submitted", "List-Unsubscribe",
}

// Sign returns a mail with its signatures above it; the mail as it is where its From is
// in no domain that has a key. The signatures say the time, so those of a second try
// are others; the mail below them is the same.
func (s *Signer) Sign(raw []byte) ([]byte, error) {
	keys := s.keysOf(raw)
	var signed []byte
	for _, k := range keys {
		signer, err := dkim.NewSigner(&dkim.SignOptions{
			Domain: k.Domain, Selector: k.Selector, Signer: k.Signer, HeaderKeys: signedFields,
			HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		})
		if err != nil {
			return nil, fmt.Errorf("sign for %s: %w", k.Domain, err)
		}
		_, err = signer.Write(raw)
		if closed := signer.Close(); err == nil {
			err = closed
		}
		if err != nil {
			return nil, fmt.Errorf("sign for %s: %w", k.Domain, err)
		}
		signed = append(signed, signer.Signature()...)
	}
	return append(signed, raw...), nil
}

// keysOf returns the keys for the domain in From, or for the nearest above it.
func (s *Signer) keysOf(raw []byte) []Key {
	header, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(raw))).ReadMIMEHeader()
	if err != nil {
		return nil
	}
	from, err := mail.ParseAddress(header.Get("From"))
	if err != nil {
		return nil
	}
	domain := strings.ToLower(from.Address[strings.LastIndexByte(from.Address, '@')+1:])
	for domain != "" {
		if keys := s.domains[domain]; keys != nil {
			return keys
		}
		_, domain, _ = strings.Cut(domain, ".")
	}
	return nil
}
