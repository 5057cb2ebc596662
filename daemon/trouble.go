package daemon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"maildesk/desk/trouble"
	"maildesk/imappoll"
	"maildesk/store"
	"maildesk/ticket"
)

// When a condition counts as trouble.
const (
	observeEvery   = 30 * time.Second
	mailboxAmiss   = 2 * time.Minute     // a server may be restarted
	smarthostDown  = 5 * time.Minute     // likewise; a permanent refusal counts at once
	certificateEnd = 14 * 24 * time.Hour // before it
	diskFactor     = 8                   // times the reserve
	asideAmiss     = 2 * time.Minute     // a configuration does not change on all machines at once
	clockAmiss     = time.Minute         // it is apart from that of the database
)

// observe records the troubles of the desk and its mailboxes until ctx is done: of several daemons on
// one database the one that has the clock does. What each has of its own is in observeOwn.
func (d *Daemon) observe(ctx context.Context) error {
	return d.eachLook(ctx, func(now time.Time) error { return d.observeDesk(ctx, now) })
}

// eachLook looks for troubles every half minute until ctx is done.
func (d *Daemon) eachLook(ctx context.Context, look func(now time.Time) error) error {
	tick := time.NewTicker(observeEvery)
	defer tick.Stop()
	for {
		if err := look(time.Now()); err != nil && ctx.Err() == nil {
			d.log.ErrorContext(ctx, "look for troubles", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (d *Daemon) observeDesk(ctx context.Context, now time.Time) error {
	desk := d.local.Desk
	return errors.Join(
		desk.ObserveCondition(ctx, now),
		desk.ObserveSecurity(ctx, now, d.seen(now)),
		d.observeMailboxes(ctx, now),
		d.observeDaemons(ctx, now),
	)
}

// observeMachine notes the troubles of this daemon and its machine: others on the database have theirs.
func (d *Daemon) observeMachine(ctx context.Context, now time.Time) error {
	return errors.Join(
		d.observeConfig(ctx),
		d.observeDisk(ctx),
		d.observeSearch(ctx),
		d.observeMended(ctx, now),
		d.observeSmarthosts(ctx, now),
		d.observeCertificate(ctx, now),
		d.observeClock(ctx),
		d.observeSightings(ctx, now),
	)
}

// observeHere notes which troubles of a kind this daemon has of its own.
func (d *Daemon) observeHere(ctx context.Context, kind ticket.TroubleKind, standing []ticket.Trouble, unknown ...string) error {
	return d.troubles().ObserveAt(ctx, d.local.Store.Place(), kind, standing, unknown...)
}

// troubles returns where this daemon notes its own troubles. While it stands aside it tells nobody: the daemon with the clock does.
func (d *Daemon) troubles() *trouble.Book {
	if d.local.Store.Aside() != nil {
		return d.local.Desk.Noted()
	}
	return d.local.Desk.Book
}

func (d *Daemon) observeDisk(ctx context.Context) error {
	free, reserve, err := d.monitor.disk()
	if err != nil {
		return err
	}
	var all []ticket.Trouble
	switch {
	case free < reserve:
		all = []ticket.Trouble{{Mark: "full", Text: fmt.Sprintf("%d MiB are free for the data folder, less than the %d MiB that are kept in reserve: senders are asked to deliver new mails later. Make room.", free>>20, reserve>>20)}}
	case free < diskFactor*reserve:
		all = []ticket.Trouble{{Text: fmt.Sprintf("%d MiB are free for the data folder. With less than %d MiB no new mail is accepted. Make room.", free>>20, reserve>>20)}}
	}
	for i := range all {
		all[i].Subject = "the disk is nearly full"
	}
	return d.observeHere(ctx, ticket.TroubleDisk, all)
}

func (d *Daemon) observeSearch(ctx context.Context) error {
	var all []ticket.Trouble
	for _, r := range d.searchReasons() {
		all = append(all, ticket.Trouble{Subject: "the search index is damaged", Text: r.Text + "\n\nTickets are kept and handled. \"maildesk check --data\" shows what else is damaged; restore a backup or rebuild the tickets with \"maildesk rebuild\"."})
	}
	return d.observeHere(ctx, ticket.TroubleStore, append(all, d.anchor.Troubles()...))
}

// observeMailboxes reads how it stands with all mailboxes: other daemons may fetch them.
func (d *Daemon) observeMailboxes(ctx context.Context, now time.Time) error {
	var boxes []ticket.Mailbox
	err := d.local.Desk.View(ctx, func(r ticket.Reader) (err error) {
		boxes, err = r.Mailboxes()
		return err
	})
	if err != nil {
		return err
	}
	var all []ticket.Trouble
	var unknown []string
	amiss := map[string]time.Time{}
	for _, m := range boxes {
		if m.Status.State == ticket.MailboxFine || !d.isFetched(m) {
			continue
		}
		subject := fmt.Sprintf("mailbox %s of %s", m.Name, m.Account)
		since, known := d.monitor.amiss[subject]
		if !known {
			since = now
		}
		amiss[subject] = since
		if m.Status.State == "" || now.Sub(since) < mailboxAmiss {
			unknown = append(unknown, subject)
			continue
		}
		all = append(all, ticket.Trouble{Subject: subject, Mark: string(m.Status.State),
			Text: fmt.Sprintf("The mailbox has been %s since %s: %s\n\n\"maildesk mailboxes\" shows its state; docs/imap.md explains the states.", m.Status.State, m.Status.Since.Format(time.RFC3339), m.Status.Reason)})
	}
	d.monitor.amiss = amiss
	return d.local.Desk.Observe(ctx, ticket.TroubleMailbox, all, unknown...)
}

// isFetched reports whether this daemon has a mailbox in its settings, or another one fetches it.
func (d *Daemon) isFetched(m ticket.Mailbox) bool {
	return slices.ContainsFunc(d.poller.Health(), func(h imappoll.Health) bool { return h.Account == m.Account && h.Mailbox == m.Name }) ||
		d.local.Store.IsTermHeld(store.MailboxTerm(m.Account, m.Name))
}

func (d *Daemon) observeSmarthosts(ctx context.Context, now time.Time) error {
	var all []ticket.Trouble
	var unknown []string // configured hosts not tried yet: their troubles stay as they are
	for _, s := range d.policy.cfg.Outgoing.Smarthosts {
		unknown = append(unknown, smarthostSubject(s.Host))
	}
	for _, h := range d.monitor.hops.Hops() {
		subject := smarthostSubject(h.Host)
		switch {
		case h.Since.IsZero():
			unknown = slices.DeleteFunc(unknown, func(s string) bool { return s == subject })
		case h.Permanent:
			all = append(all, ticket.Trouble{Subject: subject, Mark: "refuses",
				Text: fmt.Sprintf("The smarthost has refused our mail permanently since %s:\n\n%s\n\nThe mails wait and are tried every few minutes. Correct its settings or [outgoing].", h.Since.Format(time.RFC3339), h.Text)})
		case now.Sub(h.Since) >= smarthostDown:
			all = append(all, ticket.Trouble{Subject: subject, Mark: "down",
				Text: fmt.Sprintf("The smarthost has been down since %s:\n\n%s\n\nNo mail leaves through it; the mails wait and are tried every few minutes.", h.Since.Format(time.RFC3339), h.Text)})
		}
	}
	return d.observeHere(ctx, ticket.TroubleSmarthost, all, unknown...)
}

func smarthostSubject(host string) string { return "smarthost " + host }

func (d *Daemon) observeCertificate(ctx context.Context, now time.Time) error {
	var all []ticket.Trouble
	if c := d.monitor.certificate; c != nil {
		ends, err := c.Ends()
		if err != nil {
			return err
		}
		t := ticket.Trouble{Subject: "certificate of [smtp]", Text: fmt.Sprintf("The certificate in %s expires at %s. Renew it: the new file is read as soon as it is there.", d.policy.cfg.SMTP.Certificate, ends.Format(time.RFC3339))}
		switch {
		case now.After(ends):
			t.Mark, t.Text = "ended", fmt.Sprintf("The certificate in %s expired at %s: servers that check it deliver no more mail. Renew it: the new file is read as soon as it is there.", d.policy.cfg.SMTP.Certificate, ends.Format(time.RFC3339))
			fallthrough
		case ends.Sub(now) < certificateEnd:
			all = append(all, t)
		}
	}
	return d.observeHere(ctx, ticket.TroubleCertificate, all)
}

// observeClock compares the clock of this machine with that of the database, if that is on a server.
func (d *Daemon) observeClock(ctx context.Context) error {
	ahead, err := d.monitor.ahead(ctx)
	if err != nil {
		return err
	}
	var all []ticket.Trouble
	if off := ahead.Abs(); off >= clockAmiss {
		where := "ahead of"
		if ahead < 0 {
			where = "behind"
		}
		all = append(all, ticket.Trouble{Subject: "the clock is wrong", Text: fmt.Sprintf("The clock of this machine is %s %s that of the database. No mail is lost by it, but people see times that are wrong, and timers "+
			"and mails that were put off are due too early or too late. Let NTP set both (systemd-timesyncd, chrony).", off.Round(time.Second), where)})
	}
	return d.observeHere(ctx, ticket.TroubleClock, all)
}
