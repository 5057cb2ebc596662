package copies

import (
	"fmt"
	"strconv"
	"strings"

	"maildesk/ticket"
)

// The reasons of the disposition of copies, as they stand in the journal: how they are written, and
// how they are read when a mail is handled again, is here and nowhere else. The column duplicate_of
// names the first mail with the same words; the reason names the one that this is a copy of, which may be a later one.
const (
	copyOf        = "copy of mail " // with its number
	reasonAltered = "altered-copy"
)

// repeatOf is the reason of a copy of a mail.
func repeatOf(of ticket.MailID) string { return fmt.Sprint(copyOf, of) }

// repeated reports whether a reason is that of a copy, and of which mail; 0: it names none.
func repeated(reason string) (of ticket.MailID, is bool) {
	number, is := strings.CutPrefix(reason, copyOf)
	if n, err := strconv.ParseInt(number, 10, 64); is && err == nil && n > 0 {
		of = ticket.MailID(n)
	}
	return of, is
}
