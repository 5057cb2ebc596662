package desk

import (
	"fmt"
	"strings"
	"sync"

	"maildesk/desk/decision"
	"maildesk/ticket"
)

// largeMail is the size from which a mail goes a way of its own: few of them are
// handled at once, and those who write a few lines do not wait for them.
const largeMail = 1 << 20

// maxInboxBytes and maxLargeBytes bound the raw mails, and the large ones, that
// wait in memory to be handled. What is over it waits in the journal only.
const (
	maxInboxBytes = 32 << 20
	maxLargeBytes = 40 << 20
)

// maxInboxJobs bounds their number.
const maxInboxJobs = 4096

// workers is how many mails are handled at once. Most of them wait for a commit
// that they share: the more there are, the fewer commits a mail costs. But they
// also take the processors from those who bring mail: with 16 the desk accepts
// little more than half as much from 32 senders as with 8, and brings no more
// through.
const workers = 8

// largeWorkers is how many handle large mails, beside the others.
const largeWorkers = 2

// burst is how many mails may wait to be handled before those that come take
// turns with those that wait. So a burst is taken at once, and in a flood nobody
// waits long for an answer.
const burst = 64

// job is one mail on its way to a worker; raw may be nil and is then read
// from the journal.
type job struct {
	mail     ticket.Mail
	raw      []byte
	failure  error // of the last attempt
	alone    bool  // it is handled while no other mail is
	checked  bool  // who sent it was checked, or need not be
	unplaced bool  // who sent it goes unchecked: too many others were being checked
}

// failures says why a mail is not tried again.
func (j *job) failures() string {
	if j.failure == nil {
		return fmt.Sprintf("the desk ended %d times while it handled it", j.mail.Attempts)
	}
	return fmt.Sprintf("handling failed %d times, at last: %s", j.mail.Attempts, strings.SplitN(j.failure.Error(), "\n", 2)[0])
}

// inbox hands kept mails to the workers. Every mail is in it at most once.
type inbox struct {
	jobs    chan *job
	large   chan *job
	journal chan struct{} // signalled when the journal holds what is not in jobs

	mu    sync.Mutex
	bytes int64 // of mails that are not large
	heavy int64 // of large ones
	count int
	taken map[ticket.MailID]bool // in jobs or in a worker's hands
	due   map[[32]byte]int       // fingerprints of mails that are being kept, and will be put
}

func newInbox() *inbox {
	return &inbox{
		jobs:    make(chan *job, maxInboxJobs),
		large:   make(chan *job, maxInboxJobs),
		journal: make(chan struct{}, 1),
		taken:   map[ticket.MailID]bool{},
		due:     map[[32]byte]int{},
	}
}

// reserve makes room for a mail of size bytes, if there is some. One mail that
// is larger than the bound goes through when no other large one is there.
func (in *inbox) reserve(size int64) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	used, most := in.account(size)
	if in.count >= maxInboxJobs || *used > 0 && *used+size > most {
		return false
	}
	in.count++
	*used += size
	return true
}

func (in *inbox) release(size int64) {
	in.mu.Lock()
	used, _ := in.account(size)
	in.count--
	*used -= size
	in.mu.Unlock()
	if size >= largeMail {
		in.nudge() // the journal may have others, which were passed over
	}
}

// account returns where the bytes of mails of a size are counted, and their bound.
func (in *inbox) account(size int64) (used *int64, most int64) {
	if size >= largeMail {
		return &in.heavy, maxLargeBytes
	}
	return &in.bytes, maxInboxBytes
}

// queue returns the one for mails of a size.
func (in *inbox) queue(size int64) chan *job {
	if size >= largeMail {
		return in.large
	}
	return in.jobs
}

// waiting returns the number of mails that are reserved for, queued or handled.
func (in *inbox) waiting() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.count
}

// put hands over a mail for which there is a reservation.
func (in *inbox) put(j job) {
	in.mu.Lock()
	in.taken[j.mail.ID] = true
	in.mu.Unlock()
	in.queue(j.mail.Size) <- &j // never blocks: reserve bounds the number
}

// expect notes that a mail is being kept whose first attempt is counted with that: until it has
// arrived, the journal may show it before its worker has it.
func (in *inbox) expect(fingerprint [32]byte) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.due[fingerprint]++
}

// arrived ends expect: the mail was put, or not kept.
func (in *inbox) arrived(fingerprint [32]byte) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.due[fingerprint]--; in.due[fingerprint] == 0 {
		delete(in.due, fingerprint)
	}
}

// take marks a mail from the journal as being handled; false when it already is, or when
// it is about to be put.
func (in *inbox) take(m ticket.Mail) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.taken[m.ID] || in.due[m.Fingerprint] > 0 {
		return false
	}
	in.taken[m.ID] = true
	return true
}

// done forgets a mail that a worker has finished with.
func (in *inbox) done(id ticket.MailID) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.taken, id)
}

// untouched takes out what no worker has begun with, and returns the mails whose
// first attempt was counted when they were kept.
func (in *inbox) untouched() (ids []ticket.MailID) {
	for {
		var j *job
		select {
		case j = <-in.jobs:
		case j = <-in.large:
		default:
			return ids
		}
		if j.raw != nil {
			ids = append(ids, j.mail.ID)
		}
		in.release(j.mail.Size)
		in.done(j.mail.ID)
	}
}

// nudge tells Run that the journal holds more.
func (in *inbox) nudge() { decision.Signal(in.journal) }
