package daemon

import (
	"context"
	"errors"
	"fmt"
	"maildesk/ticket"
	"slices"
	"time"
)

// From when on what the daemon sees is a trouble.
const (
	observeEvery   = 30 * time.Second
	mailboxAmiss   = 2 * time.Minute     // a server may be restarted
	smarthostDown  = 5 * time.Minute     // likewise; a permanent refusal is told at once
	certificateEnd = 14 * 24 * time.Hour // before it
	diskFactor     = 8                   // times the reserve
)

// observe notes the troubles of the daemon's parts until ctx is done. What the
// desk keeps is looked at by the desk.
func (d *Daemon) observe(ctx context.Context) error {
	tick := time.NewTicker(observeEvery)
	defer tick.Stop()
	for {
		if err := d.observeOnce(ctx, time.Now()); err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "look for troubles", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (d *Daemon) observeOnce(ctx context.Context, now time.Time) error {
	desk := d.bench.Desk
	return errors.Join(
		desk.ObserveCondition(ctx, now),
		d.observeDisk(ctx),
		d.observeSearch(ctx),
		d.observeMended(ctx, now),
		d.observeMailboxes(ctx, now),
		d.observeSmarthosts(ctx, now),
		d.observeCertificate(ctx, now),
	)
}

func (d *Daemon) observeDisk(ctx context.Context) error {
	free, reserve, err := d.watch.disk()
	if err != nil {
		return err
	}
	var all []ticket.Trouble
	switch {
	case free < reserve:
		all = []ticket.Trouble{{Mark: "full", Text: fmt.Sprintf("%d MiB are free for the data folder, less than the %d MiB that are kept in reserve: new mails are told to come back later. Make room.", free>>20, reserve>>20)}}
	case free < diskFactor*reserve:
		all = []ticket.Trouble{{Text: fmt.Sprintf("%d MiB are free for the data folder. With less than %d MiB no new mail is taken. Make room.", free>>20, reserve>>20)}}
	}
	for i := range all {
		all[i].Subject = "the disk is nearly full"
	}
	return d.bench.Desk.Observe(ctx, ticket.TroubleDisk, all)
}

func (d *Daemon) observeSearch(ctx context.Context) error {
	var all []ticket.Trouble
	for _, r := range d.searchReasons() {
		all = append(all, ticket.Trouble{Subject: "the search index is damaged", Text: r.Text + "\n\nTickets are kept and handled. \"maildesk check --data\" says what else is damaged; restore a backup or make the tickets anew with \"maildesk rebuild\"."})
	}
	return d.bench.Desk.Observe(ctx, ticket.TroubleStore, all)
}

func (d *Daemon) observeMailboxes(ctx context.Context, now time.Time) error {
	var all []ticket.Trouble
	var unknown []string
	amiss := map[string]time.Time{}
	for _, m := range d.poller.Health() {
		subject := fmt.Sprintf("mailbox %s of %s", m.Mailbox, m.Account)
		switch m.State {
		case ticket.MailboxFine:
			continue
		case "":
			unknown = append(unknown, subject)
			continue
		}
		since, known := d.watch.amiss[subject]
		if !known {
			since = now
		}
		amiss[subject] = since
		if now.Sub(since) < mailboxAmiss {
			unknown = append(unknown, subject)
			continue
		}
		all = append(all, ticket.Trouble{Subject: subject, Mark: string(m.State),
			Text: fmt.Sprintf("The mailbox is %s since %s: %s\n\n\"maildesk mailboxes\" shows how it stands; docs/imap.md has the states.", m.State, m.Since.Format(time.RFC3339), m.Reason)})
	}
	d.watch.amiss = amiss
	return d.bench.Desk.Observe(ctx, ticket.TroubleMailbox, all, unknown...)
}

func (d *Daemon) observeSmarthosts(ctx context.Context, now time.Time) error {
	var all []ticket.Trouble
	var unknown []string // none that is out of the configuration
	for _, s := range d.policy.cfg.Outgoing.Smarthosts {
		unknown = append(unknown, smarthostSubject(s.Host))
	}
	for _, h := range d.watch.hops.Hops() {
		subject := smarthostSubject(h.Host)
		switch {
		case h.Since.IsZero():
			unknown = slices.DeleteFunc(unknown, func(s string) bool { return s == subject })
		case h.Permanent:
			all = append(all, ticket.Trouble{Subject: subject, Mark: "refuses",
				Text: fmt.Sprintf("The smarthost refuses us for good, since %s, and no mail leaves by it:\n\n%s\n\nThe mails wait and are tried every few minutes. Mend its settings or [outgoing].", h.Since.Format(time.RFC3339), h.Text)})
		case now.Sub(h.Since) >= smarthostDown:
			all = append(all, ticket.Trouble{Subject: subject, Mark: "down",
				Text: fmt.Sprintf("The smarthost is out of order since %s, and no mail leaves by it:\n\n%s\n\nThe mails wait and are tried every few minutes.", h.Since.Format(time.RFC3339), h.Text)})
		}
	}
	return d.bench.Desk.Observe(ctx, ticket.TroubleSmarthost, all, unknown...)
}

func smarthostSubject(host string) string { return "smarthost " + host }

func (d *Daemon) observeCertificate(ctx context.Context, now time.Time) error {
	var all []ticket.Trouble
	if c := d.watch.certificate; c != nil {
		ends, err := c.Ends()
		if err != nil {
			return err
		}
		t := ticket.Trouble{Subject: "certificate of [smtp]", Text: fmt.Sprintf("The certificate in %s ends at %s. Renew it: the new file is read as soon as it is there.", d.policy.cfg.SMTP.Certificate, ends.Format(time.RFC3339))}
		switch {
		case now.After(ends):
			t.Mark, t.Text = "ended", fmt.Sprintf("The certificate in %s has ended at %s: servers that check it bring no more mail. Renew it: the new file is read as soon as it is there.", d.policy.cfg.SMTP.Certificate, ends.Format(time.RFC3339))
			fallthrough
		case ends.Sub(now) < certificateEnd:
			all = append(all, t)
		}
	}
	return d.bench.Desk.Observe(ctx, ticket.TroubleCertificate, all)
}
