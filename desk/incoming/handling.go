package incoming

import (
	"slices"
	"time"

	"maildesk/compose"
	"maildesk/desk/author"
	"maildesk/desk/decision"
	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// IsInternal reports whether an answer to a mail with this token stays inside.
func IsInternal(k threading.Kind) bool { return k == threading.Internal }

// Handling is the work on one mail, within one transaction.
type Handling struct {
	*decision.Change
	Msg     *mailparse.Message
	Author  author.Author // where the address of its author stands
	Behalf  Behalf        // for whom an agent's new mail opens a ticket
	Channel string        // how the requester of a new ticket came, by an agent's word; empty: by mail
	Mail    ticket.Mail
	History ticket.History // of the requester, when the rules are asked
	Verdict Verdict
	Subject string         // of the mail, where it goes on with a ticket under another one
	Similar ticket.Similar // what is like a new request
	Same    ticket.Ticket  // that a new request may be about, ID 0: none
	Watched ticket.ID      // that is among the recent requests
	Read    string         // the text of the mail as it is read for its ticket; empty: not yet

	Was         *Was                 // how it was handled before, nil: it was not
	Outweighed  []ticket.Mail        // that came before with the same words and prove less
	Confirmed   bool                 // its writer has confirmed, at an address of their own, that they wrote it
	Anyway      bool                 // an agent was asked about the mail and wants it sent
	AsReply     bool                 // and that its text goes to the requester
	For         mailparse.Address    // and whose request it is; zero: it says so itself
	Released    ticket.MailID        // the mail that came earlier and waited, whose text this is; 0: it is none
	Plans       []history.Sending    // what had been planned for the silence of its writer, or for them
	Awaits      []string             // whose approval the ticket waits for
	Wanted      []compose.Attachment // files of the ticket that an agent asks for
	Beside      []mailparse.Address  // people in To and Cc who take no part in its ticket
	Elsewhere   []mailparse.Address  // where it asks for answers, and they do not go
	WantsClosed bool                 // its writer wants a request closed that is not theirs to close
	Loop        string               // the sign of a loop that the mail shows, empty: none
	Silenced    ticket.Suppression   // of its sender, with this sign
	LoopNews    bool                 // agents are to hear of it
	FromSpam    bool                 // a person has released it from where mails lie that are marked as spam
	// Contradicted are the actions that its address asks for and its words speak against.
	Contradicted []string
	Marked       bool // it is marked as spam, and is decided as if it were not, see Unmark

	sender authentication // of the mail, once it was asked for
}

// Was is how a mail was handled before that is handled again, as by a rebuild.
type Was struct {
	At     time.Time
	Reason string    // of its disposition
	Ticket ticket.ID // that its evidence led to: where it was filed, or what the ticket that it opened follows up or claims; 0: none
	Facts  Facts     // of then; nil: none is known
}

// Facts tell what a mail did when it was handled before, where the reason of its disposition does not.
type Facts interface {
	Caused(kind ticket.EventKind) bool // an event of a kind on the ticket in which it was filed
	Told(template string) bool         // a mail of a template that went out of that ticket
}

// Caused reports whether a mail that is handled again caused an event of a kind before.
func (w *Was) Caused(kind ticket.EventKind) bool {
	return w != nil && w.Facts != nil && w.Facts.Caused(kind)
}

// Told reports whether a mail that is handled again had a mail of a template sent before.
func (w *Was) Told(template notify.Template) bool {
	return w != nil && w.Facts != nil && w.Facts.Told(string(template))
}

// Now returns the time at which a mail is handled.
func (w *Was) Now() time.Time {
	if w == nil {
		return time.Now()
	}
	return w.At
}

// Finish keeps the disposition of the mail.
func (h *Handling) Finish(disposition ticket.Disposition, reason string, t ticket.ID) error {
	if len(h.Contradicted) > 0 && disposition == ticket.DispositionAppended {
		reason = ReasonContrary
	}
	h.Verdict.Disposition, h.Verdict.Reason, h.Verdict.Ticket = disposition, reason, t
	h.Verdict.Mails = h.Planned
	h.Verdict.Auth, h.Verdict.Checked = h.auth(), h.checked()
	return h.Tx.Dispose(h.Mail.ID, disposition, reason, t, h.Now)
}

// Keys returns the keys that were valid when the mail was received.
func (h *Handling) Keys() *threading.Keyring { return h.Maker.Keys.At(h.Mail.ReceivedAt) }

// Recipients returns the forward-paths, then the addresses of To and Cc.
func (h *Handling) Recipients() []string {
	all := append([]string(nil), h.Mail.Envelope.ForwardPaths...)
	for _, a := range h.Msg.To {
		all = append(all, a.Address)
	}
	for _, a := range h.Msg.Cc {
		all = append(all, a.Address)
	}
	return all
}

// Intake returns the address of ours that the mail names first, in To before Cc, else
// the one that it came to.
func (h *Handling) Intake() string {
	named := h.Recipients()[len(h.Mail.Envelope.ForwardPaths):]
	for _, path := range slices.Concat(named, h.Mail.Envelope.ForwardPaths) {
		if a, ok := h.Set.AddressFor(path); ok {
			return a.Mail
		}
	}
	return h.Set.Primary().Mail
}
