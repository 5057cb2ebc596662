package threading

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// BounceAddress gives the reverse-path of the outgoing mail with a number, such
// as support+b123-a….@example.org for the base address support@example.org: a
// delivery report that comes to it is about that mail and no other. The
// recipient's address is no part of it. It fails as [Keyring.ReplyAddress] does.
func (k *Keyring) BounceAddress(base string, mail int64) (string, error) {
	if mail <= 0 {
		return "", fmt.Errorf("make bounce address: there is no mail %d", mail)
	}
	return subaddress(base, bounceTag(k.rings[PurposeReply].newest, mail))
}

// bounceTag is the part after the plus. The MAC's text begins with another word
// than that of a reply address, so that neither can stand for the other.
func bounceTag(key Key, mail int64) string {
	h := hmac.New(sha256.New, key.Secret)
	fmt.Fprintf(h, "bounce v1 %d", mail)
	return "b" + strconv.FormatInt(mail, 10) + "-" + key.ID + encoding.EncodeToString(h.Sum(nil)[:macBytes])
}

// ParseBounceAddress gives the number of the outgoing mail that an address was
// signed for. Upper and lower case are the same. ok is false when the part
// after the plus was not signed by this keyring, or for a mail of a past that was
// lost (see [Keys.NextEpoch]).
func (k *Keyring) ParseBounceAddress(addr string) (mail int64, ok bool) {
	at := strings.LastIndexByte(addr, '@')
	plus := strings.LastIndexByte(addr[:max(at, 0)], '+')
	if plus < 1 || at > maxLocalPart {
		return 0, false
	}
	tag := lower(addr[plus+1 : at])
	number, rest, _ := strings.Cut(strings.TrimPrefix(tag, "b"), "-")
	mail, err := strconv.ParseInt(number, 10, 64)
	if err != nil || mail <= 0 || len(rest) != 1+macLetters {
		return 0, false
	}
	key, known := k.rings[PurposeReply].byID[rest[:1]]
	if !known || !hmac.Equal([]byte(bounceTag(key.Key, mail)), []byte(tag)) || mail > key.kept.Mail {
		return 0, false
	}
	return mail, true
}
