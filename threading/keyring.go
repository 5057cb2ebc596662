package threading

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// Keyring makes and checks tokens. It is safe for concurrent use.
type Keyring struct {
	rings map[string]ring // by purpose
}

// ring is the keys of one purpose.
type ring struct {
	newest Key            // signs
	byID   map[string]Key // all check
}

// NewKeyring makes a keyring of the keys of each purpose, PurposeReply and
// PurposeMessageID. The newest key of a purpose signs, each of them checks: a
// key is retired by leaving it out. It fails when a purpose has no key or is
// unknown, and for ids and secrets that are not as [Key] says.
func NewKeyring(keys map[string][]Key) (*Keyring, error) {
	if err := Keys(keys).check(); err != nil {
		return nil, fmt.Errorf("make keyring: %w", err)
	}
	k := &Keyring{rings: map[string]ring{}}
	for purpose, list := range keys {
		r := ring{byID: map[string]Key{}}
		for _, key := range oldestFirst(list) {
			r.byID[key.ID] = key
			r.newest = key
		}
		k.rings[purpose] = r
	}
	return k, nil
}

const (
	macBytes   = 10 // 80 bits: 2^-60 after a million guesses on a million tickets
	macLetters = 16
)

// mac binds all fields of a token, what else is given, and the purpose. The
// fields are numbers and words of closed sets, so that the text has one reading;
// extra comes last and must have one reading by itself.
func mac(key Key, purpose string, t Token, extra string) string {
	h := hmac.New(sha256.New, key.Secret)
	fmt.Fprintf(h, "%s v1 %d %d %s %s %s", purpose, t.Ticket, t.Participant, t.Role, t.Kind, extra)
	return encoding.EncodeToString(h.Sum(nil)[:macBytes])
}

// claims are what one letter of a token says. Letters are never given a
// second meaning; 'x' is a mail of ours that gives nobody a right.
var claims = map[byte]Token{
	'a': {Role: "requester", Kind: Public},
	'b': {Role: "requester", Kind: Internal},
	'c': {Role: "participant", Kind: Public},
	'd': {Role: "participant", Kind: Internal},
	'e': {Role: "agent", Kind: Public},
	'f': {Role: "agent", Kind: Internal},
	'x': {},
}

// letter gives the letter of a token's role and kind, 'x' for those that are
// not known.
func letter(t Token) byte {
	for c, claim := range claims {
		if claim.Role == t.Role && claim.Kind == t.Kind {
			return c
		}
	}
	return 'x'
}

// body is the second word of a token: key id, role and kind, participant.
func body(key Key, t Token) string {
	return key.ID + string(letter(t)) + strconv.FormatInt(t.Participant, 32)
}

// token reads the two words "t1042" and body without any check, and gives the
// key that would have signed them.
func (r ring) token(ticket, body string) (t Token, key Key, ok bool) {
	if len(body) < 3 || !strings.HasPrefix(ticket, "t") {
		return Token{}, Key{}, false
	}
	key, known := r.byID[body[:1]]
	t, named := claims[body[1]]
	if !known || !named {
		return Token{}, Key{}, false
	}
	var err, err2 error
	t.Ticket, err = strconv.ParseInt(ticket[1:], 10, 64)
	t.Participant, err2 = strconv.ParseInt(body[2:], 32, 64)
	if err != nil || err2 != nil || t.Ticket < 0 || t.Participant < 0 {
		return Token{}, Key{}, false
	}
	return t, key, true
}

// lower is ASCII only: a Kelvin sign is no k.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
