package mailparse_test

import (
	"fmt"

	"maildesk/mailparse"
)

func ExampleParse() {
	raw := "From: Ana Berg <ana@example.net>\r\n" +
		"To: support@example.org\r\n" +
		"Subject: =?utf-8?q?Re=3A_Drucker_druckt_nicht_=C2=BB?=\r\n" +
		"In-Reply-To: <one@example.org>\r\n" +
		"Content-Type: text/plain; charset=utf-8\r\n" +
		"\r\n" +
		"Er druckt wieder, vielen Dank.\r\n" +
		"\r\n" +
		"-- \r\n" +
		"Ana Berg, Zimmer 12\r\n" +
		"\r\n" +
		"Am 3.11.2026 um 10:12 schrieb Support <support@example.org>:\r\n" +
		"> Druckt er jetzt?\r\n"

	m := mailparse.Parse([]byte(raw), mailparse.Envelope{})

	fmt.Println("from:     ", m.From.Name, m.From.Address)
	fmt.Println("subject:  ", m.Subject)
	fmt.Println("answers:  ", m.InReplyTo)
	fmt.Println("class:    ", m.Class)
	fmt.Println("language: ", m.Language)
	fmt.Println("reply:    ", m.Reply)
	fmt.Println("signature:", m.Signature)
	fmt.Printf("quoted:    %q\n", m.Quoted)
	fmt.Println("problems: ", m.Problems)
	// Output:
	// from:      Ana Berg ana@example.net
	// subject:   Re: Drucker druckt nicht »
	// answers:   [<one@example.org>]
	// class:     person
	// language:  de
	// reply:     Er druckt wieder, vielen Dank.
	// signature: Ana Berg, Zimmer 12
	// quoted:    "Am 3.11.2026 um 10:12 schrieb Support <support@example.org>:\n> Druckt er jetzt?"
	// problems:  [no usable Message-ID no readable Date]
}
