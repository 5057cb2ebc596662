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
}

// History is what the desk knew of a requester before a mail: how many tickets
// they had, and how many of these were neither resolved nor closed.
type History struct{ Open, All int }
