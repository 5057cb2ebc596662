package threading

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/mail"
	"strings"
	"testing"
	"time"

	"maildesk/faulttest"
)

var roles = []string{"requester", "participant", "agent"}

func randomToken(r *rand.Rand) Token {
	return Token{
		Ticket:      1 + r.Int64N(1<<r.IntN(40)),
		Participant: 1 + r.Int64N(1<<r.IntN(40)),
		Role:        roles[r.IntN(len(roles))],
		Kind:        []Kind{Public, Internal}[r.IntN(2)],
		Round:       []int64{0, 0, 1, 2, 31, 32, 1000}[r.IntN(7)],
		To:          []int64{0, 0, 0, 1, 32, 1 << 30}[r.IntN(6)],
	}
}

func upper(s string) string { return strings.ToUpper(s) }

// mutations calls try with s changed in one byte, cut, and grown.
func mutations(s string, r *rand.Rand, try func(string)) {
	for i := range len(s) {
		try(s[:i] + string(rune('!'+r.IntN(90))) + s[i+1:])
		try(s[:i] + s[i+1:])
		try(s[:i] + s[i:i+1] + s[i:])
	}
}

func TestReplyAddress(t *testing.T) {
	k := testKeyring(t)
	token := Token{Ticket: 1042, Participant: 17, Role: "requester", Kind: Public}
	for i, base := range []string{"support@example.org", "help+desk@example.org", "Support@Example.ORG", "pomoč@example.org"} {
		token.Action = []string{"", "resolve"}[i%2]
		addr, err := k.ReplyAddress(base, token)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := mail.ParseAddress(addr); err != nil {
			t.Errorf("ReplyAddress(%s) = %s, which is not an address: %v", base, addr, err)
		}
		if !strings.Contains(addr, "+t1042-") {
			t.Errorf("ReplyAddress(%s) = %s, want +t1042- in it", base, addr)
		}
		got, gotBase, ok := k.ParseReplyAddress(addr)
		if !ok || got != token || gotBase != base {
			t.Errorf("ParseReplyAddress(%s) = %+v, %s, %t, want %+v, %s", addr, got, gotBase, ok, token, base)
		}
		if got, _, ok := splitReply(addr); !ok || got != base {
			t.Errorf("splitReply(%s) = %s, %t, want %s", addr, got, ok, base)
		}
	}
}

func TestReplyAddressErrors(t *testing.T) {
	k := testKeyring(t)
	good := Token{Ticket: 1, Participant: 1, Role: "agent", Kind: Internal}
	for _, tt := range []struct {
		name, base string
		token      Token
	}{
		{"no ticket", "a@b", Token{Participant: 1, Role: "agent", Kind: Public}},
		{"no participant", "a@b", Token{Ticket: 1, Role: "agent", Kind: Public}},
		{"no role", "a@b", Token{Ticket: 1, Participant: 1, Kind: Public}},
		{"unknown role", "a@b", Token{Ticket: 1, Participant: 1, Role: "admin", Kind: Public}},
		{"no kind", "a@b", Token{Ticket: 1, Participant: 1, Role: "agent"}},
		{"negative", "a@b", Token{Ticket: -1, Participant: 1, Role: "agent", Kind: Public}},
		{"no at", "support", good},
		{"no local part", "@example.org", good},
		{"no domain", "support@", good},
		{"display name", "Support <support@example.org>", good},
		{"header injection", "support@example.org\r\nBcc: x@example.net", good},
		{"quoted", `"a b"@example.org`, good},
		{"too long", strings.Repeat("a", 43) + "@example.org", good},
	} {
		if got, err := k.ReplyAddress(tt.base, tt.token); err == nil {
			t.Errorf("%s: ReplyAddress(%q, %+v) = %s, want an error", tt.name, tt.base, tt.token, got)
		}
	}
}

