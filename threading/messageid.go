package threading

import (
	"crypto/hmac"
	"crypto/sha256"
	"strconv"
	"strings"
)

// MessageID returns the Message-ID (RFC 5322 section 3.6.4) of an outgoing mail,
// with angle brackets: <t1042.ac17.….…@host>. It is the same for the same token,
// seq and host; when it comes back in References, it identifies the ticket. seq is
// unique to the outgoing mail; host is the desk's host name. The id of a token
// without role and kind only serves to recognize our own mail. It is all lower
// case, for gateways that change case.
func (k *Keyring) MessageID(t Token, seq, host string) string {
	if letter(t) == 'x' {
		t.Role, t.Kind = "", "" // as ParseMessageID will return them
	}
	sum := sha256.Sum256([]byte(seq))
	return signedID(k.ring(PurposeMessageID).newest, t, encoding.EncodeToString(sum[:macBytes]), lower(host))
}

func signedID(key Key, t Token, unique, host string) string {
	return "<t" + strconv.FormatInt(t.Ticket, 10) + "." + body(key, t) + "." + unique + "." +
		mac(key, PurposeMessageID, t, unique+"@"+host) + "@" + host + ">"
}

// ParseMessageID returns the token of a Message-ID, "<left@right>", that this
// keyring signed. Case is ignored. ok is false for all others, and for those that
// name a number that was lost since (see [Keys.NextEpoch]).
func (k *Keyring) ParseMessageID(id string) (t Token, ok bool) {
	t, key, ok := k.signedMessageID(id)
	if !ok || key.lost(t) {
		return Token{}, false
	}
	return t, true
}

// IsOurs reports whether this keyring signed a Message-ID, in whatever epoch.
// A mail that carries such an id as its own is ours and has come back.
func (k *Keyring) IsOurs(id string) bool {
	_, _, ok := k.signedMessageID(id)
	return ok
}

// signedMessageID returns the token of a Message-ID, of whatever epoch, and the
// key that signed it.
func (k *Keyring) signedMessageID(id string) (t Token, key ringKey, ok bool) {
	if len(id) > 998 { // RFC 5322 section 2.1.1: no line is longer
		return Token{}, ringKey{}, false
	}
	id = lower(id)
	left, host, _ := strings.Cut(id, "@")
	words := strings.Split(strings.TrimPrefix(left, "<"), ".")
	if len(words) != 4 {
		return Token{}, ringKey{}, false
	}
	t, key, ok = k.ring(PurposeMessageID).token(words[0], words[1])
	host = strings.TrimSuffix(host, ">")
	if !ok || !hmac.Equal([]byte(signedID(key.Key, t, words[2], host)), []byte(id)) {
		return Token{}, ringKey{}, false
	}
	return t, key, true
}
