package datafolder

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"maildesk/ticket"
)

// Reserve guards the free space of the file system, so that the disk fills up
// with a clear "come back later" to senders, not in the middle of our work.
type Reserve struct {
	Folder string
	Least  int64 // bytes to leave free

	mu    sync.Mutex
	read  time.Time
	free  int64 // then
	taken int64 // since
}

// Allow refuses a mail of a size, in bytes, unless max(1.5 × size, Least) bytes are
// free: the error wraps [ticket.ErrStorageFull].
func (r *Reserve) Allow(size int64) error {
	free, taken, err := r.Space(time.Second)
	need := max(size+size/2, r.Least)
	if err == nil && free-taken < need {
		free, _, err = r.Space(0) // nobody is refused for an estimate
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

// Take is [Reserve.Allow] for a mail that comes now: until the free space is read again
// it counts as taken.
func (r *Reserve) Take(size int64) error {
	if err := r.Allow(size); err != nil {
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

// Space returns the bytes that we may write, read so long ago at most, and what
// was taken of them since.
func (r *Reserve) Space(age time.Duration) (free, taken int64, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := time.Now(); now.Sub(r.read) >= age {
		var st unix.Statfs_t
		if err := unix.Statfs(r.Folder, &st); err != nil {
			return 0, 0, fmt.Errorf("free space: %w", err)
		}
		r.read, r.free, r.taken = now, int64(st.Bavail)*st.Bsize, 0
	}
	return r.free, r.taken, nil
}
