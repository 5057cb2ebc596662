package command

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// FuzzAsked: what agents and requesters ask by a word means the same whichever line ends
// their mail has, and nothing is read that they did not write.
func FuzzAsked(f *testing.F) {
	for _, s := range []string{"#close\nthanks", "# LANGUAGE : fr", "list queue network", "#oncall bob until Friday", "vera@example.com by Friday Is it there?", "3x2d", "＃ｃｌｏｓｅ", "a@b,c@d all by 2 days x"} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ReplaceAll(text, "\r", "")
		crlf := strings.ReplaceAll(text, "\n", "\r\n")
		one, other := ReadWish(text), ReadWish(crlf)
		one.Rest, other.Rest = strings.ReplaceAll(one.Rest, "\r", ""), strings.ReplaceAll(other.Rest, "\r", "")
		if one != other {
			t.Errorf("%q is the wish %+v, with CRLF %+v", text, one, other)
		}
		if one.Name == "" && one != (Wish{}) {
			t.Errorf("%q is no wish, and has %+v", text, one)
		}
		asks := ReadAsks("", text)
		if again := ReadAsks("", crlf); !reflect.DeepEqual(asks, again) {
			t.Errorf("%q asks %+v, with CRLF %+v", text, asks, again)
		}
		for _, a := range asks {
			if e, known := Lookup(a.Order.Name); a.Order.Name != "" && (!known || e.Name != a.Order.Name) {
				t.Errorf("%q orders %+v, which is none", text, a.Order)
			}
		}
		if q := ReadInquiry(text, now); len(q.Addresses)+len(q.Text) > 4*len(text)+64 {
			t.Errorf("%q became the inquiry %+v", text, q)
		}
		ReadDuty(text, now)
		ReadChase(text)
	})
}
