package privacy

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"maildesk/addr"
	"maildesk/daemon/localdesk"

	"maildesk/desk/person"
	"maildesk/durable"
	"maildesk/mailbox"
	"maildesk/ticket"
)

// The files of an export.
const (
	exportMails = "mails.mbox"
	exportPage  = "index.html"
)

// ExportOptions say what an export holds beside the person's own words and the answers.
type ExportOptions struct {
	Notes bool // what agents wrote for each other
}

// Export writes what is kept of an address into a new folder, which only we can read: the
// mails that they wrote and got as an mbox, and a page that reads without it. What others
// wrote on the same tickets is not in it, only that it is there.
func Export(ctx context.Context, b *localdesk.Local, address, folder string, o ExportOptions) (p Person, mails int, err error) {
	if _, err := os.Lstat(folder); !errors.Is(err, fs.ErrNotExist) {
		return p, 0, fmt.Errorf("export: %s is there already; name a new folder (%w)", folder, fs.ErrExist)
	}
	if p, err = Look(ctx, b, address); err != nil {
		return p, 0, err
	}
	folder = filepath.Clean(folder)
	partial, err := os.MkdirTemp(filepath.Dir(folder), "."+filepath.Base(folder)+".partial-")
	if err != nil {
		return p, 0, fmt.Errorf("export: %w", err)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("export: %w", errors.Join(err, os.RemoveAll(partial)))
		}
	}()
	if mails, err = writeMails(ctx, b, p, filepath.Join(partial, exportMails)); err != nil {
		return p, mails, err
	}
	if err := writePage(ctx, b, p, mails, filepath.Join(partial, exportPage), o); err != nil {
		return p, mails, err
	}
	return p, mails, durable.Rename(partial, folder)
}

// exportedMail is a mail of an mbox: a received one, or one of the desk.
type exportedMail struct {
	at  time.Time
	in  ticket.MailID
	out ticket.OutboxID
}

// writeMails writes the mails that somebody wrote and got, oldest first.
func writeMails(ctx context.Context, b *localdesk.Local, p Person, path string) (n int, err error) {
	var all []exportedMail
	for _, m := range p.Mails {
		if m.Wrote {
			all = append(all, exportedMail{at: m.ReceivedAt, in: m.Mail})
		}
	}
	for _, m := range p.Outgoing {
		if m.To && m.Kept && m.State == ticket.OutboxSent {
			all = append(all, exportedMail{at: m.CreatedAt, out: m.Mail})
		}
	}
	slices.SortStableFunc(all, func(x, y exportedMail) int { return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.in, y.in)) })
	err = durable.CreateFrom(path, func(to io.Writer) error {
		out := bufio.NewWriter(to)
		n, err = copyMails(ctx, b, p, all, out)
		return errors.Join(err, out.Flush())
	})
	return n, err
}

// copyMails writes mails as an mbox.
func copyMails(ctx context.Context, b *localdesk.Local, p Person, all []exportedMail, out io.Writer) (n int, err error) {
	for _, m := range all {
		var raw []byte
		sender := p.Address
		err := b.Desk.View(ctx, func(r ticket.Reader) (err error) {
			if m.in != 0 {
				raw, err = r.Raw(m.in)
				return err
			}
			sent, err := r.OutboxMail(m.out)
			raw, sender = sent.Bytes, sent.ReversePath
			return err
		})
		if err == nil {
			err = mailbox.WriteMail(out, sender, m.at, raw)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// writePage writes the page.
func writePage(ctx context.Context, b *localdesk.Local, p Person, mails int, path string, o ExportOptions) error {
	page := person.Page{Desk: b.Desk.Settings().Name, Address: p.Address, Names: p.Names, MadeAt: time.Now(), Mails: mails, Others: person.Places(p.Rows)}
	for _, s := range p.Suppressions {
		page.Unwanted = append(page.Unwanted, fmt.Sprintf("%s, %s: %s", s.At.Format(time.DateOnly), s.Cause, s.Detail))
	}
	err := b.Desk.View(ctx, func(r ticket.Reader) error {
		for _, of := range p.Tickets {
			t, err := pageTicket(r, p.Address, of, o)
			if err != nil {
				return err
			}
			page.Tickets = append(page.Tickets, t)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return durable.CreateFrom(path, page.Write)
}

// pageTicket returns what of a ticket is for somebody to read.
func pageTicket(r ticket.Reader, address string, of PersonTicket, o ExportOptions) (person.PageTicket, error) {
	t, err := r.Ticket(of.Ticket)
	if err != nil {
		return person.PageTicket{}, err
	}
	made := person.PageTicket{Number: int64(t.ID), Subject: t.Subject, Status: string(t.Status), Category: t.Category, CreatedAt: t.CreatedAt, Roles: of.Roles}
	entries, err := r.Correspondence(t.ID)
	for _, e := range entries {
		own := addr.Same(e.Author, address)
		if e.Kind != ticket.EntryMessage && e.Kind != ticket.EntryReply && !own && !o.Notes {
			continue
		}
		shown := person.PageEntry{At: e.At, Who: cmp.Or(e.Name, e.Author), Text: e.Text, Hidden: e.Kind == ticket.EntryMessage && !own}
		if e.Kind != ticket.EntryMessage {
			shown.Kind = string(e.Kind)
		}
		if shown.Hidden {
			shown.Who = "another person"
		}
		made.Entries = append(made.Entries, shown)
	}
	return made, err
}
