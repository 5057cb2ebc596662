package copies

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/loop"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// The reasons of the disposition of copies.
const (
	reasonRepeat  = "copy of mail " // with its number
	reasonAltered = "altered-copy"
)

// IsRepeat reports whether a mail whose words came before is only another copy of that one. It is
// not where the first was set apart unread, as spam or as a machine's, and this one may be
// something else, nor where this one proves who wrote it, and the first did not: whoever sends a
// copy of a mail faster than it arrives takes nothing of its effect away.
func IsRepeat(h *incoming.Handling) (bool, error) {
	if h.Was != nil {
		return strings.HasPrefix(h.Was.Reason, reasonRepeat), nil
	}
	first, err := h.Tx.Mail(h.Mail.DuplicateOf)
	if err != nil {
		return false, fmt.Errorf("first copy: %w", err)
	}
	if first.Disposition == ticket.DispositionSpam {
		return false, nil
	}
	if err := h.Resolve(); err != nil {
		return false, err
	}
	if first.Disposition != ticket.DispositionMachine && h.Proof() < incoming.ProofAddress {
		return true, nil
	}
	earlier, err := h.Earlier(first)
	if err != nil || earlier == nil {
		return true, err
	}
	otherwise := earlier.Msg.Class != h.Msg.Class || earlier.Msg.Silence != h.Msg.Silence || loop.OwnMark(earlier) != loop.OwnMark(h)
	return !(first.Disposition == ticket.DispositionMachine && otherwise) && !outweighs(h, earlier), nil
}

// outweighs reports whether a mail proves who wrote it where an earlier one with the same words
// proves nothing: by an address that was signed for its writer, or because the other one is forged.
func outweighs(h, earlier *incoming.Handling) bool {
	was := earlier.Proof()
	return h.Proof() >= incoming.ProofAddress && was <= incoming.ProofFrom && (h.AnswersOurs() || was == incoming.ProofForged)
}

// Repeated ends the handling of a further copy of a mail. It has no effect but
// one: the queue of another address that it came to looks on.
func Repeated(h *incoming.Handling) error {
	first, err := h.Tx.Mail(h.Mail.DuplicateOf)
	if err != nil {
		return fmt.Errorf("first copy: %w", err)
	}
	if err := onlookOf(h, first); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionDuplicate, fmt.Sprint(reasonRepeat, first.ID), first.Ticket)
}

// A list or a gateway on the way may write into a copy: a mark into the subject,
// a footer below the text. Such a copy has another fingerprint.
const (
	copyWithin = time.Hour // of the first copy
	copyPrefix = 4096      // bytes of the text that are compared
	copyLeast  = 20        // bytes that must be alike where one text goes on
)

// Altered is the mail of which another one is an altered copy.
type Altered struct {
	First ticket.Mail
	Adds  bool // the copy has words of its author that the first has not
}

// FindAltered returns the mail of which this one is an altered copy: of the same
// Message-ID and author, within the hour, with a text that begins alike and no
// file of its own. The
// Message-ID alone says nothing, as anybody can write it. As of a mere repeat, see [IsRepeat], the
// first must have been read, and be as well proven.
func FindAltered(h *incoming.Handling) (of Altered, found bool, err error) {
	if h.Msg.MessageID == "" || h.Msg.From.Address == "" || h.Was != nil && h.Was.Reason != reasonAltered {
		return of, false, nil
	}
	refs, err := h.Tx.FindMessageID(h.Msg.MessageID)
	if err != nil {
		return of, false, fmt.Errorf("look for copies: %w", err)
	}
	for _, ref := range refs {
		if ref.Own || ref.Mail == 0 {
			continue
		}
		of.First, err = h.Tx.Mail(ref.Mail)
		if err != nil {
			return of, false, fmt.Errorf("look for copies: %w", err)
		}
		if h.Mail.ReceivedAt.Sub(of.First.ReceivedAt).Abs() > copyWithin || of.First.Disposition == ticket.DispositionMachine {
			continue
		}
		entries, err := h.Tx.Correspondence(ref.Ticket)
		if err != nil {
			return of, false, fmt.Errorf("look for copies: %w", err)
		}
		for _, e := range entries {
			if e.Mail != of.First.ID || !settings.SameAddress(e.Author, h.Msg.From.Address) || !beginAlike(cmp.Or(e.Full, e.Text), h.Msg.Text) {
				continue
			}
			if other, err := BringsFiles(h, of.First.ID); err != nil || other {
				return of, false, err
			}
			return compare(h, of)
		}
	}
	return of, false, nil
}

