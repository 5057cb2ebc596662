package datafolder

import (
	"errors"
	"testing"
	"time"

	"maildesk/ticket"
)

// What is taken counts until the disk is asked again, which it is before anybody is
// refused.
func TestReserveCountsWhatIsTaken(t *testing.T) {
	r := &Reserve{Folder: t.TempDir(), Least: 64 << 20, free: 100 << 20, read: time.Now()}
	if err := r.Take(1 << 20); err != nil || r.free-r.taken != (100-perMail)<<20 {
		t.Errorf("take(1 MiB) of 100 MiB = %v, %d MiB left, want %d", err, (r.free-r.taken)>>20, 100-perMail)
	}
	if err := r.Allow(70 << 20); err != nil || r.free <= 100<<20 {
		t.Errorf("allow(70 MiB) with an estimate of 96 MiB = %v, want what the disk has, not %d MiB", err, r.free>>20)
	}
	if err := r.Allow(1 << 50); !errors.Is(err, ticket.ErrStorageFull) {
		t.Errorf("allow(1 PiB) = %v, want ErrStorageFull", err)
	}
}
