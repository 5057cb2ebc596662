package health

import (
	"fmt"
	"time"

	"maildesk/ticket"
)

// Reason is one thing that is wrong.
type Reason struct {
	Name string `json:"name"` // one of the words in Names, also a label of the metric maildesk_degraded
	Text string `json:"text"` // for people
	Stop bool   `json:"stop"` // no new mail is accepted until it is fixed
}

// The names of what may be wrong. Closed set.
const (
	Disk       = "disk"       // less free than the reserve: senders are asked to try later
	Database   = "database"   // it accepts no changes
	Search     = "search"     // its index is damaged: new texts are not found
	Backlog    = "backlog"    // mails wait too long to be handled
	Quarantine = "quarantine" // a mail could not be handled and waits for a person
	Outgoing   = "outgoing"   // mails wait too long for their first try, or sending is paused
	IMAP       = "imap"       // a mailbox cannot be fetched
	ConfigFile = "config"     // the configuration file was refused, an older one is in force

	Smarthost   = "smarthost"        // one refuses us or is down
	Uninformed  = "uninformed"       // requesters do not know that their matter is solved
	Budget      = "budget"           // automatic mails are held back
	Certificate = "certificate"      // that of [smtp] expires soon
	Suppressed  = "agent-suppressed" // mail to an agent is suppressed after delivery reports
	OldAddress  = "old-address"      // mail came to a signed address of lost data
)

// Names lists them.
var Names = []string{Disk, Database, Search, Backlog, Quarantine, Outgoing, IMAP, ConfigFile,
	Smarthost, Uninformed, Budget, Certificate, Suppressed, OldAddress}

// ofTrouble maps the troubles that the desk records to reasons; all other reasons are
// found when somebody asks.
var ofTrouble = map[ticket.TroubleKind]string{
	ticket.TroubleSmarthost: Smarthost, ticket.TroubleUninformed: Uninformed, ticket.TroubleBudget: Budget,
	ticket.TroubleCertificate: Certificate, ticket.TroubleAgentSuppressed: Suppressed, ticket.TroubleOldAddress: OldAddress,
}

// How long mails may wait.
const (
	maxBacklog = 5 * time.Minute
	maxUntried = 10 * time.Minute
)

// Check returns what is wrong with something that only the daemon can see. It must
// not block.
type Check func() []Reason

// reasons returns everything that is wrong now; err is why c could not be read.
func (o *Observer) reasons(c ticket.Condition, err error) []Reason {
	var all []Reason
	for _, check := range o.src.Checks {
		all = append(all, check()...)
	}
	if r := o.diskReason(); r != nil {
		all = append(all, *r)
	}
	if err != nil {
		return append(all, Reason{Database, "the database cannot be read: " + err.Error(), true})
	}
	return append(all, reasonsOf(c, time.Now())...)
}

func (o *Observer) diskReason() *Reason {
	free, reserve, err := o.src.Disk()
	switch {
	case err != nil: // the listeners check it too, and accept nothing
		return &Reason{Disk, "the data folder cannot be looked at: " + err.Error(), true}
	case free < reserve:
		return &Reason{Disk, fmt.Sprintf("%d MiB are free, %d MiB are kept in reserve: senders are asked to deliver new mails later; make room", free>>20, reserve>>20), true}
	}
	return nil
}

// reasonsOf returns what is wrong according to the store.
func reasonsOf(c ticket.Condition, now time.Time) []Reason {
	var all []Reason
	add := func(name, format string, args ...any) {
		all = append(all, Reason{name, fmt.Sprintf(format, args...), false})
	}
	if age := ageOf(c.OldestPending, now); age > maxBacklog {
		add(Backlog, "the oldest unhandled mail has been waiting for %s; the log says why", age.Round(time.Second))
	}
	if n := c.Mails[ticket.DispositionQuarantined]; n > 0 {
		add(Quarantine, "%d mails are in quarantine: maildesk quarantine list", n)
	}
	if age := ageOf(c.OldestUntried, now); age > maxUntried {
		add(Outgoing, "the oldest outgoing mail has been waiting %s for its first try: is the smarthost up? maildesk outbox shows its replies", age.Round(time.Second))
	}
	for _, t := range c.Troubles {
		if name := ofTrouble[t.Kind]; name != "" {
			add(name, "%s: %s", t.Subject, t.Text)
		}
	}
	return all
}

func ageOf(t, now time.Time) time.Duration {
	if t.IsZero() {
		return 0
	}
	return max(0, now.Sub(t))
}
