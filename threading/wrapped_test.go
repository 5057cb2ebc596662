package threading

import (
	"math/rand/v2"
	"testing"
)

func TestWrapped(t *testing.T) {
	const known = "Case 12345 is broken"
	for _, tt := range []struct {
		subject string
		want    bool
	}{
		{"Ticket Received - 55 - [Example IT #1] We have received your request", true},
		{"[rt.example.net #55] AutoReply: [Example IT #1] We have received your request", true},
		{"Re: [Example IT #1] We have received your request [#123456]", true},
		{"[Ticket#2026112410000012] RE: [Example IT #1] We have received your request", true},
		{"INC0012345: [Example IT #1] We have received your request", true},
		{"[SUP-77] [Example IT #1] We have received your request", true},
		{"##RE-123## : [Example IT #1] We have received your request", true},
		{"Ihre Anfrage Nr. 17: [Example IT #1] Ihre Anfrage ist da", true},
		{"Received: [Example IT #2] Re: [Example IT #1] We have received your request", true},
		{"Re: [Example IT #1] We have received your request", false},
		{"Re: [EXTERNAL] [Example IT #1] We have received your request", false},
		{"AW: [Example IT #1] Case 12345 is broken", false},
		{"Re: [Example IT #1] printer 4 on floor 2", false},
		{"Ticket Received - 55 - Question", false}, // nothing of ours in it
		{"Case 12345 is broken", false},
		{"", false},
	} {
		if got := Wrapped("Example IT", tt.subject, known); got != tt.want {
			t.Errorf("Wrapped(%q) = %t, want %t", tt.subject, got, tt.want)
		}
	}
}

func TestBounceAddress(t *testing.T) {
	k := testKeyring(t)
	addr, err := k.BounceAddress("support@example.org", 123)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []string{addr, upper(addr)} {
		if mail, ok := k.ParseBounceAddress(a); !ok || mail != 123 {
			t.Errorf("ParseBounceAddress(%s) = %d, %t, want 123", a, mail, ok)
		}
	}
	if _, _, ok := k.ParseReplyAddress(addr); ok {
		t.Errorf("%s counts as a reply address", addr)
	}
	reply, err := k.ReplyAddress("support@example.org", Token{Ticket: 123, Participant: 1, Role: "requester", Kind: Public})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := k.ParseBounceAddress(reply); ok {
		t.Errorf("%s counts as a bounce address", reply)
	}
	if _, err := k.BounceAddress("support@example.org", 0); err == nil {
		t.Error("BounceAddress of no mail = nil, want an error")
	}
}

// TestT082ForgedBounceAddress: no change of a bounce address is good for
// another mail, or for any.
func TestT082ForgedBounceAddress(t *testing.T) {
	k := testKeyring(t)
	addr, err := k.BounceAddress("support@example.org", 123)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 6))
	tried := 0
	for range 50 {
		mutations(addr, r, func(s string) {
			tried++
			if mail, ok := k.ParseBounceAddress(s); ok && mail != 123 {
				t.Fatalf("ParseBounceAddress(%s) = %d: a forged address is good", s, mail)
			}
		})
	}
	other, err := NewKeyring(GenerateKeys())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := other.ParseBounceAddress(addr); ok {
		t.Error("another desk's bounce address is good")
	}
}
