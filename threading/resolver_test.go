package threading

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// memory is an Index in memory.
type memory struct {
	ids     map[string][]Ref
	people  map[int64]person
	lookups int
	fail    error
}

type person struct {
	address string
	ticket  int64
	role    string
}

func (x *memory) MessageID(_ context.Context, id string) ([]Ref, error) {
	x.lookups++
	return x.ids[id], x.fail
}

func (x *memory) MayWrite(_ context.Context, ticket int64, address string) (bool, error) {
	x.lookups++
	for _, p := range x.people {
		if p.ticket == ticket && strings.EqualFold(p.address, address) {
			return true, x.fail
		}
	}
	return false, x.fail
}

func (x *memory) AddressOf(_ context.Context, participant int64) (string, int64, string, error) {
	x.lookups++
	p := x.people[participant]
	return p.address, p.ticket, p.role, x.fail
}

// office is two tickets: 7 of ana, with bob added and alice as agent; 8 of carl,
// with bob added and alice as agent.
func office() *memory {
	return &memory{
		ids: map[string][]Ref{
			"<ana-1@client>":  {{Ticket: 7}},
			"<carl-1@client>": {{Ticket: 8}},
			"<both@client>":   {{Ticket: 8}, {Ticket: 7}},
			"<late@client>":   {{Ticket: 7, Named: true}},
		},
		people: map[int64]person{
			71: {"ana@example.net", 7, "requester"},
			72: {"bob@example.net", 7, "participant"},
			73: {"alice@example.org", 7, "agent"},
			81: {"carl@example.net", 8, "requester"},
			82: {"bob@example.net", 8, "participant"},
			83: {"alice@example.org", 8, "agent"},
		},
	}
}