func TestReplyAddressTooLong(t *testing.T) {
	k := testKeyring(t)
	millions := Token{Ticket: 9_999_999, Participant: 30_000_000, Role: "agent", Kind: Internal}
	for length, want := range map[int]error{30: nil, 31: nil, 40: ErrTooLong} {
		base := strings.Repeat("a", length) + "@example.org"
		if _, err := k.ReplyAddress(base, millions); !errors.Is(err, want) {
			t.Errorf("ReplyAddress(base with %d octets before the @) = %v, want %v", length, err, want)
		}
	}
}

func TestReplyAddressOfLargestNumbersIsLegal(t *testing.T) {
	token := Token{Ticket: math.MaxInt64, Participant: math.MaxInt64, Role: "participant", Kind: Internal}
	addr, err := testKeyring(t).ReplyAddress("helpdesk@example.org", token)
	if err != nil {
		t.Fatal(err)
	}
	if local, _, _ := strings.Cut(addr, "@"); len(local) > 64 {
		t.Errorf("local part of %s has %d octets, 64 may be", addr, len(local))
	}
}

// What one key signed, in any case, is read back as it was; any other change is refused.
func TestT092TokensRandom(t *testing.T) {
	k := testKeyring(t)
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		token := randomToken(r)
		addr, err := k.ReplyAddress("support@example.org", token)
		if err != nil {
			t.Fatal(err)
		}
		for _, shown := range []string{addr, upper(addr)} {
			if got, _, ok := k.ParseReplyAddress(shown); !ok || got != token {
				t.Fatalf("ParseReplyAddress(%s) = %+v, %t, want %+v", shown, got, ok, token)
			}
		}
		local := strings.TrimSuffix(addr, "@example.org")
		for n := range len(local) { // cut off, and with the rest of a longer domain
			for _, cut := range []string{local[:n] + "@example.org", local[n:] + "@example.org"} {
				if got, _, ok := k.ParseReplyAddress(cut); ok && cut != addr && !strings.HasSuffix(cut, local[len("support"):]+"@example.org") {
					t.Errorf("ParseReplyAddress(%s) = %+v, which was cut from %s", cut, got, addr)
				}
			}
		}
		mutations(local[len("support+"):], r, func(s string) {
			changed := "support+" + s + "@example.org"
			if got, _, ok := k.ParseReplyAddress(changed); ok && lower(changed) != addr {
				t.Errorf("ParseReplyAddress(%s) = %+v, which was made from %s", changed, got, addr)
			}
		})
		id := k.MessageID(token, "outbox 5", "Desk.example.org")
		for _, shown := range []string{id, upper(id)} {
			if got, ok := k.ParseMessageID(shown); !ok || got != token {
				t.Fatalf("ParseMessageID(%s) = %+v, %t, want %+v", shown, got, ok, token)
			}
		}
		mutations(id, r, func(changed string) {
			if got, ok := k.ParseMessageID(changed); ok && lower(changed) != id {
				t.Errorf("ParseMessageID(%s) = %+v, which was made from %s", changed, got, id)
			}
		})
	}
	faulttest.Seen(t, "T092", "200 signed addresses and Message-IDs, each cut off anywhere and changed in every byte; in capitals", "only those in capitals are read")
}

// Every field is bound: the words of one token with the MAC of another are refused.
func TestT091RoleIsBound(t *testing.T) {
	k := testKeyring(t)
	tokens := []Token{
		{7, 3, "requester", Public, 0, 0, ""}, {7, 3, "agent", Public, 0, 0, ""}, {7, 3, "agent", Internal, 0, 0, ""}, {7, 3, "participant", Public, 0, 0, ""},
		{8, 3, "agent", Public, 0, 0, ""}, {7, 4, "agent", Public, 0, 0, ""}, {7, 3, "agent", Public, 1, 0, ""}, {7, 3, "agent", Public, 40, 0, ""},
		{7, 3, "agent", Public, 0, 0, "take"}, {7, 3, "agent", Public, 0, 0, "resolve"}, {7, 3, "agent", Public, 1, 0, "resolve"},
		{7, 3, "vendor", Public, 0, 0, ""}, {7, 3, "approver", Public, 0, 0, ""}, {7, 3, "agent", Internal, 0, 4, ""}, {7, 3, "agent", Internal, 0, 5, ""}, {7, 3, "agent", Internal, 1, 4, ""},
	}
	for _, a := range tokens {
		for _, b := range tokens {
			addrA, errA := k.ReplyAddress("s@d", a)
			addrB, errB := k.ReplyAddress("s@d", b)
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			end := len("@d") + macLetters
			mixed := addrA[:len(addrA)-end] + addrB[len(addrB)-end:]
			if got, _, ok := k.ParseReplyAddress(mixed); ok != (a == b) {
				t.Errorf("words of %+v with the MAC of %+v: %+v, %t", a, b, got, ok)
			}
		}
	}
}

