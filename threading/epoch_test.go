package threading

import (
	"fmt"
	"reflect"
	"testing"

	"maildesk/faulttest"
)

// What the keys of a desk signed before rounds and epochs were known stays good.
func TestTokensOfEarlierReleases(t *testing.T) {
	k := testKeyring(t)
	for _, tt := range []struct {
		address, id string
		want        Token
	}{
		{"support+t1042-kah3qt33vdnt3ytti4m@example.org", "<t1042.mah.nodle477gt6odhll.ryfe6b32e64nhpyd@desk.example.org>",
			Token{Ticket: 1042, Participant: 17, Role: "requester", Kind: Public}},
		{"support+t7-kf31kvpy34jxhfi5jyfwso@example.org", "<t7.mf31kv.nodle477gt6odhll.unz4qtxbhbtsvidu@desk.example.org>",
			Token{Ticket: 7, Participant: 99999, Role: "agent", Kind: Internal}},
	} {
		if got, _, ok := k.ParseReplyAddress(tt.address); !ok || got != tt.want {
			t.Errorf("ParseReplyAddress(%s) = %+v, %t, want %+v", tt.address, got, ok, tt.want)
		}
		if got, ok := k.ParseMessageID(tt.id); !ok || got != tt.want {
			t.Errorf("ParseMessageID(%s) = %+v, %t, want %+v", tt.id, got, ok, tt.want)
		}
	}
	if mail, ok := k.ParseBounceAddress("support+b95-kxuga22dewnhmww7t@example.org"); !ok || mail != (Sent{Mail: 95}) {
		t.Errorf("ParseBounceAddress = %+v, %t, want mail 95", mail, ok)
	}
}