func TestResolve(t *testing.T) {
	k := testKeyring(t)
	tokenOf := func(p int64, kind Kind) *Token {
		who := office().people[p]
		return &Token{Ticket: who.ticket, Participant: p, Role: who.role, Kind: kind}
	}
	address := func(token *Token) string {
		a, err := k.ReplyAddress("support@example.org", *token)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	ownID := func(token *Token) string { return k.MessageID(*token, "1", "desk.example.org") }
	ana7, bob7, carl8, bob8 := tokenOf(71, Public), tokenOf(72, Public), tokenOf(81, Public), tokenOf(82, Public)
	alice7, alice7in, alice8 := tokenOf(73, Public), tokenOf(73, Internal), tokenOf(83, Public)
	gone := &Token{Ticket: 7, Participant: 99, Role: "requester", Kind: Public}
	moved := &Token{Ticket: 9, Participant: 71, Role: "requester", Kind: Public}
	promoted := &Token{Ticket: 7, Participant: 71, Role: "agent", Kind: Public}

	for _, tt := range []struct {
		name string
		mail Mail
		want Match
	}{
		{"nothing", Mail{From: "ana@example.net", Subject: "Printer", Recipients: []string{"support@example.org"}}, Match{}},
		{"reply address", Mail{From: "ana@example.net", Recipients: []string{"x@y", address(ana7)}},
			Match{Ticket: 7, Reason: ReplyAddress, Token: ana7}},
		{"reply address in capitals", Mail{From: "ANA@EXAMPLE.NET", Recipients: []string{upper(address(ana7))}},
			Match{Ticket: 7, Reason: ReplyAddress, Token: ana7}},
		{"T057 Message-ID and References are gone, token in the address", Mail{From: "ana@example.net", Subject: "no", Recipients: []string{address(ana7)}},
			Match{Ticket: 7, Reason: ReplyAddress, Token: ana7}},
		{"T056 subject changed, own id in References", Mail{From: "ana@example.net", Subject: "other matter", References: []string{"<a@b>", ownID(ana7), "<c@d>"}},
			Match{Ticket: 7, Reason: OwnMessageID, Token: ana7}},
		{"own id in In-Reply-To, in capitals", Mail{From: "ana@example.net", InReplyTo: []string{upper(ownID(ana7))}},
			Match{Ticket: 7, Reason: OwnMessageID, Token: ana7}},
		{"In-Reply-To before References", Mail{From: "bob@example.net", InReplyTo: []string{ownID(bob8)}, References: []string{ownID(bob7)}},
			Match{Ticket: 8, Reason: OwnMessageID, Token: bob8}},
		{"the last of References first", Mail{From: "bob@example.net", References: []string{ownID(bob7), ownID(bob8)}},
			Match{Ticket: 8, Reason: OwnMessageID, Token: bob8}},
		{"foreign id", Mail{From: "ana@example.net", References: []string{"<ana-1@client>"}},
			Match{Ticket: 7, Reason: ForeignID}},
		{"foreign id of an other participant", Mail{From: "bob@example.net", References: []string{"<ana-1@client>"}},
			Match{Ticket: 7, Reason: ForeignID}},
		{"foreign id of two tickets: where the sender may write", Mail{From: "ana@example.net", References: []string{"<both@client>"}},
			Match{Ticket: 7, Reason: ForeignID}},
		{"foreign id of two tickets: the newest", Mail{From: "bob@example.net", References: []string{"<both@client>"}},
			Match{Ticket: 8, Reason: ForeignID}},
		{"subject tag", Mail{From: "ana@example.net", Subject: "Re: [Example IT #7] Printer"},
			Match{Ticket: 7, Reason: SubjectTag}},

		{"T054 a stranger's subject tag", Mail{From: "eve@example.com", Subject: "Re: [Example IT #7] Printer"}, Match{Claims: 7}},
		{"T055 a stranger's forged References", Mail{From: "eve@example.com", References: []string{"<ana-1@client>"}}, Match{Claims: 7}},
		{"T055 References of another ticket", Mail{From: "ana@example.net", References: []string{"<carl-1@client>"}}, Match{Claims: 8}},
		{"T055 guessed own id", Mail{From: "ana@example.net", References: []string{"<t7.ma27.aaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaa@desk.example.org>"}}, Match{}},
		{"T055 no identity", Mail{References: []string{"<ana-1@client>"}, Subject: "[Example IT #7]"}, Match{Claims: 7}},
		{"T058 two tags: where the sender may write", Mail{From: "ana@example.net", Subject: "[Example IT #8] Re: [Example IT #7]"},
			Match{Ticket: 7, Reason: SubjectTag}},
		{"T058 two tags, both of strangers", Mail{From: "eve@example.com", Subject: "[Example IT #8] Re: [Example IT #7]"}, Match{Claims: 8}},
		{"T060 the tagged ticket is gone", Mail{From: "ana@example.net", Subject: "[Example IT #99]"}, Match{Claims: 99}},
		{"T060 participant erased", Mail{From: "ana@example.net", Recipients: []string{address(gone)}}, Match{}},
		{"T060 token of a ticket that the participant is not on", Mail{From: "ana@example.net", Recipients: []string{address(moved)}}, Match{}},
		{"token with a role that the participant has not", Mail{From: "ana@example.net", Recipients: []string{address(promoted)}}, Match{}},

		{"T054 a stranger holds a token", Mail{From: "eve@example.com", Recipients: []string{address(ana7)}},
			Match{Ticket: 7, Reason: ReplyAddress, Token: ana7, Holder: true}},
		{"T099 a machine writes to a token address, without identity", Mail{Recipients: []string{address(ana7)}},
			Match{Ticket: 7, Reason: ReplyAddress, Token: ana7, Holder: true}},
		{"a stranger answers a forwarded mail", Mail{From: "eve@example.com", InReplyTo: []string{ownID(ana7)}, Subject: "[Example IT #7]"},
			Match{Ticket: 7, Reason: OwnMessageID, Token: ana7, Holder: true}},
		{"a participant uses the requester's token: no token", Mail{From: "bob@example.net", Recipients: []string{address(ana7)}},
			Match{Ticket: 7, Reason: ReplyAddress}},
		{"T091 From of an agent with a requester's token: no token", Mail{From: "alice@example.org", Recipients: []string{address(ana7)}},
			Match{Ticket: 7, Reason: ReplyAddress}},
		{"T091 requester with the agent's token: no token, and inside", Mail{From: "ana@example.net", Recipients: []string{address(alice7in)}},
			Match{Ticket: 7, Reason: ReplyAddress, Internal: true}},
		{"T092 agent token of 7 in the hands of the requester of 8", Mail{From: "carl@example.net", Recipients: []string{address(alice7)}},
			Match{Ticket: 7, Reason: ReplyAddress, Token: alice7, Holder: true}},
		{"T106 agent answers an internal mail", Mail{From: "alice@example.org", Recipients: []string{address(alice7in)}},
			Match{Ticket: 7, Reason: ReplyAddress, Token: alice7in, Internal: true}},

		{"address of 7, own id of 8: the address wins", Mail{From: "alice@example.org", Recipients: []string{address(alice7)}, InReplyTo: []string{ownID(alice8)}},
			Match{Ticket: 7, Reason: ReplyAddress, Token: alice7}},
		{"address of 7, foreign id of 8", Mail{From: "bob@example.net", Recipients: []string{address(bob7)}, References: []string{"<carl-1@client>"}},
			Match{Ticket: 7, Reason: ReplyAddress, Token: bob7}},
		{"own id of 7, tag of 8", Mail{From: "bob@example.net", References: []string{ownID(bob7)}, Subject: "[Example IT #8]"},
			Match{Ticket: 7, Reason: OwnMessageID, Token: bob7}},
		{"answer to all: one's own address among others'", Mail{From: "bob@example.net", Recipients: []string{address(carl8), address(bob7)}},
			Match{Ticket: 7, Reason: ReplyAddress, Token: bob7}},
		{"somebody's address of 7, one's own id of 8: one's own right wins", Mail{From: "carl@example.net", Recipients: []string{address(ana7)}, InReplyTo: []string{ownID(carl8)}},
			Match{Ticket: 8, Reason: OwnMessageID, Token: carl8}},
		{"somebody's address of 7, tag of 8", Mail{From: "carl@example.net", Recipients: []string{address(ana7)}, Subject: "[Example IT #8]"},
			Match{Ticket: 8, Reason: SubjectTag}},

		{"trusted archive: foreign id of whomever", Mail{From: "eve@example.com", Trusted: true, References: []string{"<ana-1@client>"}},
			Match{Ticket: 7, Reason: ForeignID}},
		{"trusted archive: a mail comes after its answers", Mail{Trusted: true, MessageID: "<late@client>"},
			Match{Ticket: 7, Reason: ForeignID}},
		{"T049 trusted archive: a Message-ID that was carried before", Mail{Trusted: true, MessageID: "<ana-1@client>"}, Match{}},
		{"a mail comes after its answer to all, from who may write to the ticket", Mail{From: "ana@example.net", MessageID: "<late@client>"},
			Match{Ticket: 7, Reason: ForeignID}},
		{"a stranger's mail has the Message-ID of one that was answered", Mail{From: "eve@example.com", MessageID: "<late@client>"}, Match{}},
		{"trusted archive: a tag is not trusted", Mail{From: "eve@example.com", Trusted: true, Subject: "[Example IT #7]"}, Match{Claims: 7}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := New(k, "Example IT").Resolve(t.Context(), office(), tt.mail)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Resolve(%+v) =\n %s, %v, want\n %s", tt.mail, show(got), err, show(tt.want))
			}
		})
	}
}

