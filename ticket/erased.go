package ticket

import "time"

// ErasedMail is a mail of which something was taken out; its row and its bytes in the
// journal are not those that came.
type ErasedMail struct {
	Mail    MailID    `json:"mail"`
	How     ErasedHow `json:"how"`
	Erasure int64     `json:"erasure"`
}

// ErasedHow is how much of a mail was taken out.
type ErasedHow string

// How much is taken out.
const (
	ErasedOut ErasedHow = "out" // all of it
	ErasedCut ErasedHow = "cut" // what was about a person
)

// Erasure is that data of somebody were erased. Whose they were stands nowhere.
type Erasure struct {
	ID     int64     `json:"erasure"`
	At     time.Time `json:"at"`
	Actor  string    `json:"actor"`
	Digest string    `json:"-"`                // a keyed hash of the address; empty: by age
	DoneAt time.Time `json:"done_at,omitzero"` // zero: it is not done yet
}
