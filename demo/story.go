package demo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"maildesk/mailparse"
	"maildesk/ticket"
)

// people of the story.
const (
	support = "support@example.org"
	ana     = "ana@example.net"
	alice   = "alice@example.org"
	carol   = "carol@example.org"
)

// story plays the whole job once: a request, its acknowledgement, two agents,
// an escalation, a resolution, a reply that reopens, and the end.
type story struct {
	*stage
	ctx  context.Context
	sent int // mails written by people
	seen int // mails of the desk that were shown
}

// play plays the story from the first mail to the closed ticket.
func (s *story) play() error {
	for _, act := range []func() error{s.request, s.answer, s.escalate, s.resolve, s.reopen, s.machine, s.end} {
		if err := act(); err != nil {
			return err
		}
	}
	return nil
}

func (s *story) request() error {
	s.title("1. Ana writes to support. She gets a number at once; the agent of the first level is notified.")
	err := s.write(mail{from: ana, name: "Ana", to: support, subject: "VPN drops every ten minutes",
		text: "Hello,\n\nsince this morning my VPN connection drops every ten minutes.\nCan you help, please?\n\nAna\n"})
	if err != nil {
		return err
	}
	return s.expect(ana, alice)
}

func (s *story) answer() error {
	s.title("2. Alice answers the notice from her mail client. #take makes the ticket hers; the text goes to Ana.")
	err := s.reply(alice, "Alice", "#take\n\nGood morning Ana,\n\nwhich version of the VPN client do you have (menu Help, About)?\n\nAlice\n")
	if err != nil {
		return err
	}
	if err := s.expect(ana); err != nil {
		return err
	}
	s.title("3. Ana answers. Only Alice, who has the ticket, is notified.")
	if err := s.reply(ana, "Ana", "It says 4.10.03. It began after the update of last night.\n"); err != nil {
		return err
	}
	return s.expect(alice)
}

func (s *story) escalate() error {
	s.title("4. Alice hands on to level 2, with a reason. Ana learns that specialists took over; Carol gets the whole story, and Alice what her command did.")
	if err := s.reply(alice, "Alice", "#escalate client 4.10.03 is known to drop; needs the network team\n"); err != nil {
		return err
	}
	return s.expect(ana, carol, alice)
}

func (s *story) resolve() error {
	s.title("5. Carol solves it. Ana is notified, and counts as informed once her mail server has accepted the notice. Alice learns what solved it.")
	if err := s.reply(carol, "Carol", "#resolve\n\nHello Ana,\n\nwe rolled the client back to 4.10.02. Please restart your computer once.\n\nCarol\n"); err != nil {
		return err
	}
	return s.expect(ana, alice)
}

func (s *story) reopen() error {
	s.title("6. Not quite: Ana replies, and the ticket is open again.")
	if err := s.reply(ana, "Ana", "Thank you, but it still drops after the restart.\n"); err != nil {
		return err
	}
	if err := s.expect(carol); err != nil {
		return err
	}
	s.title("7. Carol tries something that maildesk does not know. Ana gets nothing; Carol gets a transcript.")
	if err := s.reply(carol, "Carol", "#resolv\n\nNow it works.\n"); err != nil {
		return err
	}
	if err := s.expect(carol); err != nil {
		return err
	}
	s.title("8. Once more, spelt right.")
	if err := s.reply(carol, "Carol", "#resolve\n\nHello Ana,\n\nthe old version was still in memory. We have removed it by hand; it is stable now.\n\nCarol\n"); err != nil {
		return err
	}
	return s.expect(ana, alice)
}

func (s *story) machine() error {
	s.title("9. Ana's mailbox answers by itself: out of office. It is filed, reopens nothing, and nobody answers a machine.")
	last := s.last[ana]
	return s.write(mail{from: ana, name: "Ana", to: replyAddress(last), answers: last,
		header: "Auto-Submitted: auto-replied\r\n", text: "I am out of office until Monday.\n"})
}

func (s *story) end() error {
	s.title("10. The grace time is over (three seconds in this demo, fourteen days by default): the ticket closes.")
	closed := func(r ticket.Reader) (bool, error) {
		t, err := r.Ticket(1)
		return t.Status == ticket.StatusClosed, err
	}
	if err := s.wait(closed); err != nil {
		return err
	}
	return s.ledger()
}

// write sends a mail of a person and shows it.
func (s *story) write(m mail) error {
	s.sent++
	s.showWritten(m)
	return m.send(s.desk, s.sent)
}

// reply answers the last mail that somebody got.
func (s *story) reply(from, name, text string) error {
	last := s.last[from]
	return s.write(mail{from: from, name: name, to: replyAddress(last), answers: last, text: text})
}

// expect waits for one mail to each of the people and shows them.
func (s *story) expect(people ...string) error {
	from := s.seen
	for _, person := range people {
		got, n, err := s.world.await(s.ctx, from, func(a arrival) bool { return strings.EqualFold(a.to, person) })
		if err != nil {
			return fmt.Errorf("%s: %w", person, err)
		}
		s.seen = max(s.seen, n)
		s.last[person] = got.msg
		s.showArrived(got)
	}
	return nil
}

// wait polls the desk until a condition holds.
func (s *story) wait(is func(ticket.Reader) (bool, error)) error {
	for range 300 {
		ok := false
		err := s.daemon.Desk().View(s.ctx, func(r ticket.Reader) error {
			var err error
			ok, err = is(r)
			return err
		})
		if err != nil || ok {
			return err
		}
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return fmt.Errorf("the end of the story did not come")
}

func replyAddress(m *mailparse.Message) string {
	if len(m.ReplyTo) > 0 {
		return m.ReplyTo[0].Address
	}
	return m.FromShown.Address
}
