package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// Bounds of what is fine.
const (
	slowSync = 30 * time.Millisecond // median time in which the disk writes a block durably
	syncs    = 21
)

// machine looks at the clock and the disk.
func (v *visit) machine(context.Context) {
	var x unix.Timex
	state, err := unix.Adjtimex(&x)
	switch {
	case err != nil:
		v.add("clock", Unknown, fmt.Sprintf("the kernel does not say whether the clock is right: %v", err), "timedatectl says whether a time service keeps it; in a container ask the machine itself")
	case state == unix.TIME_ERROR || x.Status&unix.STA_UNSYNC != 0:
		v.add("clock", Odd, "no time service keeps the clock of this machine", "run systemd-timesyncd or chrony: promised times and signatures go by the clock")
	default:
		v.add("clock", Fine, "the clock is kept by a time service", "")
	}
	median, err := syncTime(v.cfg.Desk.Data)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.add("disk", Unknown, "there is no data folder yet: "+v.cfg.Desk.Data, "start maildesk serve, which makes it, and look again")
	case err != nil:
		v.add("disk", Unknown, fmt.Sprintf("the data folder cannot be written to by this user: %v", err), "run it as the user of the desk")
	case median > slowSync:
		v.add("disk", Odd, fmt.Sprintf("the disk takes %v to write a block durably", median.Round(time.Millisecond)), "each mail waits for that: put the data on an SSD, or on a controller with a battery")
	default:
		v.add("disk", Fine, fmt.Sprintf("the disk writes a block durably in %v", median.Round(10*time.Microsecond)), "")
	}
}

// syncTime returns the median time in which a block is on stable storage in a folder.
func syncTime(folder string) (time.Duration, error) {
	f, err := os.CreateTemp(folder, "doctor-")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	var all []time.Duration
	for range syncs {
		began := time.Now()
		if _, err := f.Write(make([]byte, 4096)); err != nil {
			return 0, err
		}
		if err := f.Sync(); err != nil {
			return 0, err
		}
		all = append(all, time.Since(began))
	}
	slices.Sort(all)
	return all[len(all)/2], nil
}
