package desk_test

import (
	"slices"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// TestReviewAddressIsForReviews: the answer to an article counts however the ticket has gone
// on; a command there needs what it needs elsewhere.
func TestReviewAddressIsForReviews(t *testing.T) {
	withCarol := func(of *ticket.Ticket) { of.Queue, of.Level, of.Assignee = "network", 2, "carol" }
	closed := func(of *ticket.Ticket) {
		of.Status, of.ClosedAt = ticket.StatusClosed, time.Now().Add(-time.Hour)
	}
	for _, tt := range []struct {
		name   string
		change func(*ticket.Ticket)
		text   string
		want   notify.Undone // why nothing is done; empty: it is a review
	}{
		{"a command on a colleague's ticket", withCarol, "#take\n", notify.UndoneNotTheirs},
		{"a text and a command", withCarol, "#resolve\n\nDear Ana, look at this.\n", notify.UndoneNotTheirs},
		{"a command on a ticket that is over", closed, "#reopen\n", notify.UndoneEnded},
		{"a review on a colleague's ticket", withCarol, "publish\n", ""},
		{"a review of a ticket that is over", closed, "publish\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t)
			shown := b.draft(t, "#resolve\n#kb")
			var before ticket.Ticket
			if err := b.db.Update(b.ctx, func(tx ticket.Tx) (err error) {
				if before, err = tx.Ticket(1); err == nil {
					tt.change(&before)
					err = tx.UpdateTicket(before)
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
			n := len(b.outbox())
			m := b.reply(shown, tt.text)
			if got := b.ticket(1); got.Assignee != before.Assignee || got.Status != before.Status {
				t.Errorf("the ticket is %s, %q's, want %s, %q's", got.Status, got.Assignee, before.Status, before.Assignee)
			}
			for _, s := range b.outbox()[n:] {
				if s.Recipient == ana {
					t.Errorf("Ana gets\n%s", s.msg.Text)
				}
			}
			published := b.article("printer-jams").State == ticket.ArticlePublished
			if published != (tt.want == "") || tt.want != "" && m.Reason != string(tt.want) {
				t.Errorf("the mail is %s, the article published: %t; want %q", m.Reason, published, tt.want)
			}
		})
	}
}

// TestReviewAfterMerge: where a ticket was merged, the answer to its article is a review all
// the same, and goes to nobody.
func TestReviewAfterMerge(t *testing.T) {
	b := open(t)
	shown := b.draft(t, "#resolve\n#kb")
	b.take(letter{from: "Ben <ben@example.net>", to: support, subject: "Another jam", text: "It jams here, too.\n"})
	b.agentWrites(alices, notify.TemplateNewTicket, "#take\n")
	merge := func(tx ticket.Tx) error {
		of, err := tx.Ticket(1)
		if err == nil {
			of.Merged = 2
			err = tx.UpdateTicket(of)
		}
		return err
	}
	if err := b.db.Update(b.ctx, merge); err != nil {
		t.Fatal(err)
	}
	n := len(b.outbox())
	b.reply(shown, "publish\n")
	if got := b.article("printer-jams").State; got != ticket.ArticlePublished {
		t.Errorf("the article is %s", got)
	}
	for _, s := range b.outbox()[n:] {
		if s.Recipient != alices {
			t.Errorf("%s gets\n%s", s.Recipient, s.msg.Text)
		}
	}
}

// TestSolvedAboveIsConfidential: what became confidential since is drafted for nobody who may
// not read it.
func TestSolvedAboveIsConfidential(t *testing.T) {
	b := open(t, withHR)
	b.request()
	b.agentWrites(alices, notify.TemplateNewTicket, "#escalate the server drops it\n")
	b.agentWrites("carol@example.org", notify.TemplateEscalation, "#resolve\nPlease reset the token of your VPN.\n")
	if err := b.db.Update(b.ctx, func(tx ticket.Tx) error {
		of, err := tx.Ticket(1)
		if err == nil {
			of.Queue, of.Assignee = "hr", ""
			err = tx.UpdateTicket(of)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	n := len(b.outbox())
	m := b.take(letter{from: alices, to: actionOf(t, b.last(notify.TemplateSolved, alices), "kb"), subject: "x", text: "\n"})
	if told := b.since(n); m.Reason != string(notify.UndoneNotTheirs) || slices.Contains(told, "article "+alices) {
		t.Errorf("alice's mail is %s, and sent are %v", m.Reason, told)
	}
}
