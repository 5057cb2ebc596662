package threading

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The purposes of keys. A key of one purpose is never used for the other.
const (
	PurposeReply     = "reply"
	PurposeMessageID = "message-id"
)

const (
	alphabet  = "abcdefghijklmnopqrstuvwxyz234567" // RFC 4648 section 6, in lower case
	minSecret = 32                                 // bytes
)

var encoding = base32.NewEncoding(alphabet).WithPadding(base32.NoPadding)

// Keys holds the signing keys of each purpose. Its text form, the key file, has
// one line per key: purpose, id, creation time (RFC 3339) and the secret in
// base32, separated by spaces; the first key of an epoch has three more numbers,
// those of [Kept], and a key that ends the word "until" and a time. Empty lines and
// lines that begin with # are ignored.
type Keys map[string][]Key

// GenerateKeys returns one new key for every purpose, for a new data folder.
func GenerateKeys() Keys {
	keys := Keys{}
	for _, purpose := range []string{PurposeReply, PurposeMessageID} {
		keys[purpose] = []Key{newKey(alphabet[0])}
	}
	return keys
}

// GenerateKey returns a new key whose id differs from those of the given keys of
// the same purpose. It fails when no id is left, after 32 keys.
func GenerateKey(beside ...Key) (Key, error) {
	for _, id := range []byte(alphabet) {
		taken := func(k Key) bool { return k.ID == string(id) }
		if !slices.ContainsFunc(beside, taken) {
			return newKey(id), nil
		}
	}
	return Key{}, errors.New("generate key: all key ids are taken; retire an old key first")
}

// NextEpoch returns the keys plus, for each purpose, a new one that begins an
// epoch: kept are the highest numbers in the data after a backup was restored or
// data were lost. Tokens of older keys stay valid up to these numbers. Higher
// numbers belong to the lost data and will be assigned again, so that tokens
// naming them are no longer followed. It fails when no id is left, after 31
// epochs.
func (keys Keys) NextEpoch(kept Kept) (Keys, error) {
	next := Keys{}
	for purpose, list := range keys {
		key, err := GenerateKey(list...)
		if err != nil {
			return nil, fmt.Errorf("begin an epoch: %w", err)
		}
		key.Kept = &kept
		next[purpose] = append(slices.Clone(list), newest(key, list))
	}
	return next, nil
}

func newKey(id byte) Key {
	secret := make([]byte, minSecret)
	rand.Read(secret) // never fails
	return Key{ID: string(id), Secret: secret, Created: time.Now().UTC().Truncate(time.Second)}
}

// MarshalText returns the key file: purposes in alphabetical order, and within
// each the oldest key first.
func (keys Keys) MarshalText() ([]byte, error) {
	if err := keys.check(); err != nil {
		return nil, err
	}
	var purposes []string
	for purpose := range keys {
		purposes = append(purposes, purpose)
	}
	slices.Sort(purposes)
	var b bytes.Buffer
	for _, purpose := range purposes {
		for _, k := range oldestFirst(keys[purpose]) {
			fmt.Fprintf(&b, "%s %s %s %s", purpose, k.ID, k.Created.UTC().Format(time.RFC3339), encoding.EncodeToString(k.Secret))
			if k.Kept != nil {
				fmt.Fprintf(&b, " %d %d %d", k.Kept.Ticket, k.Kept.Participant, k.Kept.Mail)
			}
			if !k.Until.IsZero() {
				fmt.Fprintf(&b, " until %s", k.Until.UTC().Format(time.RFC3339))
			}
			b.WriteByte('\n')
		}
	}
	return b.Bytes(), nil
}

// UnmarshalText reads a key file. Errors name the line, never the secret.
func (keys *Keys) UnmarshalText(text []byte) error {
	read := Keys{}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		key, err := parseKey(words)
		if err != nil {
			return fmt.Errorf("key file, line %d: %w", number, err)
		}
		read[words[0]] = append(read[words[0]], key)
	}
	if err := read.check(); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	*keys = read
	return nil
}

// parseKey parses the words of a line; the first is the purpose.
func parseKey(words []string) (k Key, err error) {
	if n := len(words) - 2; n >= 4 && words[n] == "until" {
		if k.Until, err = parseTime(words[n+1]); err != nil {
			return Key{}, err
		}
		words = words[:n]
	}
	if len(words) != 4 && len(words) != 7 {
		return Key{}, fmt.Errorf("want purpose, id, time and secret, and three more numbers for the first key of an epoch; got %d words", len(words))
	}
	k.ID = words[1]
	if k.Created, err = parseTime(words[2]); err != nil {
		return Key{}, err
	}
	if k.Secret, err = encoding.DecodeString(words[3]); err != nil {
		return Key{}, errors.New("the secret is not base32")
	}
	k.Kept, err = parseKept(words[4:])
	return k, err
}

func parseTime(word string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339, word)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is not a time such as 2026-11-24T10:00:00Z", word)
	}
	return t.UTC(), nil
}

// parseKept parses the numbers of the first key of an epoch; nil when there are
// none.
func parseKept(words []string) (*Kept, error) {
	if len(words) == 0 {
		return nil, nil
	}
	var kept Kept
	for i, n := range []*int64{&kept.Ticket, &kept.Participant, &kept.Mail} {
		var err error
		if *n, err = strconv.ParseInt(words[i], 10, 64); err != nil || *n < 0 {
			return nil, fmt.Errorf("%q is not a number of 0 or more", words[i])
		}
	}
	return &kept, nil
}

// check returns an error when a purpose is unknown or has no key, and when a key
// is too short to sign with or shares its id with another.
func (keys Keys) check() error {
	for purpose, list := range keys {
		if purpose != PurposeReply && purpose != PurposeMessageID {
			return fmt.Errorf("unknown purpose %q, want %s or %s", purpose, PurposeReply, PurposeMessageID)
		}
		seen := map[string]bool{}
		for _, k := range list {
			if len(k.ID) != 1 || !strings.Contains(alphabet, k.ID) {
				return fmt.Errorf("%s key %q: the id must be one letter a-z or digit 2-7", purpose, k.ID)
			}
			if seen[k.ID] {
				return fmt.Errorf("%s key %q: two keys have this id", purpose, k.ID)
			}
			seen[k.ID] = true
			if len(k.Secret) < minSecret {
				return fmt.Errorf("%s key %q: the secret has %d bytes, want %d or more", purpose, k.ID, len(k.Secret), minSecret)
			}
		}
	}
	for _, purpose := range []string{PurposeReply, PurposeMessageID} {
		if len(keys[purpose]) == 0 {
			return fmt.Errorf("no key for %s", purpose)
		}
		if k := keys.Newest(purpose); !k.Until.IsZero() {
			return fmt.Errorf("%s key %q: the newest key signs and must not end", purpose, k.ID)
		}
	}
	return nil
}

func oldestFirst(keys []Key) []Key {
	return slices.SortedFunc(slices.Values(keys), func(a, b Key) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
}
