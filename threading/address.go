package threading

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const maxLocalPart = 64 // octets (RFC 5321 section 4.5.3.1.1)

// ReplyAddress gives the address at which an answer is taken for t, such as
// support+t1042-ac17…@example.org for the base address support@example.org
// (RFC 5233: subaddressing). It consists of lower-case letters, digits, the
// hyphen and what the base holds. It fails for a token without ticket,
// participant, role or kind, for a base that is no plain mailbox, and, with
// ErrTooLong, when the local part would grow over 64 octets: bases of up to 30
// have room for millions of tickets.
func (k *Keyring) ReplyAddress(base string, t Token) (string, error) {
	if t.Ticket <= 0 || t.Participant <= 0 || letter(t) == 'x' {
		return "", fmt.Errorf("make reply address: token %+v is not complete", t)
	}
	return subaddress(base, replyTag(k.rings[PurposeReply].newest, t))
}

// subaddress puts a tag behind the local part of a base address (RFC 5233).
func subaddress(base, tag string) (string, error) {
	at := strings.LastIndexByte(base, '@')
	if at < 1 || at == len(base)-1 || strings.ContainsAny(base, "\"\\<>()[]:;, \t\r\n") {
		return "", fmt.Errorf("make an address of ours: %q is no plain mailbox", base)
	}
	local := base[:at] + "+" + tag
	if len(local) > maxLocalPart {
		return "", fmt.Errorf("make an address of ours: %s has %d octets before the @, 64 may be: %w", local, len(local), ErrTooLong)
	}
	return local + base[at:], nil
}

// ErrTooLong says that a base leaves no room for a token. The base itself is
// the reply address then; our Message-ID in References does the token's work.
var ErrTooLong = errors.New("the base address is too long")

func replyTag(key Key, t Token) string {
	return "t" + strconv.FormatInt(t.Ticket, 10) + "-" + body(key, t) + mac(key, PurposeReply, t, "")
}

// ParseReplyAddress gives the token that an address carries and the base that
// it stands on, as written. Upper and lower case are the same. ok is false when
// the part after the plus was not signed by this keyring, or in a past that was
// lost (see [Keys.NextEpoch]). The base is not signed: aliases and
// gateways change it on the way.
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
	t, key, ok = k.rings[PurposeReply].token(ticket, rest[:len(rest)-macLetters])
	// To sign again and compare the whole also refuses a second spelling of a number.
	if !ok || !hmac.Equal([]byte(replyTag(key.Key, t)), []byte(tag)) {
		return Token{}, ringKey{}, "", false
	}
	return t, key, base, true
}

// splitReply takes t1042-… out of an address; the tag is given in lower case.
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
	if !ok || len(ticket) < 2 || ticket[0] != 't' || !only(ticket[1:], "0123456789") ||
		len(rest) < macLetters+3 || !only(rest, "0123456789abcdefghijklmnopqrstuvwxyz") {
		return "", "", false
	}
	return addr[:plus] + addr[at:], tag, true
}

func only(s, set string) bool { return strings.Trim(s, set) == "" }
