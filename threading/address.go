package threading

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const maxLocalPart = 64 // octets (RFC 5321 section 4.5.3.1.1)

// ReplyAddress returns the address that accepts answers for t, such as
// support+t1042-ac17…@example.org for the base address support@example.org
// (RFC 5233: subaddressing). The tag consists of lower-case letters, digits and
// hyphens. It fails for a token without ticket, participant, role or kind, for a
// base that is not a plain mailbox, and, with ErrTooLong, when the local part
// would exceed 64 octets: a base of up to 30 octets has room for millions of
// tickets. With an action the address ends with it, as support+t1042-ac17…-resolve@
// does, and is signed for it alone: nobody turns one address into another.
func (k *Keyring) ReplyAddress(base string, t Token) (string, error) {
	if t.Ticket <= 0 || t.Participant <= 0 || letter(t) == 'x' || !only(t.Action, letters) {
		return "", fmt.Errorf("make reply address: token %+v is incomplete", t)
	}
	return subaddress(base, replyTag(k.ring(PurposeReply).newest, t))
}

// subaddress appends a tag to the local part of a base address (RFC 5233).
func subaddress(base, tag string) (string, error) {
	at := strings.LastIndexByte(base, '@')
	if at < 1 || at == len(base)-1 || strings.ContainsAny(base, "\"\\<>()[]:;, \t\r\n") {
		return "", fmt.Errorf("make tagged address: %q is not a plain mailbox", base)
	}
	local := base[:at] + "+" + tag
	if len(local) > maxLocalPart {
		return "", fmt.Errorf("make tagged address: %s has %d octets before the @, the limit is 64: %w", local, len(local), ErrTooLong)
	}
	return local + base[at:], nil
}

// ErrTooLong means that a base leaves no room for a token. The base itself is
// then the reply address, and our Message-ID in References identifies the ticket.
var ErrTooLong = errors.New("the base address is too long")

func replyTag(key Key, t Token) string {
	tag := "t" + strconv.FormatInt(t.Ticket, 10) + "-" + body(key, t) + mac(key, PurposeReply, t, t.Action)
	if t.Action != "" {
		tag += "-" + t.Action
	}
	return tag
}

// ParseReplyAddress returns the token in an address and the base address, as
// written, without it. Case is ignored. ok is false when the part after the plus
// was not signed by this keyring, or names a number that was lost since (see
// [Keys.NextEpoch]). The base is not signed: aliases and gateways change it on
// the way.
func (k *Keyring) ParseReplyAddress(addr string) (t Token, base string, ok bool) {
	t, key, base, ok := k.signedAddress(addr)
	if !ok || key.lost(t) {
		return Token{}, "", false
	}
	return t, base, true
}

// signedAddress returns the token of an address, of whatever epoch, and the key
// that signed it.
func (k *Keyring) signedAddress(addr string) (t Token, key ringKey, base string, ok bool) {
	base, tag, ok := splitReply(addr)
	if !ok {
		return Token{}, ringKey{}, "", false
	}
	ticket, rest, _ := strings.Cut(tag, "-")
	rest, action, _ := strings.Cut(rest, "-")
	t, key, ok = k.ring(PurposeReply).token(ticket, rest[:len(rest)-macLetters])
	t.Action = action
	// Signing again and comparing the whole also refuses a second spelling of a number.
	if !ok || !hmac.Equal([]byte(replyTag(key.Key, t)), []byte(tag)) {
		return Token{}, ringKey{}, "", false
	}
	return t, key, base, true
}

// splitReply splits t1042-… from an address; the tag is returned in lower case.
func splitReply(addr string) (base, tag string, ok bool) {
	at := strings.LastIndexByte(addr, '@')
	if at < 0 {
		return "", "", false
	}
	plus := strings.LastIndexByte(addr[:at], '+')
	if plus < 1 || at > maxLocalPart {
		return "", "", false
	}
	tag = lower(addr[plus+1 : at])
	ticket, rest, ok := strings.Cut(tag, "-")
	rest, action, acts := strings.Cut(rest, "-")
	if !ok || acts && action == "" || !only(action, letters) || len(ticket) < 2 || ticket[0] != 't' || !only(ticket[1:], "0123456789") ||
		len(rest) < macLetters+3 || !only(rest, "0123456789"+letters) {
		return "", "", false
	}
	return addr[:plus] + addr[at:], tag, true
}

const letters = "abcdefghijklmnopqrstuvwxyz"

func only(s, set string) bool { return strings.Trim(s, set) == "" }
