package incoming

import (
	"fmt"
	"strings"

	"maildesk/ticket"
)

// A mail is spam by the mark of a filter before the desk, by a rule of the admin's, or since a person
// dropped it. The reason that the journal keeps says which: the id of the mark's rule, "rule " and the
// names of the admin's, or what DroppedReason writes. How these are read is here and nowhere else.
const (
	markedBy  = "spam-" // begins the ids of the rules of mailparse/classify that know a mark of a filter for spam
	droppedBy = "dropped by "
)

// DroppedReason is the reason of a mail that a person dropped.
func DroppedReason(who, why string) string { return fmt.Sprintf(droppedBy+"%s: %s", who, why) }

// IsDropped reports whether a mail was in quarantine until a person dropped it.
func IsDropped(m ticket.Mail) bool {
	return m.Disposition == ticket.DispositionSpam && strings.HasPrefix(m.Reason, droppedBy)
}

// WasMarked reports whether a mail was set apart for the mark of a filter for spam, and not by a rule of the
// admin's or a person.
func WasMarked(m ticket.Mail) bool {
	return m.Disposition == ticket.DispositionSpam && isMark(m.Reason)
}

// isMark reports whether a reason is a rule that knows a mark of a filter for spam.
func isMark(reason string) bool { return strings.HasPrefix(reason, markedBy) }
