// Package outgoing has the statements on outgoing mails: the outbox with its
// attempts, the bytes of each mail with files shared between mails, what the guard holds
// back, and which sender has claimed which mail.
//
// A [Reader] and a [Tx] are parts of those of [maildesk/store/tables]; what their methods do
// is described at [ticket.OutboxReader], [ticket.BudgetReader] and the interfaces beside them.
package outgoing

import (
	"maildesk/store/statement"
	"maildesk/ticket"
)

// Reader reads the outbox.
type Reader struct{ *statement.Reader }

// Tx changes it.
type Tx struct {
	read Reader
	*statement.Writer
}

var (
	_ ticket.OutboxReader = (*Reader)(nil)
	_ ticket.BudgetReader = (*Reader)(nil)
	_ ticket.OutboxWriter = (*Tx)(nil)
	_ ticket.BudgetWriter = (*Tx)(nil)
	_ ticket.OutboxUpkeep = (*Tx)(nil)
)

// On returns what changes the outbox in a transaction.
func On(r *statement.Reader, w *statement.Writer) Tx { return Tx{read: Reader{r}, Writer: w} }
