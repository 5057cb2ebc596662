package signed_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"maildesk/mailauth/signed"
	"maildesk/mailparse"
)

// FuzzVerify: whatever bytes are changed in a signed mail, nothing panics, and a signature that holds speaks for the words as
// they were written.
func FuzzVerify(f *testing.F) {
	var mails [][]byte
	var keys []signed.Key
	var words []string
	for _, s := range signers("bob@example.org") {
		keys = append(keys, s.Key)
		mails = append(mails, s.Mail(header, "#merge 7\n\nPlease.\n", time.Now()))
		if s.Key.Form == signed.SMIME {
			mails = append(mails, s.Opaque(header, "#merge 7\n\nPlease.\n"))
		}
	}
	for _, raw := range mails {
		words = append(words, mailparse.Parse(raw, mailparse.Envelope{}).Text)
	}
	f.Add(uint8(0), uint16(0), uint16(0), []byte{})
	f.Add(uint8(1), uint16(300), uint16(4), []byte("9"))
	f.Add(uint8(2), uint16(200), uint16(0), []byte("\r\n--sig\r\n\r\n#forget\r\n"))
	f.Add(uint8(0), uint16(400), uint16(40), []byte{0x30, 0x80, 0x30, 0x80, 0, 0})
	f.Fuzz(func(t *testing.T, which uint8, at, cut uint16, put []byte) {
		raw := mails[int(which)%len(mails)]
		from := int(at) % (len(raw) + 1)
		to := min(from+int(cut), len(raw))
		changed := append(append(bytes.Clone(raw[:from]), put...), raw[to:]...)
		got := signed.Verify("bob", keys, changed, time.Now())
		if !got.Holds() {
			return
		}
		if text := mailparse.Parse(changed, mailparse.Envelope{}).Text; text != words[int(which)%len(mails)] {
			t.Errorf("%q is read of a mail of which %q was signed\n%q", text, words[int(which)%len(mails)], changed)
		}
	})
}

// FuzzCMS: nothing panics, whatever stands in place of a signature, and what holds is a signature of the key's.
func FuzzCMS(f *testing.F) {
	bob := signers("bob@example.org")
	keys := []signed.Key{bob[signed.SMIME].Key, bob[signed.OpenPGP].Key}
	strangers, err := os.ReadFile("testdata/stranger.p7m") // by openssl cms -sign -nodetach -stream
	if err != nil {
		f.Fatal(err)
	}
	f.Add(strangers)
	f.Add([]byte{0x30, 0x80, 0x30, 0x80, 0, 0, 0, 0})
	f.Add([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, cms []byte) {
		if got := signed.Verify("bob", keys, opaque(cms), time.Now()); got.Holds() {
			t.Errorf("%x holds: %+v", cms, got)
		}
	})
}
