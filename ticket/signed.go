package ticket

import (
	"fmt"
	"time"
)

// Signed is what the signature of a mail shows that its writer made by S/MIME (RFC 8551) or OpenPGP (RFC
// 3156), compared with the keys that the configuration has of the agent in From.
type Signed struct {
	By     string       `json:"by"`   // that agent
	Form   string       `json:"form"` // "S/MIME" or "OpenPGP"
	Result SignedResult `json:"result"`
	Key    string       `json:"key,omitempty"`    // the short id of the key that made it
	Detail string       `json:"detail,omitempty"` // more of why it does not count, for admins
	At     time.Time    `json:"at,omitzero"`      // when it was made, as it says
	Digest string       `json:"digest,omitempty"` // of key, time and signed bytes, in hexadecimal: that of a copy is the same
	First  MailID       `json:"first,omitempty"`  // the mail that came with the same signature before; 0: none
}

// SignedResult says whether a signature holds, and else why not. Closed set.
type SignedResult string

// The results.
const (
	SignedHolds      SignedResult = "pass"
	SignedBroken     SignedResult = "broken"     // the mail is not as it was signed, or not signed as a whole
	SignedUnreadable SignedResult = "unreadable" // not a signature that the desk can read, or over a bound
	SignedUnknownKey SignedResult = "unknown-key"
	SignedExpired    SignedResult = "expired" // or revoked: the key
	SignedWeak       SignedResult = "weak"
	SignedOtherTime  SignedResult = "other-time" // it was not made at about the time at which the mail came
)

// Holds reports whether the signature is one of the agent's, made for the whole of this mail, which is the
// first that came with it.
func (s *Signed) Holds() bool { return s != nil && s.Result == SignedHolds && s.First == 0 }

// Words returns that in one line, for admins.
func (s Signed) Words() string {
	switch {
	case s.Holds():
		return fmt.Sprintf("signed by %s's key %s (%s)", s.By, s.Key, s.Form)
	case s.Result == SignedHolds:
		return fmt.Sprintf("signed by %s's key %s (%s), which does not count: mail %d came with the same signature", s.By, s.Key, s.Form, s.First)
	}
	words := fmt.Sprintf("the %s signature does not count: %s", s.Form, s.Result)
	if s.Detail != "" {
		words += " (" + s.Detail + ")"
	}
	return words
}
