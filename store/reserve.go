package store

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"maildesk/ticket"
)

// reserve guards the free space of the file system, so that the disk fills up
// with a clear "come back later" to senders, not in the middle of our work.
type reserve struct {
	folder string
	least  int64 // bytes to leave free

	mu    sync.Mutex
	read  time.Time
	free  int64 // then
	taken int64 // since
}

// allow refuses a mail of a size unless max(1.5 × size, least) bytes are free.
func (r *reserve) allow(size int64) error {
	free, taken, err := r.space(time.Second)
	need := max(size+size/2, r.least)
	if err == nil && free-taken < need {
		free, _, err = r.space(0) // nobody is refused for an estimate
		taken = 0
	}
	if err != nil {
		return err
	}
	if free-taken < need {
		return fmt.Errorf("%w: %d MiB free, %d MiB wanted", ticket.ErrStorageFull, free>>20, need>>20)
	}
	return nil
}

// take is allow for a mail that comes now: until the free space is read again
// it counts as taken.
func (r *reserve) take(size int64) error {
	if err := r.allow(size); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken += perMail * size
	return nil
}

// perMail is how often the bytes of a mail are written at most: into the log and
// into the database, by itself and in the mails to agents that follow from it.
const perMail = 4

// space returns the bytes that we may write, read so long ago at most, and what
// was taken of them since.
func (r *reserve) space(age time.Duration) (free, taken int64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := time.Now(); now.Sub(r.read) >= age {
		var st unix.Statfs_t
		if err := unix.Statfs(r.folder, &st); err != nil {
			return 0, 0, fmt.Errorf("free space: %w", err)
		}
		r.read, r.free, r.taken = now, int64(st.Bavail)*st.Bsize, 0
	}
	return r.free, r.taken, nil
}
