package demo

import (
	"context"
	"fmt"
	"strings"

	"maildesk/ticket"
	"maildesk/ticket/wording"
)

// The page is plain text of at most 100 columns: it reads the same in a
// terminal, a pipe and a bug report.

func (s *stage) printf(format string, args ...any) { fmt.Fprintf(s.out, format, args...) }

func (s *stage) welcome() {
	s.printf("A help desk for %s is up on 127.0.0.1 (SMTP on %s).\n", support, s.desk)
	s.printf("Ana is a requester; Alice answers at level 1, Carol at level 2. What they write is marked →,\nwhat the desk sends them ←. All of it goes over real SMTP.\n")
}

func (s *stage) title(text string) {
	s.printf("\n%s\n%s\n", strings.Repeat("─", 100), text)
}

func (s *stage) showWritten(m mail) {
	subject := m.subject
	if m.answers != nil {
		subject = "Re: " + m.answers.Subject
	}
	s.printf("\n→ %s writes\n", m.name)
	s.field("To", shorten(m.to))
	s.field("Subject", subject)
	s.body(m.text, 0)
}

func (s *stage) showArrived(a arrival) {
	s.printf("\n← %s gets\n", a.to)
	s.field("From", fmt.Sprintf("%s <%s>", a.msg.FromShown.Name, a.msg.FromShown.Address))
	if len(a.msg.ReplyTo) > 0 {
		s.field("Reply-To", shorten(a.msg.ReplyTo[0].Address))
	}
	s.field("Subject", a.msg.Subject)
	if auto := a.msg.Header.Get("Auto-Submitted"); auto != "" {
		s.field("Auto-Submitted", auto)
	}
	limit := 0
	if s.agentSeen && isAgent(a.to) {
		limit = maxLines
	}
	s.agentSeen = s.agentSeen || isAgent(a.to)
	s.body(a.msg.Text, limit)
}

func isAgent(address string) bool { return address == alice || address == carol }

func (s *stage) field(name, value string) { s.printf("  │ %s: %s\n", name, value) }

// maxLines is how many lines are shown of a mail if a similar one was shown in full.
const maxLines = 12

// body prints a text, or its first lines when limit is not 0.
func (s *stage) body(text string, limit int) {
	s.printf("  │\n")
	lines := strings.Split(strings.TrimSpace(text), "\n")
	rest := 0
	if limit > 0 && len(lines) > limit+3 {
		lines, rest = lines[:limit], len(lines)-limit
	}
	for _, line := range lines {
		s.printf("  │ %s\n", strings.TrimRight(shortenLinks(line), "\r "))
	}
	if rest > 0 {
		s.printf("  ┊ … %d more lines: the way here, the facts, links and commands\n", rest)
	}
}

// shorten hides the middle of a signed address, which means nothing to people.
func shorten(address string) string {
	local, domain, _ := strings.Cut(address, "@")
	if len(local) > 24 {
		local = local[:20] + "…"
	}
	return local + "@" + domain
}

// shortenLinks shortens links that contain a signed address.
func shortenLinks(line string) string {
	before, link, found := strings.Cut(line, "mailto:")
	if !found {
		return line
	}
	link, after, _ := strings.Cut(link, ">")
	if len(link) > 24 {
		link = link[:20] + "…"
	}
	return before + "mailto:" + link + after
}

// ledger shows what became of the ticket and of every mail.
func (s *story) ledger() error {
	return s.daemon.Desk().View(s.ctx, func(r ticket.Reader) error {
		t, err := r.Ticket(1)
		if err != nil {
			return err
		}
		events, err := r.Events(t.ID)
		if err != nil {
			return err
		}
		s.printf("\n  Ticket #%d, %q: %s\n", t.ID, t.Subject, t.Status)
		for _, e := range events {
			s.printf("    %s  %-12s %-14s %s\n", e.At.Format("15:04:05"), e.Actor, e.Kind, wording.Of(e))
		}
		tally, err := r.Tally()
		if err != nil {
			return err
		}
		sum := int64(0)
		var parts []string
		for _, d := range ticket.Dispositions {
			sum += tally.Dispositions[d]
			if n := tally.Dispositions[d]; n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, d))
			}
		}
		s.printf("\n  Mails accepted: %d = %s. Sent: %d, failed: %d.\n", tally.Accepted, strings.Join(parts, " + "), tally.Outbox[ticket.OutboxSent], tally.Outbox[ticket.OutboxFailed])
		if sum != tally.Accepted {
			return fmt.Errorf("%d mails accepted, %d accounted for", tally.Accepted, sum)
		}
		return nil
	})
}

func (s *stage) farewell() {
	s.printf("\nThat was the whole story; nothing of it is left behind.\nTry it yourself: maildesk demo --serve. For your own desk: maildesk quickstart support@YOUR.DOMAIN\n")
}

// stayUp shows each mail that the desk sends until ctx is done.
func (s *stage) stayUp(ctx context.Context, seen int) error {
	s.printf("\nThe desk stays up. Write to it from another terminal, with this one line:\n\n")
	s.printf("  printf 'From: You <you@example.net>\\nTo: %s\\nSubject: My first request\\n\\nIt works?\\n' | curl -sS smtp://%s --mail-from you@example.net --mail-rcpt %s --upload-file -\n", support, s.desk, support)
	s.printf("\nWhat the desk sends appears here. Ctrl-C ends it.\n")
	for {
		a, n, err := s.world.awaitNext(ctx, seen)
		if err != nil {
			return nil // told to stop
		}
		seen = n
		s.showArrived(a)
	}
}
