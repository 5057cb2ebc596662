package threading

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Keyring signs and verifies tokens. It is safe for concurrent use.
type Keyring struct {
	rings *atomic.Pointer[map[string]ring] // by purpose
	at    time.Time                        // keys that had ended by then verify nothing; zero: all verify
}

// ring returns the keys of a purpose.
func (k *Keyring) ring(purpose string) ring {
	r := (*k.rings.Load())[purpose]
	r.at = k.at
	return r
}

// ring is the keys of one purpose.
type ring struct {
	newest Key                // signs
	byID   map[string]ringKey // verify
	at     time.Time          // as that of the keyring
}

// key returns the key of an id that verifies.
func (r ring) key(id string) (k ringKey, known bool) {
	k, known = r.byID[id]
	return k, known && (r.at.IsZero() || !k.ended(r.at))
}

// ringKey is a key and the highest numbers in its tokens that still mean what
// they meant when it signed: those that every later epoch has kept.
type ringKey struct {
	Key
	kept Kept
}

// lost reports whether a token names a ticket or a participant that was lost
// since, such as one made after the backup that was restored.
func (k ringKey) lost(t Token) bool {
	return t.Ticket > k.kept.Ticket || max(t.Participant, t.To) > k.kept.Participant
}

// NewKeyring returns a keyring of the keys of each purpose, PurposeReply and
// PurposeMessageID. The newest key of a purpose signs, all of them verify, whenever
// they end (see [Keyring.At]). It fails when a purpose has no key or is unknown, and
// for keys that are not as [Key] says.
func NewKeyring(keys map[string][]Key) (*Keyring, error) {
	k := &Keyring{rings: new(atomic.Pointer[map[string]ring])}
	return k, k.Use(keys)
}

// Use puts other keys in the place of those that the keyring has. It fails as
// [NewKeyring] does, and then changes nothing.
func (k *Keyring) Use(keys map[string][]Key) error {
	if err := Keys(keys).check(); err != nil {
		return fmt.Errorf("make keyring: %w", err)
	}
	rings := map[string]ring{}
	for purpose, list := range keys {
		r := ring{byID: map[string]ringKey{}}
		kept := Kept{math.MaxInt64, math.MaxInt64, math.MaxInt64}
		for i, key := range slices.Backward(oldestFirst(list)) {
			if i == len(list)-1 {
				r.newest = key
			}
			r.byID[key.ID] = ringKey{key, kept}
			if key.Kept != nil {
				kept = kept.min(*key.Kept)
			}
		}
		rings[purpose] = r
	}
	k.rings.Store(&rings)
	return nil
}

// At returns the keyring for a mail that was received at a time: keys that had ended
// by then verify nothing. So the same mail means the same whenever it is judged.
func (k *Keyring) At(received time.Time) *Keyring { return &Keyring{k.rings, received} }

const (
	macBytes   = 10 // 80 bits: a million guesses find a valid one with probability 2^-60
	macLetters = 16
)

// mac returns the MAC of the purpose, all fields of a token and extra. The fields
// are numbers and words of closed sets, so that the signed text is unambiguous;
// extra comes last and must be unambiguous by itself.
func mac(key Key, purpose string, t Token, extra string) string {
	h := hmac.New(sha256.New, key.Secret)
	switch {
	case t.To != 0:
		fmt.Fprintf(h, "%s v3 %d %d %s %s %d %d %s", purpose, t.Ticket, t.Participant, t.Role, t.Kind, t.Round, t.To, extra)
	case t.Round == 0: // as earlier releases sign, which had no rounds
		fmt.Fprintf(h, "%s v1 %d %d %s %s %s", purpose, t.Ticket, t.Participant, t.Role, t.Kind, extra)
	default:
		fmt.Fprintf(h, "%s v2 %d %d %s %s %d %s", purpose, t.Ticket, t.Participant, t.Role, t.Kind, t.Round, extra)
	}
	return encoding.EncodeToString(h.Sum(nil)[:macBytes])
}

// claims maps the letter in a token to role and kind. A letter is never reused
// for another meaning; 'x' marks a mail of ours that grants no rights.
var claims = map[byte]Token{
	'a': {Role: "requester", Kind: Public},
	'b': {Role: "requester", Kind: Internal},
	'c': {Role: "participant", Kind: Public},
	'd': {Role: "participant", Kind: Internal},
	'e': {Role: "agent", Kind: Public},
	'f': {Role: "agent", Kind: Internal},
	'g': {Role: roleVendor, Kind: Public},
	'h': {Role: roleApprover, Kind: Public},
	'x': {},
}

// letter returns the letter of a token's role and kind, 'x' when they are unknown.
func letter(t Token) byte {
	for c, claim := range claims {
		if claim.Role == t.Role && claim.Kind == t.Kind {
			return c
		}
	}
	return 'x'
}

// What stands before the round, and before the participant to whom an answer goes; they
// are no digits of base 32.
const (
	beforeRound = "z"
	beforeTo    = "y"
)

// body returns the second word of a token: key id, role and kind, participant,
// and the round and the participant of To unless they are 0.
func body(key Key, t Token) string {
	s := key.ID + string(letter(t)) + strconv.FormatInt(t.Participant, 32)
	if t.Round != 0 {
		s += beforeRound + strconv.FormatInt(t.Round, 32)
	}
	if t.To != 0 {
		s += beforeTo + strconv.FormatInt(t.To, 32)
	}
	return s
}

// token parses the two words "t1042" and body without verifying them, and also
// returns the key that would have signed them.
func (r ring) token(ticket, body string) (t Token, key ringKey, ok bool) {
	if len(body) < 3 || !strings.HasPrefix(ticket, "t") {
		return Token{}, ringKey{}, false
	}
	key, known := r.key(body[:1])
	t, named := claims[body[1]]
	if !known || !named {
		return Token{}, ringKey{}, false
	}
	rest, to, goes := strings.Cut(body[2:], beforeTo)
	participant, round, rounds := strings.Cut(rest, beforeRound)
	var err, err2, err3, err4 error
	t.Ticket, err = strconv.ParseInt(ticket[1:], 10, 64)
	t.Participant, err2 = strconv.ParseInt(participant, 32, 64)
	if rounds {
		t.Round, err3 = strconv.ParseInt(round, 32, 64)
	}
	if goes {
		t.To, err4 = strconv.ParseInt(to, 32, 64)
	}
	if cmp.Or(err, err2, err3, err4) != nil || t.Ticket < 0 || t.Participant < 0 || t.Round < 0 || t.To < 0 {
		return Token{}, ringKey{}, false
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