// compare finds what an altered copy adds to the first one; found is false where it is better proven.
func compare(h *incoming.Handling, of Altered) (_ Altered, found bool, err error) {
	earlier, err := h.Earlier(of.First)
	if err != nil || earlier == nil {
		return of, err == nil, err
	}
	said, was := oneLine(h.Msg.Reply), oneLine(earlier.Msg.Reply)
	proven := h.Proof() >= incoming.ProofAuthenticated && earlier.Proof() < incoming.ProofAuthenticated
	of.Adds = !strings.HasPrefix(was, said) && !strings.HasPrefix(oneLine(earlier.Msg.Text), said) || proven && said != was
	return of, h.Was != nil || !outweighs(h, earlier), nil
}

// BringsFiles reports whether the mail carries a file that an earlier one does not:
// scanners give all their mails the same words and the same Message-ID.
func BringsFiles(h *incoming.Handling, first ticket.MailID) (bool, error) {
	if len(h.Msg.Attachments) == 0 {
		return false, nil
	}
	raw, err := h.Tx.Raw(first)
	if err != nil {
		return false, decision.IgnoreNotFound(err)
	}
	earlier := mailparse.Parse(raw, mailparse.Envelope{}).Attachments
	return slices.ContainsFunc(h.Msg.Attachments, func(a mailparse.Attachment) bool {
		return !slices.ContainsFunc(earlier, func(b mailparse.Attachment) bool { return bytes.Equal(a.Content, b.Content) })
	}), nil
}

// beginAlike reports whether two texts are the same, or one of them goes on
// after the other. White space does not count.
func beginAlike(a, b string) bool {
	a, b = startOf(a), startOf(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return a != "" && (a == b || len(a) >= copyLeast && strings.HasPrefix(b, a))
}

func startOf(text string) string {
	text = oneLine(text)
	return text[:min(len(text), copyPrefix)]
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// otherWords is what agents are told of a copy that adds something.
var otherWords = ticket.Say("Careful: this email came before with other words; one of the two may have been written by somebody else.")

// File files an altered copy beside the first one. What it adds may be the true mail, of which
// somebody sent a copy faster, or that copy: agents are told of it. Of a footer, nobody is.
func File(h *incoming.Handling, of Altered) error {
	first := of.First
	t, err := h.Tx.Ticket(first.Ticket)
	if errors.Is(err, ticket.ErrNotFound) {
		return h.Finish(ticket.DispositionDuplicate, fmt.Sprintf("altered copy of mail %d", first.ID), 0)
	}
	if err != nil {
		return fmt.Errorf("ticket of the first copy: %w", err)
	}
	if err := h.FileEntry(t.ID, ticket.EntryMachine); err != nil {
		return err
	}
	if err := h.Record(ticket.Event{Ticket: t.ID, Kind: ticket.EventCopy, Actor: ticket.ActorDesk, OtherMail: first.ID}); err != nil {
		return err
	}
	if err := onlookOf(h, first); err != nil {
		return err
	}
	if of.Adds {
		n := notify.Notice{Template: notify.TemplateMessage, Actor: h.ActorName(), Text: h.NewText(), Unproven: h.AuthFailed(), Says: otherWords}
		if t, err = decision.WorkedOn(h.Tx, t); err != nil {
			return err
		}
		if err := notices.SendToAgents(h.Change, t, h.Responsible(t), n, settings.Agent{}); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionAppended, reasonAltered, first.Ticket)
}
