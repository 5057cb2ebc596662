package threading_test

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"maildesk/threading"
)

// tickets is an Index that knows one ticket: 1042, which Ana opened.
type tickets struct{}

func (tickets) MessageID(ctx context.Context, id string) ([]threading.Ref, error) {
	if id == "<question@client.example.net>" { // the Message-ID of Ana's first mail
		return []threading.Ref{{Ticket: 1042}}, nil
	}
	return nil, nil
}

func (tickets) MayWrite(ctx context.Context, ticket int64, address string) (bool, error) {
	return ticket == 1042 && address == "ana@example.net", nil
}

func (tickets) AddressOf(ctx context.Context, participant int64) (address string, ticket int64, role string, err error) {
	if participant == 7 {
		return "ana@example.net", 1042, "requester", nil
	}
	return "", 0, "", nil
}

// exampleKeyring has fixed keys, so that the example prints the same each time.
// A desk makes its keys with GenerateKeys.
func exampleKeyring() *threading.Keyring {
	key := threading.Key{ID: "a", Secret: bytes.Repeat([]byte("secret"), 6), Created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	keys, err := threading.NewKeyring(threading.Keys{
		threading.PurposeReply:     {key},
		threading.PurposeMessageID: {key},
	})
	if err != nil {
		panic(err)
	}
	return keys
}

// The desk puts a signed address into Reply-To. It identifies the ticket and the
// person it was made for; a stranger who learns it does not become that person.
func Example() {
	keys := exampleKeyring()
	address, err := keys.ReplyAddress("support@example.org", threading.Token{
		Ticket: 1042, Participant: 7, Role: "requester", Kind: threading.Public,
	})
	if err != nil {
		panic(err)
	}
	resolver := threading.New(keys, "Example IT")
	for _, mail := range []threading.Mail{
		{From: "ana@example.net", Recipients: []string{address}},
		{From: "mallory@example.com", Recipients: []string{address}},
		{From: "ana@example.net", InReplyTo: []string{"<question@client.example.net>"}},
		{From: "mallory@example.com", Subject: "Re: [Example IT #1042] VPN"},
	} {
		m, err := resolver.Resolve(context.Background(), tickets{}, mail)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%s: ticket %d (%s), holder of another's token: %t, only claims %d\n",
			mail.From, m.Ticket, m.Reason, m.Holder, m.Claims)
	}
	// Output:
	// ana@example.net: ticket 1042 (reply-address), holder of another's token: false, only claims 0
	// mallory@example.com: ticket 1042 (reply-address), holder of another's token: true, only claims 0
	// ana@example.net: ticket 1042 (foreign-id), holder of another's token: false, only claims 0
	// mallory@example.com: ticket 0 (), holder of another's token: false, only claims 1042
}

func ExampleKeyring_ReplyAddress() {
	keys := exampleKeyring()
	address, err := keys.ReplyAddress("support@example.org", threading.Token{
		Ticket: 1042, Participant: 7, Role: "requester", Kind: threading.Public,
	})
	fmt.Println(address, err)
	token, base, ok := keys.ParseReplyAddress(address)
	fmt.Println(token.Ticket, token.Role, base, ok)
	_, _, ok = keys.ParseReplyAddress("support+t1043" + address[len("support+t1042"):]) // another ticket
	fmt.Println(ok)
	// Output:
	// support+t1042-aa7e5izmbxscio6phmd@example.org <nil>
	// 1042 requester support@example.org true
	// false
}

func ExampleCleanSubject() {
	subject := "AW: Re: [Example IT #1042] VPN  down"
	fmt.Println(threading.FindTags("Example IT", subject))
	fmt.Println(threading.CleanSubject("Example IT", subject))
	// Output:
	// [1042]
	// VPN down
}
