package smtpd_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	netsmtp "net/smtp"

	"maildesk/desk"
	"maildesk/smtpd"
	"maildesk/ticket"
)

// printing is a desk that prints the mails for help@example.org.
type printing struct{}

func (printing) CheckRecipient(_ context.Context, forwardPath string) error {
	if forwardPath != "help@example.org" {
		return &desk.UnknownRecipientError{ForwardPath: forwardPath}
	}
	return nil
}

func (printing) Room(context.Context, int64) error { return nil }

func (printing) Accept(_ context.Context, env ticket.Envelope, raw []byte) (ticket.MailID, error) {
	fmt.Printf("from %s: %q\n", env.ReversePath, raw)
	return 1, nil
}

func Example() {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	server := smtpd.New(ln, printing{}, smtpd.Config{Hostname: "desk.example.org"}, slog.New(slog.DiscardHandler))
	go func() { ended <- server.Run(ctx) }()

	for _, to := range []string{"help@example.org", "nobody@example.org"} {
		err := netsmtp.SendMail(ln.Addr().String(), nil, "ana@example.net", []string{to}, []byte("Subject: hello\r\n\r\n"))
		fmt.Println(to, err)
	}
	fmt.Println(server.Counts().Kept, "kept")

	stop()
	fmt.Println(<-ended)
	// Output:
	// from ana@example.net: "Subject: hello\r\n\r\n"
	// help@example.org <nil>
	// nobody@example.org 550 "5.1.1 No such mailbox here"
	// 1 kept
	// <nil>
}