func show(m Match) string {
	if m.Token == nil {
		return fmt.Sprintf("%+v", m)
	}
	return fmt.Sprintf("%+v with %+v", m, *m.Token)
}

// An agent who left the roster may write no more; the index says so.
func TestT105FormerAgent(t *testing.T) {
	k := testKeyring(t)
	token := Token{Ticket: 7, Participant: 73, Role: "agent", Kind: Public}
	addr, err := k.ReplyAddress("support@example.org", token)
	if err != nil {
		t.Fatal(err)
	}
	got, err := New(k, "Example IT").Resolve(t.Context(), roster{office()}, Mail{From: "alice@example.org", Recipients: []string{addr}})
	if err != nil || got.Ticket != 7 || !got.Holder {
		t.Errorf("Resolve(mail of a former agent) = %s, %v, want a holder of ticket 7", show(got), err)
	}
}

// roster is an index in which alice is an agent no longer.
type roster struct{ *memory }

func (x roster) MayWrite(ctx context.Context, ticket int64, address string) (bool, error) {
	if strings.EqualFold(address, "alice@example.org") {
		return false, nil
	}
	return x.memory.MayWrite(ctx, ticket, address)
}

func TestResolveBoundsItsWork(t *testing.T) {
	k := testKeyring(t)
	m := Mail{From: "eve@example.com"}
	for i := range 10_000 {
		token := Token{Ticket: int64(i + 1), Participant: int64(i + 1), Role: "agent", Kind: Public}
		addr, err := k.ReplyAddress("support@example.org", token)
		if err != nil {
			t.Fatal(err)
		}
		m.Recipients = append(m.Recipients, addr)
		m.InReplyTo = append(m.InReplyTo, fmt.Sprintf("<%d@a>", i))
		m.References = append(m.References, fmt.Sprintf("<%d@b>", i))
		m.Subject += Tag("d", int64(i+1))
	}
	x := &memory{}
	if _, err := New(k, "d").Resolve(t.Context(), x, m); err != nil {
		t.Fatal(err)
	}
	if most := maxRecipients + maxReferences + maxTags; x.lookups > most {
		t.Errorf("Resolve asks the index %d times for one mail, want %d at most", x.lookups, most)
	}
}

func TestResolveWrapsErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	k := testKeyring(t)
	token := Token{Ticket: 7, Participant: 71, Role: "requester", Kind: Public}
	addr, err := k.ReplyAddress("support@example.org", token)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []Mail{
		{From: "ana@example.net", Recipients: []string{addr}},
		{From: "ana@example.net", References: []string{k.MessageID(token, "1", "d")}},
		{From: "ana@example.net", References: []string{"<a@b>"}},
		{From: "ana@example.net", Subject: "[d #7]"},
	} {
		if got, err := New(k, "d").Resolve(t.Context(), &memory{fail: broken}, m); !errors.Is(err, broken) {
			t.Errorf("Resolve(%+v) = %s, %v, want the error of the index", m, show(got), err)
		}
	}
}

// Whatever a mail says, a match gives a token only to the one it was made for,
// and a ticket only to those who may write there or hold a token of it.
func FuzzResolve(f *testing.F) {
	k := testKeyring(f)
	ana := Token{Ticket: 7, Participant: 71, Role: "requester", Kind: Public}
	addr, err := k.ReplyAddress("support@example.org", ana)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("ana@example.net", addr, "<ana-1@client>", k.MessageID(ana, "1", "d"), "[Example IT #7]")
	f.Add("eve@example.com", addr, "<both@client>", "<carl-1@client>", "[Example IT #8] [Example IT #7]")
	f.Add("", "", "", "", "")
	f.Fuzz(func(t *testing.T, from, to, inReplyTo, reference, subject string) {
		m := Mail{Recipients: []string{to}, InReplyTo: []string{inReplyTo}, References: []string{reference}, Subject: subject, From: from}
		x := office()
		got, err := New(k, "Example IT").Resolve(t.Context(), x, m)
		if err != nil {
			t.Fatal(err)
		}
		may, err := x.MayWrite(t.Context(), got.Ticket, from)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case got.Ticket == 0:
			if got.Token != nil || got.Holder || got.Internal || got.Reason != NoEvidence {
				t.Errorf("Resolve(%+v) = %s: no ticket, yet more than a claim", m, show(got))
			}
		case got.Holder:
			if got.Token == nil || may {
				t.Errorf("Resolve(%+v) = %s: no holder", m, show(got))
			}
		case !may || got.Claims != 0:
			t.Errorf("Resolve(%+v) = %s: the sender may not write there", m, show(got))
		case got.Token != nil && !same(x.people[got.Token.Participant].address, from):
			t.Errorf("Resolve(%+v) = %s: somebody else's token", m, show(got))
		}
	})
}
