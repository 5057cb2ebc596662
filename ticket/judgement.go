package ticket

import (
	"time"
)

// Judgement says which version of the rules judged a mail, and what they saw
// beside the mail itself, so that others can judge it again on the same facts.
type Judgement struct {
	Mail     MailID
	Ticket   ID        // that the mail opened, 0: the rules called it spam
	Version  string    // of the rules, as routing.Rules.Version
	LoadedAt time.Time // when that version came into force
	History  History
	Learnt   Learnt // what the desk's own history said of it
}

// History is what the desk knew of a requester before a mail: how many tickets
// they had, and how many of these were neither resolved nor closed.
type History struct{ Open, All int }

// JudgementReader reads which rules judged mails.
type JudgementReader interface {
	// Judgement tells which rules judged the mail that opened a ticket.
	Judgement(ID) (Judgement, error)
	// Judgements returns up to limit of those of mails with an id above after
	// that came at since or later, by the mail's id.
	Judgements(after MailID, since time.Time, limit int) ([]Judgement, error)
	// CountJudgements counts those of mails that came at since or later.
	CountJudgements(since time.Time) (int, error)
}

// JudgementWriter keeps which rules judged mails.
type JudgementWriter interface {
	// AddJudgement keeps which rules judged a mail. A second call for the same
	// mail is an error.
	AddJudgement(Judgement) error
}
