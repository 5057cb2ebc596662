package threading

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// ControlAddress returns the address at which an agent goes on asking on a day, such as
// desk+c20786-a…@example.org for the base address desk@example.org. day is counted from
// 1970-01-01. It names nobody, and is good for the agent that it was signed for alone. It
// fails as [Keyring.ReplyAddress] does.
func (k *Keyring) ControlAddress(base, agent string, day int64) (string, error) {
	return subaddress(base, controlTag(k.ring(PurposeReply).newest, agent, day))
}

// controlTag returns the part after the plus. The signed text begins with another word
// than those of other addresses, so that none passes for another.
func controlTag(key Key, agent string, day int64) string {
	h := hmac.New(sha256.New, key.Secret)
	fmt.Fprintf(h, "control v1 %d %q", day, agent)
	return "c" + strconv.FormatInt(day, 10) + "-" + key.ID + encoding.EncodeToString(h.Sum(nil)[:macBytes])
}

// ParseControlAddress returns the day for which an address was signed, as one at which
// this agent goes on asking. Case is ignored. ok is false when the part after the plus was
// not signed by this keyring, or for another agent.
func (k *Keyring) ParseControlAddress(addr, agent string) (day int64, ok bool) {
	return k.signedNumber(addr, "c", func(key Key, day int64) string { return controlTag(key, agent, day) })
}

// signedNumber returns the number in the part after the plus of an address, between a
// prefix and a hyphen. tagOf makes the whole of that part; ok is false when no key of this
// keyring made it so. Case is ignored.
func (k *Keyring) signedNumber(addr, prefix string, tagOf func(key Key, number int64) string) (n int64, ok bool) {
	at := strings.LastIndexByte(addr, '@')
	plus := strings.LastIndexByte(addr[:max(at, 0)], '+')
	if plus < 1 || at > maxLocalPart {
		return 0, false
	}
	tag := lower(addr[plus+1 : at])
	number, rest, _ := strings.Cut(strings.TrimPrefix(tag, prefix), "-")
	if len(rest) != 1+macLetters {
		return 0, false
	}
	key, known := k.ring(PurposeReply).key(rest[:1])
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || !known || !hmac.Equal([]byte(tagOf(key.Key, n)), []byte(tag)) {
		return 0, false
	}
	return n, true
}
