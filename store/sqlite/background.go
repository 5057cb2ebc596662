package sqlite

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// backgroundNice is the nice value of work that can wait. It must not be the highest: as long as
// a table is being read, the write-ahead log grows with every commit.
const backgroundNice = 10

// InBackground runs fn in a goroutine whose thread has a lower priority than the rest of the
// daemon, and returns its error. fn must hold no lock that others wait for.
//
// The thread ends with fn, since raising a priority again needs a privilege.
func InBackground(fn func() error) error {
	ended := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked, so the thread ends with the goroutine
		if runtime.GOOS == "linux" {
			// On Linux 0 is the calling thread; elsewhere, as in POSIX, the whole process. Where
			// this fails, fn only takes its full share.
			_ = unix.Setpriority(unix.PRIO_PROCESS, 0, backgroundNice)
		}
		ended <- fn()
	}()
	return <-ended
}
