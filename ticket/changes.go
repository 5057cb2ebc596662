package ticket

import "time"

// The changes that a [Plan] can consist of. Each is the call of the method of [Draft]
// that has its name.
type (
	InsertTicket   struct{ Ticket Ticket }             // makes a ticket, under its number
	UpdateTicket   struct{ Ticket Ticket }             // changes one
	Overtake       struct{ Ticket ID }                 // lets decisions on one be made again
	AddParticipant struct{ Participant Participant }   // adds somebody to a ticket, under their number
	SetProven      struct{ Participant ParticipantID } // keeps that an address was shown to be theirs
	SetLeft        struct {                            // keeps whether somebody has left
		Participant ParticipantID
		Left        bool
	}
	AddEntry struct{ Entry Entry } // adds to a correspondence
	MakeNote struct {              // makes an answer that did not leave a note
		Ticket ID
		Mail   MailID
	}
	AddEvent      struct{ Event Event }         // writes down what happened, under its number
	AddMessageRef struct{ Ref MessageRef }      // binds a Message-ID to a ticket
	AddJudgement  struct{ Judgement Judgement } // keeps which rules judged a mail
	Dispose       struct {                      // ends the handling of a mail
		Mail        MailID
		Disposition Disposition
		Reason      string
		Ticket      ID
		At          time.Time
	}
	Reconsider      struct{ Mail MailID }     // makes a mail that was set apart pending again
	BeginAttempt    struct{ Mail MailID }     // counts an attempt at handling a mail
	TakeBackAttempt struct{ Mail MailID }     // counts one less
	AddOutbox       struct{ Mail OutboxMail } // keeps a mail to be sent, under its number
	Attempted       struct{ Attempt Attempt } // keeps an attempt to send one, and its outcome
	CameBack        struct{ Attempt Attempt } // keeps that one came back
	SetOutboxState  struct {                  // sends one again, or ends it
		Mail  OutboxID
		State OutboxState
		At    time.Time
	}
	RetryOutbox struct { // puts one before all others
		Mail OutboxID
		At   time.Time
	}
	HoldOutbox struct { // lets one wait for the guard
		Mail      OutboxID
		Held, Key string
		Until     time.Time
	}
	AllowOutbox struct { // lets one go
		Mail OutboxID
		At   time.Time
	}
	SaveIncident struct{ Incident Incident } // keeps an incident
	SetReport    struct {                    // makes a ticket a report of one, or of none
		Ticket, Lead ID
		Told         bool
	}
	SetRotation        struct{ Queue, Agent string }     // keeps whose turn it was
	SetAway            struct{ Absence Absence }         // keeps until when an agent is away
	AddDuty            struct{ Duty Duty }               // keeps whom an agent put on call
	SetInvitation      struct{ Invitation Invitation }   // keeps what became of an invitation
	SetSuppression     struct{ Suppression Suppression } // keeps what speaks against mail to an address
	RemoveSuppressions struct{ Address string }          // forgets it
	CountStorm         struct {                          // counts a mail of a storm
		Kind string
		Hour time.Time
	}
	SetStormTicket struct { // keeps the ticket that tells of a storm
		Kind   string
		Hour   time.Time
		Ticket ID
	}
	AddThanks struct { // keeps thanks for an agent
		Ticket ID
		Agent  string
		Mail   MailID
	}
	TakeThanks struct { // takes out those that a notice shows
		Agent string
		Most  int
	}
	SetAgentAddress    struct{ AgentAddress }             // keeps an address that an agent has confirmed
	SetWantedLanguage  struct{ Address, Language string } // keeps in which language somebody wants to be written to
	SaveArticle        struct{ Article Article }          // keeps a revision of an article
	SetArticleReminded struct{ Slug, Day string }         // keeps that its owner was reminded
	SaveTrouble        struct{ Trouble TroubleState }     // keeps a trouble
	DropTrouble        struct {                           // forgets one
		Kind    TroubleKind
		Subject string
	}
)

func (x InsertTicket) Make(d Draft) error {
	_, err := d.InsertTicket(x.Ticket)
	return err
}

func (x UpdateTicket) Make(d Draft) error { return d.UpdateTicket(x.Ticket) }

func (x Overtake) Make(d Draft) error { return d.Overtake(x.Ticket) }

