package threading

import (
	"math/rand/v2"
	"strings"
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

func TestForeignMark(t *testing.T) {
	for _, tt := range []struct{ subject, want string }{
		{"Re: [Example IT #1] Toner alarm", ""},
		{"Re: [Example IT #1] Toner alarm [SUP-77]", "[SUP-77]"},
		{"[rt.example.net #55] Toner alarm", "[rt.example.net #55]"},
		{"INC0012345: [Example IT #1] Toner alarm", "INC0012345"},
		{"##RE-123## : [Old IT #1] Toner alarm", "##RE-123##"},
		{"Ihre Anfrage Nr. 17: Tonerstörung", "Anfrage Nr. 17"},
		{"", ""},
	} {
		if got := strings.TrimSpace(ForeignMark("Example IT", tt.subject, "Old IT")); got != tt.want {
			t.Errorf("ForeignMark(%q) = %q, want %q", tt.subject, got, tt.want)
		}
	}
}

func TestBounceAddress(t *testing.T) {
	k := testKeyring(t)
	addr, err := k.BounceAddress("support@example.org", 17, 5)
	if err != nil {
		t.Fatal(err)
	}
	old := oldBounceAddress(k, 123)
	for a, want := range map[string]Sent{
		addr: {Ticket: 17, Participant: 5}, upper(addr): {Ticket: 17, Participant: 5}, old: {Mail: 123}, upper(old): {Mail: 123},
	} {
		if got, ok := k.ParseBounceAddress(a); !ok || got != want {
			t.Errorf("ParseBounceAddress(%s) = %+v, %t, want %+v", a, got, ok, want)
		}
	}
	if again, err := k.BounceAddress("support@example.org", 17, 5); again != addr || err != nil {
		t.Errorf("the second mail has the reverse-path %s, %v, want that of the first, %s", again, err, addr)
	}
	for _, bad := range []string{"b17p5-", "b0p5-a" + strings.Repeat("a", macLetters), "bp-a" + strings.Repeat("a", macLetters), "b-1-a" + strings.Repeat("a", macLetters)} {
		if _, ok := k.ParseBounceAddress("support+" + bad + "@example.org"); ok {
			t.Errorf("%s is good", bad)
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
	for _, none := range [][2]int64{{0, 1}, {1, 0}, {0, 0}} {
		if _, err := k.BounceAddress("support@example.org", none[0], none[1]); err == nil {
			t.Errorf("BounceAddress of ticket %d, participant %d = nil, want an error", none[0], none[1])
		}
	}
}

// oldBounceAddress is the reverse-path of an outgoing mail as it was made before
// those of a ticket to one reader had one in common.
func oldBounceAddress(k *Keyring, mail int64) string {
	return "support+" + bounceTag(k.ring(PurposeReply).newest, Sent{Mail: mail}) + "@example.org"
}

// TestT082ForgedBounceAddress: no change of a bounce address is good for
// another mail, or for any.
func TestT082ForgedBounceAddress(t *testing.T) {
	k := testKeyring(t)
	addr, err := k.BounceAddress("support@example.org", 17, 5)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(5, 6))
	tried := 0
	for range 50 {
		mutations(addr, r, func(s string) {
			tried++
			if sent, ok := k.ParseBounceAddress(s); ok && sent != (Sent{Ticket: 17, Participant: 5}) {
				t.Fatalf("ParseBounceAddress(%s) = %+v: a forged address is good", s, sent)
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
