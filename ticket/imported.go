package ticket

import (
	"time"
)

// Imported is what an import knows of an old mail beside its bytes. It is kept with
// the mail, so that the same follows whenever the mail is handled again.
type Imported struct {
	At   time.Time // when it was written
	Open bool      // its ticket is work to be done; else it is history, and closed
	Mark string    // by which the desk of those days knew its ticket; empty: none
}
