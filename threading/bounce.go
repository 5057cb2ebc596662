package threading

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// Sent is what a reverse-path of ours was signed for: the mails of a ticket to
// one participant. Earlier releases signed a reverse-path for each outgoing mail;
// for those only Mail is set.
type Sent struct {
	Ticket, Participant int64
	Mail                int64 // the outgoing mail; 0: Ticket and Participant are set
}

// BounceAddress returns the reverse-path of the mails of a ticket to one
// participant, such as support+b17p5-a….@example.org for the base address
// support@example.org. All these mails share it, so that a greylist recognizes it
// from the second mail on. It does not contain the recipient's address. It fails
// as [Keyring.ReplyAddress] does.
func (k *Keyring) BounceAddress(base string, ticket, participant int64) (string, error) {
	if ticket <= 0 || participant <= 0 {
		return "", fmt.Errorf("make bounce address: bad participant %d or ticket %d", participant, ticket)
	}
	return subaddress(base, bounceTag(k.ring(PurposeReply).newest, Sent{Ticket: ticket, Participant: participant}))
}

// bounceTag returns the part after the plus. The signed text begins with another
// word than that of a reply address, so that neither passes for the other.
func bounceTag(key Key, s Sent) string {
	h := hmac.New(sha256.New, key.Secret)
	what := strconv.FormatInt(s.Mail, 10)
	if s.Mail != 0 {
		fmt.Fprintf(h, "bounce v1 %d", s.Mail)
	} else {
		fmt.Fprintf(h, "bounce v2 %d %d", s.Ticket, s.Participant)
		what = strconv.FormatInt(s.Ticket, 10) + "p" + strconv.FormatInt(s.Participant, 10)
	}
	return "b" + what + "-" + key.ID + encoding.EncodeToString(h.Sum(nil)[:macBytes])
}

// ParseBounceAddress returns what an address was signed for. Case is ignored. ok
// is false when the part after the plus was not signed by this keyring, or names
// a number that was lost since (see [Keys.NextEpoch]).
func (k *Keyring) ParseBounceAddress(addr string) (s Sent, ok bool) {
	at := strings.LastIndexByte(addr, '@')
	plus := strings.LastIndexByte(addr[:max(at, 0)], '+')
	if plus < 1 || at > maxLocalPart {
		return Sent{}, false
	}
	tag := lower(addr[plus+1 : at])
	what, rest, _ := strings.Cut(strings.TrimPrefix(tag, "b"), "-")
	if len(rest) != 1+macLetters {
		return Sent{}, false
	}
	ticket, participant, v2 := strings.Cut(what, "p")
	var err, err2 error
	if v2 {
		s.Ticket, err = strconv.ParseInt(ticket, 10, 64)
		s.Participant, err2 = strconv.ParseInt(participant, 10, 64)
	} else {
		s.Mail, err = strconv.ParseInt(what, 10, 64)
	}
	if err != nil || err2 != nil || s.Mail < 0 || !v2 && s.Mail == 0 || v2 && (s.Ticket <= 0 || s.Participant <= 0) {
		return Sent{}, false
	}
	key, known := k.ring(PurposeReply).key(rest[:1])
	// Signing again and comparing the whole also refuses a second spelling of a number.
	if !known || !hmac.Equal([]byte(bounceTag(key.Key, s)), []byte(tag)) {
		return Sent{}, false
	}
	if s.Mail > key.kept.Mail || v2 && key.lost(Token{Ticket: s.Ticket, Participant: s.Participant}) {
		return Sent{}, false
	}
	return s, true
}
