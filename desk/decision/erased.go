package decision

import (
	"fmt"
	"slices"

	"maildesk/ticket"
)

// ErasedMailError says that nothing is left of a mail.
type ErasedMailError struct{ Erased ticket.ErasedMail }

func (e *ErasedMailError) Error() string {
	return fmt.Sprintf("mail %d was erased (erasure %d): nothing of it is left to handle. To end its quarantine, drop it with a reason", e.Erased.Mail, e.Erased.Erasure)
}

// NotErased returns an *ErasedMailError for a mail of which nothing is left. One of which
// only something was taken out still says what somebody else wrote.
func NotErased(r ticket.Reader, id ticket.MailID) error {
	erased, err := r.ErasedMails()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(erased, func(e ticket.ErasedMail) bool { return e.Mail == id && e.How == ticket.ErasedOut })
	if i < 0 {
		return nil
	}
	return &ErasedMailError{erased[i]}
}