func TestPurposesAreApart(t *testing.T) {
	same := []Key{testKey("k", 1)}
	k, err := NewKeyring(Keys{PurposeReply: same, PurposeMessageID: same})
	if err != nil {
		t.Fatal(err)
	}
	token := Token{Ticket: 7, Participant: 3, Role: "agent", Kind: Public}
	if mac(same[0], PurposeReply, token, "") == mac(same[0], PurposeMessageID, token, "") {
		t.Error("one key gives one MAC for both purposes")
	}
	if _, _, ok := k.ParseReplyAddress("s+t7-ka3" + mac(same[0], PurposeMessageID, token, "") + "@d"); ok {
		t.Error("a MAC made for Message-IDs is taken in an address")
	}
}

func TestT031ForgedAddressLooksAlike(t *testing.T) {
	k := testKeyring(t)
	for _, tt := range []struct {
		addr, base string
		looks      bool
	}{
		{"support+t1042-kahaaaaaaaaaaaaaaaa@example.org", "support@example.org", true},
		{"SUPPORT+T1042-KAHAAAAAAAAAAAAAAAA@EXAMPLE.ORG", "SUPPORT@EXAMPLE.ORG", true},
		{"a+b+t1-zz1aaaaaaaaaaaaaaaa@example.org", "a+b@example.org", true},
		{"support+t1042-kahaaaaaaaaaaaaaaaa-resolve@example.org", "support@example.org", true},
		{"support+t1042-kahaaaaaaaaaaaaaaaa-@example.org", "", false},
		{"support+t1042-kahaaaaaaaaaaaaaaaa-re2@example.org", "", false},
		{"support+t1042-kahaaaaaaaaaaaaaaaa-a-b@example.org", "", false},
		{"support+t1042@example.org", "", false},
		{"support+t1042-short@example.org", "", false},
		{"support+tx-kahaaaaaaaaaaaaaaaa@example.org", "", false},
		{"support+\u212A1042-kahaaaaaaaaaaaaaaaa@example.org", "", false},
		{"+t1042-kahaaaaaaaaaaaaaaaa@example.org", "", false},
		{"support@example.org", "", false},
		{"support", "", false},
		{"", "", false},
		{strings.Repeat("a", 60) + "+t1042-kahaaaaaaaaaaaaaaaa@example.org", "", false},
	} {
		if base, _, looks := splitReply(tt.addr); base != tt.base || looks != tt.looks {
			t.Errorf("splitReply(%q) = %q, %t, want %q, %t", tt.addr, base, looks, tt.base, tt.looks)
		}
		if got, _, ok := k.ParseReplyAddress(tt.addr); ok {
			t.Errorf("ParseReplyAddress(%q) = %+v, want it refused", tt.addr, got)
		}
	}
}

// Whoever knows all of a signed address but the 80 bits of its MAC does not guess them.
func TestT093BruteForce(t *testing.T) {
	k := testKeyring(t)
	addr, err := k.ReplyAddress("s@d", Token{Ticket: 1, Participant: 1, Role: "agent", Kind: Public})
	if err != nil {
		t.Fatal(err)
	}
	known := strings.TrimSuffix(addr, "@d")
	known = known[:len(known)-macLetters]
	r := rand.New(rand.NewPCG(3, 4))
	guess := make([]byte, macLetters)
	const guesses = 100_000
	begun := time.Now()
	for range guesses {
		for i := range guess {
			guess[i] = alphabet[r.IntN(len(alphabet))]
		}
		if _, _, _, ok := k.signedAddress(known + string(guess) + "@d"); ok {
			t.Fatalf("a guess of 80 bits was right: %s", guess)
		}
	}
	took := time.Since(begun) / guesses
	if _, _, _, ok := k.signedAddress(addr); !ok {
		t.Fatalf("the address %s is not read, that proves nothing", addr)
	}
	faulttest.Seen(t, "T093", fmt.Sprintf("%d MACs of an agent's address guessed", guesses), "none was right; %s for each", took.Round(100*time.Nanosecond))
}

