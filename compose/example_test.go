package compose_test

import (
	"fmt"
	"strings"
	"time"

	"maildesk/compose"
)

// An acknowledgement as the desk sends it: the text is quoted-printable, the
// subject is encoded, and machines are asked not to answer.
func ExampleMail_Bytes() {
	mail := compose.Mail{
		From:      compose.Address{Name: "Example IT", Address: "support@example.org"},
		To:        compose.Address{Name: "José", Address: "jose@example.net"},
		Subject:   "[Example IT #1042] Café printer",
		Date:      time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC),
		MessageID: "<t1042.example@desk.example.org>",
		InReplyTo: "<question@client.example.net>",
		Auto:      compose.AutoReplied,
		Words:     compose.Words{Text: "Your request about the café printer is number 1042.\n"},
	}
	raw, err := mail.Bytes()
	if err != nil {
		panic(err)
	}
	fmt.Print(strings.ReplaceAll(string(raw), "\r\n", "\n"))
	// Output:
	// From: "Example IT" <support@example.org>
	// To: =?utf-8?q?Jos=C3=A9?= <jose@example.net>
	// Subject: =?utf-8?q?[Example_IT_#1042]_Caf=C3=A9_printer?=
	// Date: Mon, 02 Mar 2026 09:30:00 +0000
	// Message-ID: <t1042.example@desk.example.org>
	// In-Reply-To: <question@client.example.net>
	// Auto-Submitted: auto-replied
	// X-Auto-Response-Suppress: All
	// Precedence: bulk
	// MIME-Version: 1.0
	// Content-Type: text/plain; charset=utf-8; format=flowed
	// Content-Transfer-Encoding: quoted-printable
	//
	// Your request about the caf=C3=A9 printer is number 1042.
}

// An address that could inject a header is an error, never cleaned.
func ExampleAddressError() {
	mail := compose.Mail{
		From:      compose.Address{Address: "support@example.org"},
		To:        compose.Address{Address: "ana@example.net\r\nBcc: everybody@example.net"},
		Date:      time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC),
		MessageID: "<t1042.example@desk.example.org>",
	}
	_, err := mail.Bytes()
	fmt.Println(err)
	// Output: compose mail "<t1042.example@desk.example.org>": To: "ana@example.net\r\nBcc: everybody@example.net" is not a plain address
}
