package threading

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strconv"
)

// ConfirmAddress returns the address at which an agent confirms that they wrote a mail,
// given by its number, such as support+k1042-a…@example.org for the base address
// support@example.org. It fails as [Keyring.ReplyAddress] does. The address does not say
// until when it is good, nor whose mail it was: who knows the mail knows that.
func (k *Keyring) ConfirmAddress(base string, mail int64) (string, error) {
	return subaddress(base, confirmTag(k.ring(PurposeReply).newest, mail))
}

// confirmTag returns the part after the plus. The signed text begins with another word
// than those of other addresses, so that none passes for another.
func confirmTag(key Key, mail int64) string {
	h := hmac.New(sha256.New, key.Secret)
	fmt.Fprintf(h, "confirm v1 %d", mail)
	return "k" + strconv.FormatInt(mail, 10) + "-" + key.ID + encoding.EncodeToString(h.Sum(nil)[:macBytes])
}

// ParseConfirmAddress returns the number of the mail that is confirmed at an address.
// Case is ignored. ok is false when the part after the plus was not signed by this
// keyring.
func (k *Keyring) ParseConfirmAddress(addr string) (mail int64, ok bool) {
	return k.signedNumber(addr, "k", confirmTag)
}
