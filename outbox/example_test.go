package outbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"maildesk/outbox"
	"maildesk/ticket"
)

// oneMail is a desk where one mail waits. What it does not have is not used here.
type oneMail struct {
	outbox.Desk
	waiting []ticket.OutboxMail
	done    func()
}

func (d *oneMail) Claim(context.Context, string, time.Duration, int) (claimed []ticket.OutboxMail, err error) {
	claimed, d.waiting = d.waiting, nil
	return claimed, nil
}

func (d *oneMail) Outcome(_ context.Context, a ticket.Attempt) error {
	fmt.Printf("mail %d is %s: %s said %d %s\n", a.Outbox, a.State, a.Host, a.Code, a.Text)
	d.done()
	return nil
}

func (*oneMail) NextAt(context.Context) (time.Time, error) { return time.Time{}, nil }

func (*oneMail) Wake() <-chan struct{} { return nil }

func (*oneMail) ReleaseBut(context.Context, string, time.Time, ...ticket.OutboxID) error { return nil }

// printer is a next hop that prints what it is handed, and takes it.
type printer struct{}

func (printer) Send(_ context.Context, m ticket.OutboxMail) (outbox.Reply, error) {
	fmt.Printf("to %s: %q\n", m.Recipient, m.Bytes)
	return outbox.Reply{Host: "next.hop", Code: 250, Text: "2.0.0 queued"}, nil
}

func (printer) Close() error { return nil }

// A sender claims what waits, hands it to a transport and reports what became of it.
func Example() {
	ctx, stop := context.WithCancel(context.Background())
	d := &oneMail{done: stop, waiting: []ticket.OutboxMail{
		{ID: 7, Recipient: "ana@example.net", Bytes: []byte("Subject: hello\r\n\r\n"), CreatedAt: time.Now()},
	}}
	sender := outbox.New(d, func() outbox.Transport { return printer{} }, outbox.Config{Owner: "example"}, slog.New(slog.DiscardHandler))
	fmt.Println(sender.Run(ctx))
	// Output:
	// to ana@example.net: "Subject: hello\r\n\r\n"
	// mail 7 is sent: next.hop said 250 2.0.0 queued
	// <nil>
}
