// Package oldmail has the command maildesk import: mail from before the desk becomes
// tickets, in the order of its dates, and nobody is written to.
package oldmail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"maildesk/calendar"
	"maildesk/cmd/maildesk/console"
	"maildesk/daemon/localdesk"
	"maildesk/desk"
	"maildesk/mailbox"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Command is maildesk import.
type Command struct {
	JSON       bool     `help:"One JSON object a mail, a line each: file, ticket, disposition, reason."`
	Trusted    bool     `help:"An archive that you trust: In-Reply-To and References alone thread, whoever sent the mail; so do sender and subject of an answer within two weeks."`
	OpenSince  string   `placeholder:"DATE" help:"Leave tickets with a mail of this day (2026-11-01) or later open."`
	SubjectTag string   `placeholder:"REGEX" help:"How the old desk marked its tickets in subjects, such as '\\[Ticket#(\\d+)\\]': mails with the same mark are one ticket."`
	Paths      []string `arg:"" name:"path" predictor:"file" help:"Mails, mbox files, folders of mails or Maildirs; - is standard input. Name the folder of sent mails, too."`
}

// Help explains what import makes of old mail.
func (c *Command) Help() string {
	return `No mail is sent, tickets are dated by their mails and closed, and the mails are imported in the order in which they were
written, whatever file they are in. Mails from the desk's own addresses become the answers of a ticket if their thread is known.
What was imported before is recognized: a second run does nothing. docs/import.md shows how to migrate from another desk.`
}

// imported is one line of import --json.
type imported struct {
	File        string             `json:"file"`
	Ticket      ticket.ID          `json:"ticket"`
	Disposition ticket.Disposition `json:"disposition"`
	Reason      string             `json:"reason"`
}

// Run takes the mails into the desk and prints what became of them.
func (c *Command) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	how, err := c.options()
	if err != nil {
		return console.UsageError(err)
	}
	cfg, err := console.LoadConfig(string(path))
	if err != nil {
		return err
	}
	local, err := localdesk.Open(ctx, cfg, console.Quiet())
	if err != nil {
		return err
	}
	defer local.Close()
	if _, err := mailbox.Size(c.Paths); err != nil {
		return err
	}
	mails, unread, leftOut := inOrder(c.Paths, time.Now(), func(item mailbox.Item, err error) {
		fmt.Fprintf(std.Err, "maildesk: %s: %v\n", item.Name, err)
	})
	bar := console.Progress(std.Err, int64(len(mails)), "importing mails")
	sum := newImportSum()
	for _, old := range mails {
		m, subject, err := how.take(ctx, local.Desk, old)
		if err != nil {
			return fmt.Errorf("import %s: %w", old.item.Name, err)
		}
		sum.add(m, subject)
		bar.Add(1)
		if c.JSON {
			if err := console.WriteJSON(std.Out, imported{old.item.Name, m.Ticket, m.Disposition, m.Reason}); err != nil {
				return err
			}
		}
	}
	bar.Finish()
	if !c.JSON {
		if err := sum.print(ctx, std.Out, local.Desk, how); err != nil {
			return err
		}
	}
	if unread > 0 {
		return fmt.Errorf("%d files could not be read", unread)
	}
	if leftOut > 0 && len(mails) == 0 {
		return errors.New("no mails were found")
	}
	return nil
}

// importing is the parsed options of an import.
type importing struct {
	trusted   bool
	openSince time.Time // zero: no imported ticket is open
	tag       *regexp.Regexp
}

func (c *Command) options() (how importing, err error) {
	how.trusted = c.Trusted
	if c.OpenSince != "" {
		if how.openSince, err = calendar.ParseDay(c.OpenSince, time.Local); err != nil {
			return how, fmt.Errorf("--open-since %s is not a day; write it as 2026-11-01", c.OpenSince)
		}
	}
	if c.SubjectTag != "" {
		if how.tag, err = regexp.Compile(c.SubjectTag); err != nil {
			return how, fmt.Errorf("--subject-tag: %w", err)
		}
	}
	return how, nil
}

// mark returns the ticket mark of the old desk in a subject: what the first group of
// --subject-tag matches, or the whole match.
func (how importing) mark(subject string) string {
	if how.tag == nil {
		return ""
	}
	found := how.tag.FindStringSubmatch(subject)
	if len(found) > 1 {
		return cmp.Or(found[1], found[0])
	}
	if len(found) > 0 {
		return found[0]
	}
	return ""
}

// take imports one mail.
func (how importing) take(ctx context.Context, d *desk.Desk, old oldMail) (m ticket.Mail, subject string, err error) {
	raw := old.item.Raw
	if raw == nil {
		if raw, err = old.item.Again(); err != nil {
			return m, "", err
		}
	}
	subject, _ = mailparse.SubjectAndDate(raw)
	facts := &ticket.Imported{At: old.at, Open: !how.openSince.IsZero() && !old.at.Before(how.openSince), Mark: how.mark(subject)}
	m, err = d.Import(ctx, ticket.Envelope{Unknown: true, Imported: facts}, raw, how.trusted)
	return m, subject, err
}

// oldMail is a mail to be imported; only that of standard input has its bytes.
type oldMail struct {
	item mailbox.Item
	at   time.Time // when it was written
}

// inOrder finds all mails and sorts them by the time at which they were written, so
// that questions come before their answers. It calls failed for what cannot be read, and for what is no mail.
func inOrder(paths []string, now time.Time, failed func(mailbox.Item, error)) (mails []oldMail, unread, leftOut int) {
	last := now // time of the previous mail, for one without any date
	for item, err := range mailbox.Open(paths) {
		if err != nil {
			failed(item, err)
			unread++
			continue
		}
		subject, written := mailparse.SubjectAndDate(item.Raw)
		if why := notMail(item, subject); why != "" {
			failed(item, errors.New(why+", and is left out"))
			leftOut++
			continue
		}
		old := oldMail{item, dateOf(written, item.Time, last, now)}
		last = old.at
		if !item.Stdin() {
			old.item.Raw = nil // it is read again when it is imported
		}
		mails = append(mails, old)
	}
	slices.SortStableFunc(mails, func(a, b oldMail) int { return a.at.Compare(b.at) })
	return mails, unread, leftOut
}

// firstMail is older than any mail.
var firstMail = time.Date(1975, 1, 1, 0, 0, 0, 0, time.UTC)

// dateOf returns when a mail was written: its Date field, else when it was delivered,
// else the time of the previous mail. Dates in the future or decades off are ignored.
func dateOf(written, delivered, before, now time.Time) time.Time {
	for _, at := range []time.Time{written, delivered} {
		if at.After(firstMail) && !at.After(now) {
			return at
		}
	}
	return before
}
