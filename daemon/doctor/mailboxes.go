package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"maildesk/config"
	"maildesk/daemon/localdesk"
	"maildesk/imappoll"
	"maildesk/ticket"
)

// Bounds of what is fine.
const (
	silentMailbox = 30 * time.Minute
	probeWithin   = time.Minute // a mailbox is opened
)

// mailboxes logs in to each mailbox of the configuration, and looks when the daemon was last in touch with it.
func (v *visit) mailboxes(ctx context.Context) {
	known, err := v.fetched(ctx)
	if err != nil {
		v.add("mailbox", Unknown, err.Error(), lookAtData)
	}
	for _, c := range v.cfg.IMAP {
		if v.opens(ctx, c) {
			v.gradeFetching(c, known[place{c.Name, c.Mailbox}])
		}
	}
}

// place is what a mailbox is known by.
type place struct{ account, name string }

// fetched returns what the daemon last found in each mailbox.
func (v *visit) fetched(ctx context.Context) (map[place]ticket.MailboxStatus, error) {
	known := map[place]ticket.MailboxStatus{}
	if v.local == nil || len(v.cfg.IMAP) == 0 {
		return known, nil
	}
	return known, v.local.Desk.View(ctx, func(r ticket.Reader) error {
		all, err := r.Mailboxes()
		for _, m := range all {
			known[place{m.Account, m.Name}] = m.Status
		}
		return err
	})
}

// opens reports whether a mailbox can be fetched, as far as that is seen from here.
func (v *visit) opens(ctx context.Context, c config.IMAP) bool {
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	m, err := localdesk.Mailbox(c, v.log)
	if err == nil {
		err = imappoll.Probe(ctx, m)
	}
	if err == nil {
		return true
	}
	grade, remedy := Bad, "is the server up, and reached from here? The [[imap]] block names it, and tls_ca whom its certificate is from"
	switch {
	case errors.Is(err, imappoll.ErrRefused):
		remedy = "put the right password into the file that password_file names, or renew the access (oauth); the desk reads it at its next log-in"
	case errors.Is(err, imappoll.ErrNoMailbox):
		remedy = "mailbox in its [[imap]] block names the one to fetch: write it as the server does"
	case errors.Is(err, imappoll.ErrUnable):
		grade, remedy = Odd, `mails come, and stay in the mailbox: set after to what the server can do, such as "leave"`
	case errors.Is(err, imappoll.ErrNoFolder):
		grade, remedy = Odd, "the desk makes it for the first mail that it moves, where the server lets it; is the name right?"
	}
	v.add("mailbox", grade, fmt.Sprintf("%s of %s: %v", c.Mailbox, c.Name, err), remedy)
	return grade != Bad
}

// gradeFetching says what the daemon makes of a mailbox that opens.
func (v *visit) gradeFetching(c config.IMAP, s ticket.MailboxStatus) {
	name := c.Mailbox + " of " + c.Name
	switch ago := time.Since(s.ContactAt); {
	case s.State != ticket.MailboxFine && s.State != "":
		v.add("mailbox", Bad, fmt.Sprintf("%s is %s: %s", name, s.State, s.Reason), "maildesk mailboxes says since when")
	case s.ContactAt.IsZero():
		v.add("mailbox", Odd, name+" opens, and no daemon has fetched it yet", "start maildesk serve, and look at its log")
	case ago > silentMailbox:
		v.add("mailbox", Bad, fmt.Sprintf("the desk was last in touch with %s %v ago", name, ago.Round(time.Minute)), "start maildesk serve, and look at its log")
	default:
		v.add("mailbox", Fine, name+" opens, and is fetched", "")
	}
}