func TestMessageID(t *testing.T) {
	k := testKeyring(t)
	token := Token{Ticket: 1042, Participant: 17, Role: "agent", Kind: Internal}
	id := k.MessageID(token, "ack/1", "Desk.Example.org")
	if id != k.MessageID(token, "ack/1", "desk.example.org") {
		t.Errorf("MessageID is not the same for the same mail: %s", id)
	}
	if !strings.HasPrefix(id, "<t1042.") || !strings.HasSuffix(id, "@desk.example.org>") || id != lower(id) {
		t.Errorf("MessageID = %s, want <t1042.…@desk.example.org>, all in lower case", id)
	}
	if id == k.MessageID(token, "ack/2", "desk.example.org") {
		t.Errorf("MessageID is the same for two mails: %s", id)
	}
}

func TestT069OwnMailWithoutRights(t *testing.T) {
	k := testKeyring(t)
	id := k.MessageID(Token{}, "digest 1", "desk.example.org")
	if got, ok := k.ParseMessageID(id); !ok || got != (Token{}) {
		t.Errorf("ParseMessageID(%s) = %+v, %t, want the empty token of our own mail", id, got, ok)
	}
	id = k.MessageID(Token{Ticket: 5, Participant: 6, Role: "admin"}, "1", "d")
	if got, ok := k.ParseMessageID(id); !ok || got.Role != "" || got.Ticket != 5 {
		t.Errorf("ParseMessageID(%s) = %+v, %t, want ticket 5 without a role", id, got, ok)
	}
}

func FuzzParseReplyAddress(f *testing.F) {
	k := testKeyring(f)
	for _, base := range []string{"support@example.org", "help+desk@example.org"} {
		addr, err := k.ReplyAddress(base, Token{Ticket: 1042, Participant: 17, Role: "agent", Kind: Internal})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(addr)
		f.Add(upper(addr))
	}
	f.Fuzz(func(t *testing.T, addr string) {
		token, base, ok := k.ParseReplyAddress(addr)
		looked, _, looks := splitReply(addr)
		if ok && (!looks || looked != base) {
			t.Errorf("%q is signed for %q, but splitReply says %q, %t", addr, base, looked, looks)
		}
		if !ok {
			return
		}
		at := strings.LastIndex(addr, "@")
		plus := strings.LastIndex(addr[:at], "+")
		key := k.ring(PurposeReply).newest
		if replyTag(key, token) != lower(addr[plus+1:at]) {
			t.Errorf("%q carries %+v, which signs as %s", addr, token, replyTag(key, token))
		}
	})
}

func FuzzParseMessageID(f *testing.F) {
	k := testKeyring(f)
	f.Add(k.MessageID(Token{Ticket: 1042, Participant: 17, Role: "agent", Kind: Internal}, "1", "desk.example.org"))
	f.Add("<t1.ka1.a.a@b>")
	f.Add("<>")
	f.Fuzz(func(t *testing.T, id string) {
		token, ok := k.ParseMessageID(id)
		if !ok {
			return
		}
		words := strings.FieldsFunc(lower(id), func(r rune) bool { return strings.ContainsRune("<.@>", r) })
		host := strings.TrimSuffix(lower(id)[strings.Index(id, "@")+1:], ">")
		if again := signedID(k.ring(PurposeMessageID).newest, token, words[2], host); again != lower(id) {
			t.Errorf("%q carries %+v, which signs as %q", id, token, again)
		}
	})
}
