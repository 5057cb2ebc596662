package vendor

import (
	"fmt"

	"maildesk/desk/decision"
	"maildesk/desk/incoming"
	"maildesk/desk/later"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/silence"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// Mail is a mail of a vendor, or of somebody who holds the address that was made for one.
type Mail struct {
	ticket ticket.Ticket
	vendor ticket.Participant
	doubt  string // what speaks against its writer, empty: nothing
}

// Find reports whether the mail at hand is of the conversation with a vendor: it came to
// the address that was signed for one, or names the ticket and is of an address that was
// asked there and takes no other part.
func Find(h *incoming.Handling) (m Mail, found bool, err error) {
	match := h.Verdict.Match
	if match.Ticket == 0 || h.FromUs() || h.Msg.Class == mailparse.BounceClass || h.Msg.Class == mailparse.Report {
		return Mail{}, false, nil
	}
	if token := match.Token; token != nil {
		if token.Role != string(ticket.RoleVendor) {
			return Mail{}, false, nil
		}
		if m.vendor, err = h.Tx.Participant(ticket.ParticipantID(token.Participant)); err != nil {
			return Mail{}, false, fmt.Errorf("the vendor of a signed address: %w", err)
		}
		if match.Holder {
			m.doubt = ofHolder(m.vendor.Address, h.Msg.From.Address)
		}
		found = true
	} else if m.vendor, found, err = h.AskedBeside(ticket.ID(match.Ticket), ticket.RoleVendor); err != nil || !found {
		return Mail{}, false, err
	} else if !h.Authenticated() {
		m.doubt = ticket.DoubtProof
	}
	if h.AuthFailed() {
		m.doubt = ticket.DoubtProof
	}
	if m.doubt != ticket.DoubtProof && (h.Msg.Silence == mailparse.Hard || receipt(h) || silence.IsRecall(h.Msg.Subject, h.NewText())) {
		m.doubt = ticket.DoubtMachine
	}
	m.ticket, err = h.Tx.Ticket(m.vendor.Ticket)
	return m, err == nil, err
}

// ofHolder returns what speaks against somebody who writes to the address that was made
// for a vendor: they are of the vendor's domain, as its owner registered it, or anybody.
func ofHolder(vendor, holder string) string {
	if holder != "" && silence.Domain(vendor) == silence.Domain(holder) {
		return ticket.DoubtAddress
	}
	return ticket.DoubtProof
}

// File files a vendor's mail: among agents, who are told of it, with the answer leading
// back to the vendor. What only confirms that ours has arrived is told to nobody. Nobody
// is answered.
func File(h *incoming.Handling, m Mail) error {
	h.DropQuotedPictures()
	if err := h.ReadLater(m.ticket.ID); err != nil {
		return err
	}
	if err := keepNumber(h, m); err != nil {
		return err
	}
	if confirms(h, m) {
		if err := h.FileEntry(m.ticket.ID, ticket.EntryMachine); err != nil {
			return err
		}
		return h.Finish(ticket.DispositionMachine, h.Msg.ClassReason, m.ticket.ID)
	}
	if err := h.FileEntry(m.ticket.ID, ticket.EntryNote); err != nil {
		return err
	}
	asked, _, err := of(h, m.ticket.ID, m.vendor.Address)
	if err != nil {
		return err
	}
	err = h.Record(ticket.Event{Ticket: m.ticket.ID, Kind: ticket.EventVendorAnswered, Actor: h.Msg.From.Address, From: m.vendor.Address, Topic: m.doubt})
	if err != nil {
		return err
	}
	if m.doubt != ticket.DoubtProof && m.doubt != ticket.DoubtMachine {
		if h.Plans, err = later.Answered(h.Change, &m.ticket, m.vendor.Address, h.Msg.From.Address); err != nil {
			return err
		}
	}
	if err := takeUp(h, &m.ticket, m.doubt); err != nil {
		return err
	}
	if err := tell(h, m, asked); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, "vendor", m.ticket.ID)
}

// receipt reports whether a mail without any mark of a machine sounds as one of another
// desk that confirms ours: it has a number of theirs, and words of such mails.
func receipt(h *incoming.Handling) bool {
	return threading.ForeignMark(h.Set.Name, h.Msg.Subject, h.Set.Former...) != "" && silence.SoundsLikeReceipt(h.Msg.Subject, h.NewText())
}

// confirms reports whether a vendor's mail is the answer of a machine that says nothing
// but that ours has come, or that nobody is there.
func confirms(h *incoming.Handling, m Mail) bool {
	if h.Msg.Class == mailparse.AutoReply {
		return true
	}
	return h.Msg.Silence == mailparse.Hard && silence.SoundsLikeReceipt(h.Msg.Subject, h.NewText())
}

// keepNumber keeps the mark by which the vendor's own desk knows the matter: it stands in
// the subjects of what is written to them from then on.
func keepNumber(h *incoming.Handling, m Mail) error {
	if m.doubt == ticket.DoubtProof {
		return nil
	}
	return keepNumberOf(h, m.vendor)
}

// Reported keeps the number that stands in the answer of a vendor's machine to the
// reverse-path of ours (RFC 3834 section 4). about is the mail that it answers.
func Reported(h *incoming.Handling, about ticket.OutboxMail) error {
	p, err := h.Tx.Participant(about.Participant)
	if err != nil || p.Role != ticket.RoleVendor || h.Msg.Class == mailparse.BounceClass {
		return decision.IgnoreNotFound(err)
	}
	return keepNumberOf(h, p)
}

func keepNumberOf(h *incoming.Handling, vendor ticket.Participant) error {
	known, _, err := of(h, vendor.Ticket, vendor.Address)
	if err != nil {
		return err
	}
	number := threading.ForeignMark(h.Set.Name, h.Msg.Subject, h.Set.Former...)
	if number == "" || number == known.Number || threading.ForeignMark(h.Set.Name, known.Subject) == number {
		return nil
	}
	return h.Record(ticket.Event{Ticket: vendor.Ticket, Kind: ticket.EventVendorNumber, Actor: h.Msg.From.Address, From: vendor.Address, To: number})
}

// takeUp opens a ticket again that waits for somebody else, and ends the wait for who has
// answered.
func takeUp(h *incoming.Handling, t *ticket.Ticket, doubt string) error {
	if err := h.UpdateAwait(t); err != nil {
		return err
	}
	if t.Status == ticket.StatusOnHold && doubt != ticket.DoubtProof && doubt != ticket.DoubtMachine {
		if err := h.Move(t, ticket.StatusOpen, ticket.ActorDesk); err != nil {
			return err
		}
	}
	return h.Save(t)
}

// tell tells the agent who asked, and whoever has the ticket.
func tell(h *incoming.Handling, m Mail, asked history.Vendor) error {
	to := m.vendor
	to.Name = settings.FirstOf(h.Msg.From.Name, to.Name)
	n := notify.Notice{Template: notify.TemplateVendor, Actor: h.ActorName(), Text: h.NewText(), Vendor: to, Doubt: m.doubt, Says: later.Says(h.Change, h.Plans)}
	return notices.SendToAgents(h.Change, m.ticket, later.Told(h.Change, m.ticket, h.Concerned(m.ticket, asked.Agent), h.Plans), n, settings.Agent{})
}
