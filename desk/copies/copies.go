package copies

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// A list or a gateway on the way may write into a copy: a mark into the subject,
// a footer below the text. Such a copy has another fingerprint.
const copyWithin = time.Hour // of the first copy

// maxAltered bounds the mails with which an altered copy is compared: scanners give all their mails one
// Message-ID. maxSaid bounds the people whom agents are told of, maxTold the copies of an hour on one ticket: a
// gateway may send one mail round and round.
const (
	maxAltered = 8
	maxSaid    = 5
	maxTold    = 20
)

// Altered is the mail of which another one is an altered copy.
type Altered struct {
	First   ticket.Mail
	Adds    bool     // the copy has words of its author that the first has not
	Subject string   // of the copy, where it is about something else
	People  []string // who stands in To or Cc of one of the two only
}

// differs reports whether agents are told of the copy.
func (a Altered) differs() bool { return a.Adds || a.Subject != "" || len(a.People) > 0 }

// FindAltered returns the mail of which this one is an altered copy: of the same
// Message-ID and author, within the hour, with a text that begins alike and no
// file of its own. The
// Message-ID alone says nothing, as anybody can write it. As of a mere repeat, see [RepeatOf], the
// first must have been read, and be as well proven.
func FindAltered(h *incoming.Handling) (of Altered, found bool, err error) {
	if h.Msg.MessageID == "" || h.Msg.From.Address == "" {
		return of, false, nil
	}
	refs, err := h.Tx.FindMessageID(h.Msg.MessageID)
	if err != nil {
		return of, false, fmt.Errorf("look for copies: %w", err)
	}
	var known Altered // the last one, which weighs less
	var unproven []Altered
	looked := 0
	for _, ref := range slices.Backward(refs) {
		if ref.Own || ref.Mail == 0 {
			continue
		}
		if looked++; looked > maxAltered {
			break
		}
		first, err := h.Tx.Mail(ref.Mail)
		if err != nil {
			return of, false, fmt.Errorf("look for copies: %w", err)
		}
		if h.Mail.ReceivedAt.Sub(first.ReceivedAt).Abs() > copyWithin || !wasAltered(h) && first.Disposition == ticket.DispositionMachine && !takenOver(h, first) {
			continue
		}
		alike, err := isAlike(h, ref)
		if err != nil {
			return of, false, fmt.Errorf("look for copies: %w", err)
		}
		if !alike {
			continue
		}
		if known, found, err = compare(h, first); found && (h.Was == nil || wasAltered(h)) || err != nil {
			return known, found, err
		}
		if !found {
			unproven = append(unproven, known)
		}
	}
	if of, found, err = carriedOut(h, unproven); found || err != nil {
		return of, found, err
	}
	if wasAltered(h) {
		return known, known.First.ID != 0, nil
	}
	outweighed(h, unproven)
	return known, false, nil
}

// isAlike reports whether a mail is like one that was filed, and brings no other file.
func isAlike(h *incoming.Handling, ref ticket.MessageRef) (bool, error) {
	entries, err := h.Tx.Correspondence(ref.Ticket)
	if err != nil {
		return false, err
	}
	if !slices.ContainsFunc(entries, func(e ticket.Entry) bool {
		return e.Mail == ref.Mail && settings.SameAddress(e.Author, h.Msg.From.Address) && incoming.BeginAlike(cmp.Or(e.Full, e.Text), h.Msg.Text)
	}) {
		return false, nil
	}
	other, err := BringsFiles(h, ref.Mail)
	return !other, err
}

// compare finds what an altered copy adds to the first one; found is false where it is better proven.
func compare(h *incoming.Handling, first ticket.Mail) (of Altered, found bool, err error) {
	of.First = first
	earlier, err := h.Earlier(first)
	if err != nil || earlier == nil {
		return of, err == nil, err
	}
	said, was := incoming.SingleBlanks(h.Msg.Reply), incoming.SingleBlanks(earlier.Msg.Reply)
	proven := h.Proof() >= incoming.ProofAuthenticated && earlier.Proof() < incoming.ProofAuthenticated
	of.Adds = !strings.HasPrefix(was, said) && !strings.HasPrefix(incoming.SingleBlanks(earlier.Msg.Text), said) || proven && said != was
	if !isSameMatter(h.CleanSubject(), earlier.CleanSubject()) {
		of.Subject = h.Msg.Subject
	}
	weaker, err := outweighs(h, earlier, first)
	return of, !weaker, err
}

// isSameMatter reports whether two subjects are the same, but for case and for what lists and gateways write
// around them.
func isSameMatter(a, b string) bool {
	a, b = strings.ToLower(incoming.SingleBlanks(a)), strings.ToLower(incoming.SingleBlanks(b))
	if bareA, bareB := withoutMarks(a), withoutMarks(b); bareA != "" || bareB != "" || a == "" || b == "" {
		return endsAlike(bareA, bareB)
	}
	return a == b // there is nothing but marks
}

// withoutMarks returns a subject without what stands in brackets before it and behind it.
func withoutMarks(subject string) string {
	for {
		before := subject
		if inside, opens := strings.CutPrefix(subject, "["); opens {
			if _, rest, closed := strings.Cut(inside, "]"); closed {
				subject = strings.TrimSpace(rest)
			}
		}
		if at := strings.LastIndexByte(subject, '['); at >= 0 && strings.HasSuffix(subject, "]") {
			subject = strings.TrimSpace(subject[:at])
		}
		if subject == before {
			return subject
		}
	}
}

// endsAlike reports whether one of two subjects is the other one behind a mark, as a gateway writes it:
// "EXTERNAL: ". Words without a sign behind them are none: they say something.
func endsAlike(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	mark, ends := strings.CutSuffix(b, a)
	last, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(mark))
	return ends && (mark == "" || a != "" && !unicode.IsLetter(last) && !unicode.IsDigit(last))
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

// says returns what agents are told of a copy that differs.
func (a Altered) says() ticket.Phrase {
	words, people := ticket.Phrase{}, ticket.Phrase{}
	if a.Adds || a.Subject != "" {
		words = ticket.Say("Careful: this email came before with other words; one of the two may have been written by somebody else.")
	}
	if len(a.People) > 0 {
		said := a.People
		if len(said) > maxSaid+1 { // "1 more" would be as long, and wrong in some languages
			said = said[:maxSaid]
		}
		names := ticket.Phrase{English: "%s", Args: []any{strings.Join(said, ", ")}}
		if more := len(a.People) - len(said); more > 0 {
			names = ticket.Say("%s and %d more", names, more)
		}
		people = ticket.Say("Careful: this email came before with other people in To or Cc; only one of the two names %s.", names)
	}
	return ticket.Together(words, people)
}

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
	if of.differs() {
		if err := tell(h, t, of); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionAppended, reasonAltered, first.Ticket)
}

// tell tells the agents who have a ticket of a copy that differs.
func tell(h *incoming.Handling, t ticket.Ticket, of Altered) error {
	s, err := h.Tx.CountStorm(fmt.Sprintf("altered copies %d", t.ID), h.Now.Truncate(time.Hour))
	if err != nil || s.Count > maxTold {
		return err
	}
	if t, err = decision.WorkedOn(h.Tx, t); err != nil {
		return err
	}
	n := notify.Notice{Template: notify.TemplateMessage, Actor: h.ActorName(), Text: strings.TrimLeft(of.Subject+"\n\n"+h.NewText(), "\n"), Unproven: h.AuthFailed(), Says: of.says()}
	return notices.SendToAgents(h.Change, t, h.Responsible(t), n, settings.Agent{})
}
