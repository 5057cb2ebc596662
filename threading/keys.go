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

// Keys holds the signing keys of each purpose. Its text form, the key file,
// is one line a key: purpose, id, time of creation (RFC 3339) and the secret
// in base32, with a space between; a key with which an epoch begins has three
// numbers more, those of [Kept]. Empty lines and lines that begin with # mean
// nothing.
type Keys map[string][]Key

// GenerateKeys makes one new key for every purpose, for a new data folder.
func GenerateKeys() Keys {
	keys := Keys{}
	for _, purpose := range []string{PurposeReply, PurposeMessageID} {
		keys[purpose] = []Key{newKey(alphabet[0])}
	}
	return keys
}

// GenerateKey makes a new key whose id differs from those of the keys that it
// shall stand beside. It fails when no id is left, after 32 keys.
func GenerateKey(beside ...Key) (Key, error) {
	for _, id := range []byte(alphabet) {
		taken := func(k Key) bool { return k.ID == string(id) }
		if !slices.ContainsFunc(beside, taken) {
			return newKey(id), nil
		}
	}
	return Key{}, errors.New("generate key: every key id is taken, retire an old key first")
}

// NextEpoch returns the keys, and for each purpose a new one with which an epoch
// begins: kept are the highest numbers that the data hold after a backup was put
// back, or that are left after a loss. What older keys signed stays good up to
// these numbers; higher ones were given in a past that is lost, and tokens that
// name them lead to nothing that gets the same number later. It fails when no id
// is left, after 31 epochs.
func (keys Keys) NextEpoch(kept Kept) (Keys, error) {
	next := Keys{}
	for purpose, list := range keys {
		key, err := GenerateKey(list...)
		if err != nil {
			return nil, fmt.Errorf("begin an epoch: %w", err)
		}
		key.Kept = &kept
		for _, old := range list { // the newest signs, whatever the clock says
			if !key.Created.After(old.Created) {
				key.Created = old.Created.Add(time.Second)
			}
		}
		next[purpose] = append(slices.Clone(list), key)
	}
	return next, nil
}

func newKey(id byte) Key {
	secret := make([]byte, minSecret)
	rand.Read(secret) // never fails
	return Key{ID: string(id), Secret: secret, Created: time.Now().UTC().Truncate(time.Second)}
}

// MarshalText gives the key file: purposes in alphabetical order, and within
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
		if len(words) != 4 && len(words) != 7 {
			return fmt.Errorf("key file, line %d: want purpose, id, time and secret, and for the first key of an epoch three numbers; got %d words", number, len(words))
		}
		created, err := time.Parse(time.RFC3339, words[2])
		if err != nil {
			return fmt.Errorf("key file, line %d: %q is no time such as 2026-11-24T10:00:00Z", number, words[2])
		}
		secret, err := encoding.DecodeString(words[3])
		if err != nil {
			return fmt.Errorf("key file, line %d: the secret is not base32", number)
		}
		kept, err := parseKept(words[4:])
		if err != nil {
			return fmt.Errorf("key file, line %d: %w", number, err)
		}
		read[words[0]] = append(read[words[0]], Key{ID: words[1], Secret: secret, Created: created.UTC(), Kept: kept})
	}
	if err := read.check(); err != nil {
		return fmt.Errorf("key file: %w", err)
	}
	*keys = read
	return nil
}

// parseKept reads the numbers of a key with which an epoch begins; nil where
// there are none.
func parseKept(words []string) (*Kept, error) {
	if len(words) == 0 {
		return nil, nil
	}
	var kept Kept
	for i, n := range []*int64{&kept.Ticket, &kept.Participant, &kept.Mail} {
		var err error
		if *n, err = strconv.ParseInt(words[i], 10, 64); err != nil || *n < 0 {
			return nil, fmt.Errorf("%q is no number that an epoch kept", words[i])
		}
	}
	return &kept, nil
}

// check refuses what could not sign, or could not be told apart when checked.
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
				return fmt.Errorf("%s key %q stands there twice", purpose, k.ID)
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
	}
	return nil
}

func oldestFirst(keys []Key) []Key {
	return slices.SortedFunc(slices.Values(keys), func(a, b Key) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
	})
}
