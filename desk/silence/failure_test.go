package silence

import "testing"

func TestFailure(t *testing.T) {
	for _, tt := range []struct {
		code    int
		text    string
		strikes Strikes
		words   string
	}{
		{550, "5.1.1 no such user", NoSuchBox, "there is no such mailbox (5.1.1)"},
		{552, "5.2.2 over quota", TwoBounces, "mailbox full (5.2.2)"},
		{550, "unknown", TwoBounces, "the address is not accepted (5.1.0)"},
		{550, "5.7.1 relaying denied", Strikes{}, "refused by the remote's policy (5.7.1)"},
		{554, "go away", Strikes{}, "go away"},
		{451, "4.4.1 no answer for five days", Strikes{}, "the remote host does not answer (4.4.1)"},
		{0, "", Strikes{}, "no reason is given"},
	} {
		f := FailureOf(tt.code, tt.text)
		if f.Strikes() != tt.strikes || f.Words() != tt.words {
			t.Errorf("%d %s: %+v %q, want %+v %q", tt.code, tt.text, f.Strikes(), f.Words(), tt.strikes, tt.words)
		}
	}
}