func (x AddParticipant) Make(d Draft) error {
	p, err := d.AddParticipant(x.Participant)
	if err == nil && p.ID != x.Participant.ID { // they were added already
		return ErrOvertaken
	}
	return err
}

func (x SetProven) Make(d Draft) error { return d.SetProven(x.Participant) }

func (x SetLeft) Make(d Draft) error { return d.SetLeft(x.Participant, x.Left) }

func (x AddEntry) Make(d Draft) error {
	_, err := d.AddEntry(x.Entry)
	return err
}

func (x MakeNote) Make(d Draft) error { return d.MakeNote(x.Ticket, x.Mail) }

func (x AddEvent) Make(d Draft) error {
	_, err := d.AddEvent(x.Event)
	return err
}

func (x AddMessageRef) Make(d Draft) error { return d.AddMessageRef(x.Ref) }

func (x AddJudgement) Make(d Draft) error { return d.AddJudgement(x.Judgement) }

func (x Dispose) Make(d Draft) error {
	return d.Dispose(x.Mail, x.Disposition, x.Reason, x.Ticket, x.At)
}

func (x Reconsider) Make(d Draft) error { return d.Reconsider(x.Mail) }

func (x BeginAttempt) Make(d Draft) error {
	_, err := d.BeginAttempt(x.Mail)
	return err
}

func (x TakeBackAttempt) Make(d Draft) error { return d.TakeBackAttempt(x.Mail) }

func (x AddOutbox) Make(d Draft) error {
	id, err := d.AddOutbox(x.Mail)
	if err == nil && id == 0 { // another one has the same number, or says the same
		return ErrOvertaken
	}
	return err
}

func (x Attempted) Make(d Draft) error {
	_, err := d.Attempted(x.Attempt)
	return err
}

func (x CameBack) Make(d Draft) error { return d.CameBack(x.Attempt) }

func (x SetOutboxState) Make(d Draft) error { return d.SetOutboxState(x.Mail, x.State, x.At) }

func (x RetryOutbox) Make(d Draft) error { return d.RetryOutbox(x.Mail, x.At) }

func (x HoldOutbox) Make(d Draft) error { return d.HoldOutbox(x.Mail, x.Held, x.Key, x.Until) }

func (x AllowOutbox) Make(d Draft) error { return d.AllowOutbox(x.Mail, x.At) }

func (x SaveIncident) Make(d Draft) error { return d.SaveIncident(x.Incident) }

func (x SetReport) Make(d Draft) error { return d.SetReport(x.Ticket, x.Lead, x.Told) }

func (x SetRotation) Make(d Draft) error { return d.SetRotation(x.Queue, x.Agent) }

func (x SetAway) Make(d Draft) error { return d.SetAway(x.Absence) }

func (x SetInvitation) Make(d Draft) error { return d.SetInvitation(x.Invitation) }

func (x AddDuty) Make(d Draft) error { return d.AddDuty(x.Duty) }

func (x SetSuppression) Make(d Draft) error { return d.SetSuppression(x.Suppression) }

func (x RemoveSuppressions) Make(d Draft) error {
	_, err := d.RemoveSuppressions(x.Address)
	return err
}

func (x CountStorm) Make(d Draft) error {
	_, err := d.CountStorm(x.Kind, x.Hour)
	return err
}

func (x SetStormTicket) Make(d Draft) error { return d.SetStormTicket(x.Kind, x.Hour, x.Ticket) }

func (x AddThanks) Make(d Draft) error { return d.AddThanks(x.Ticket, x.Agent, x.Mail) }

func (x TakeThanks) Make(d Draft) error {
	_, err := d.TakeThanks(x.Agent, x.Most)
	return err
}

func (x SetAgentAddress) Make(d Draft) error { return d.SetAgentAddress(x.AgentAddress) }

func (x SetWantedLanguage) Make(d Draft) error { return d.SetWantedLanguage(x.Address, x.Language) }

func (x SaveArticle) Make(d Draft) error { return d.SaveArticle(x.Article) }

func (x SetArticleReminded) Make(d Draft) error { return d.SetArticleReminded(x.Slug, x.Day) }

func (x SaveTrouble) Make(d Draft) error { return d.SaveTrouble(x.Trouble) }

func (x DropTrouble) Make(d Draft) error { return d.DropTrouble(x.Kind, x.Subject) }