// keyring makes a keyring of keys as they stand in the key file.
func keyring(t *testing.T, keys Keys) *Keyring {
	t.Helper()
	text, err := keys.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	var read Keys
	if err := read.UnmarshalText(text); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(read, keys) {
		t.Fatalf("UnmarshalText(MarshalText) = %v, want %v", read, keys)
	}
	k, err := NewKeyring(read)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func nextEpoch(t *testing.T, keys Keys, kept Kept) Keys {
	t.Helper()
	next, err := keys.NextEpoch(kept)
	if err != nil {
		t.Fatal(err)
	}
	return next
}

func TestT092NextEpoch(t *testing.T) {
	first := GenerateKeys()
	second := nextEpoch(t, first, Kept{Ticket: 10, Participant: 20, Mail: 30})
	third := nextEpoch(t, second, Kept{Ticket: 100, Participant: 8, Mail: 300})
	rings := []*Keyring{keyring(t, first), keyring(t, second), keyring(t, third)}
	if rings[1].ring(PurposeReply).newest.ID == rings[0].ring(PurposeReply).newest.ID {
		t.Fatal("an epoch that began within the second of the last has no key of its own")
	}
	for _, tt := range []struct {
		signed, read, ticket, participant int
		good, kept                        bool // kept: or lost, its ticket is there
	}{
		{0, 0, 1000, 1000, true, true},
		{0, 1, 10, 20, true, true},
		{0, 1, 11, 20, false, false},
		{0, 1, 10, 21, false, true},
		{1, 1, 11, 21, true, true},
		{1, 1, 1, 1, true, true},
		{0, 2, 10, 8, true, true},
		{0, 2, 11, 8, false, false}, // the bound of the second epoch
		{0, 2, 10, 9, false, true},  // the bound of the third
		{1, 2, 100, 8, true, true},
		{1, 2, 101, 8, false, false},
		{2, 2, 101, 9, true, true},
		{1, 0, 1, 1, false, false}, // a key that is not there
	} {
		name := fmt.Sprintf("ticket %d, participant %d, signed in epoch %d, read in %d", tt.ticket, tt.participant, tt.signed, tt.read)
		token := Token{Ticket: int64(tt.ticket), Participant: int64(tt.participant), Role: "agent", Kind: Public}
		address, err := rings[tt.signed].ReplyAddress("support@example.org", token)
		if err != nil {
			t.Fatal(err)
		}
		id := rings[tt.signed].MessageID(token, "1", "desk.example.org")
		if _, _, ok := rings[tt.read].ParseReplyAddress(address); ok != tt.good {
			t.Errorf("%s: ParseReplyAddress = %t, want %t", name, ok, tt.good)
		}
		if _, ok := rings[tt.read].ParseMessageID(id); ok != tt.good {
			t.Errorf("%s: ParseMessageID = %t, want %t", name, ok, tt.good)
		}
		if got := rings[tt.read].IsOurs(id); got != (tt.read >= tt.signed) {
			t.Errorf("%s: IsOurs = %t", name, got)
		}
		// To a desk whose data has neither ticket nor participant any more.
		match, err := New(rings[tt.read], "Example IT").Resolve(t.Context(), &memory{}, Mail{From: "alice@example.org", Recipients: []string{address}})
		want := Match{}
		switch {
		case tt.good || tt.signed > tt.read:
		case tt.kept:
			want.Claims = token.Ticket
		default:
			want.Lost, want.LostRole = token.Ticket, "agent"
		}
		if err != nil || !reflect.DeepEqual(match, want) {
			t.Errorf("%s: Resolve = %+v, %v, want %+v", name, match, err, want)
		}
	}
	for _, tt := range []struct {
		signed, read int
		sent         Sent
		good         bool
	}{
		{0, 1, Sent{Mail: 30}, true},
		{0, 1, Sent{Mail: 31}, false},
		{1, 1, Sent{Mail: 31}, true},
		{1, 2, Sent{Mail: 300}, true},
		{1, 2, Sent{Mail: 301}, false},
		{0, 2, Sent{Mail: 31}, false},
		{0, 1, Sent{Ticket: 10, Participant: 20}, true},
		{0, 1, Sent{Ticket: 11, Participant: 20}, false},
		{0, 1, Sent{Ticket: 10, Participant: 21}, false},
		{1, 1, Sent{Ticket: 11, Participant: 21}, true},
	} {
		path := "support+" + bounceTag(rings[tt.signed].ring(PurposeReply).newest, tt.sent) + "@example.org"
		if got, ok := rings[tt.read].ParseBounceAddress(path); ok != tt.good || ok && got != tt.sent {
			t.Errorf("%+v, signed in epoch %d, read in %d: ParseBounceAddress = %+v, %t, want %t", tt.sent, tt.signed, tt.read, got, ok, tt.good)
		}
	}
	for range 29 {
		third = nextEpoch(t, third, Kept{})
	}
	if _, err := third.NextEpoch(Kept{}); err == nil {
		t.Error("NextEpoch with 32 keys: no error, and no id is left")
	}
	faulttest.Seen(t, "T092", "signed addresses and Message-IDs of an epoch that has ended, by a restore, about what was lost since", "none is read; what the backup had is")
}

// A lost number that the desk has given again leads to nobody, whatever else
// the mail shows of the lost past; a good token beside it does.
func TestT174LostNumberLeadsNowhere(t *testing.T) {
	first := GenerateKeys()
	before, after := keyring(t, first), keyring(t, nextEpoch(t, first, Kept{Ticket: 6, Participant: 60, Mail: 100}))
	sign := func(k *Keyring, token Token) (address, id string) {
		address, err := k.ReplyAddress("support@example.org", token)
		if err != nil {
			t.Fatal(err)
		}
		return address, k.MessageID(token, "1", "desk.example.org")
	}
	// In the lost past 7 was another's, and the participants had the numbers of office.
	lostAlice, lostAliceID := sign(before, Token{Ticket: 7, Participant: 73, Role: "agent", Kind: Public})
	lostAna, lostAnaID := sign(before, Token{Ticket: 7, Participant: 71, Role: "requester", Kind: Public})
	root := before.MessageID(Token{Ticket: 7, Role: "agent", Kind: Internal}, "root", "desk.example.org")
	alice8 := Token{Ticket: 8, Participant: 83, Role: "agent", Kind: Public}
	goodAlice, goodAliceID := sign(after, alice8)
	for _, tt := range []struct {
		name string
		mail Mail
		want Match
	}{
		{"agent's address", Mail{From: "alice@example.org", Recipients: []string{lostAlice}}, Match{Lost: 7, LostRole: "agent"}},
		{"agent's address, tag and foreign id", Mail{From: "alice@example.org", Recipients: []string{lostAlice}, Subject: "Re: [Example IT #7] x", References: []string{"<ana-1@client>"}},
			Match{Lost: 7, LostRole: "agent"}},
		{"agent's Message-ID", Mail{From: "alice@example.org", InReplyTo: []string{lostAliceID}, Subject: "Re: [Example IT #7] x"}, Match{Lost: 7, LostRole: "agent"}},
		{"the root of a lost thread", Mail{From: "alice@example.org", References: []string{root}}, Match{Lost: 7, LostRole: "agent"}},
		{"requester's address, whose number is theirs again", Mail{From: "ana@example.net", Recipients: []string{lostAna}}, Match{Lost: 7, LostRole: "requester"}},
		{"requester's Message-ID", Mail{From: "ana@example.net", References: []string{lostAnaID}}, Match{Lost: 7, LostRole: "requester"}},
		{"a stranger's", Mail{From: "eve@example.com", Recipients: []string{lostAna}}, Match{Lost: 7, LostRole: "requester"}},
		{"a trusted archive", Mail{From: "ana@example.net", References: []string{"<ana-1@client>", lostAnaID}, Trusted: true}, Match{Lost: 7, LostRole: "requester"}},
		{"beside a good address", Mail{From: "alice@example.org", Recipients: []string{lostAlice, goodAlice}}, Match{Ticket: 8, Reason: ReplyAddress, Token: &alice8}},
		{"beside a good Message-ID", Mail{From: "alice@example.org", Recipients: []string{lostAlice}, References: []string{goodAliceID}}, Match{Ticket: 8, Reason: OwnMessageID, Token: &alice8}},
	} {
		got, err := New(after, "Example IT").Resolve(t.Context(), office(), tt.mail)
		if err != nil || !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: Resolve = %+v, %v, want %+v", tt.name, got, err, tt.want)
		}
	}
}
