package outbox

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// A mail is signed on its way, and one that cannot be signed waits; what the outbox has
// stays as it is.
func TestSigned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{}
		fail := false
		sign := func(raw []byte) ([]byte, error) {
			if fail {
				return nil, errors.New("no key")
			}
			return append([]byte("DKIM-Signature: x\r\n"), raw...), nil
		}
		open, err := Open("smtp://smarthost", Options{Hostname: "desk.example.org", Dial: s.dial, Sign: sign})
		if err != nil {
			t.Fatal(err)
		}
		x := open()
		defer x.Close()
		m := plain(1, time.Now())
		was := string(m.Bytes)
		for range 2 {
			if _, err := x.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
		}
		for _, got := range s.mails {
			if got != "DKIM-Signature: x\r\n"+was {
				t.Errorf("it came as %q", got)
			}
		}
		if len(s.mails) != 2 || string(m.Bytes) != was {
			t.Errorf("%d mails came, the outbox has %q", len(s.mails), m.Bytes)
		}
		fail = true
		if _, err := x.Send(t.Context(), m); classify(err) != retry || len(s.mails) != 2 {
			t.Errorf("without a key: %v, %d mails", err, len(s.mails))
		}
	})
}
