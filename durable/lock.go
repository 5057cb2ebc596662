package durable

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// lockSuffix ends the name of a lock.
const lockSuffix = ".lock"

// IsLock reports whether a file of that name is the lock of another one.
func IsLock(name string) bool { return strings.HasSuffix(name, lockSuffix) }

// lockPause is how long somebody waits before asking again for a lock that another one has.
const lockPause = 10 * time.Millisecond

// Lock takes the lock of a file, which need not exist, and returns a function that releases it. It waits, until
// ctx is done, while somebody else has it, in this process or in another: so several can each read a file and
// replace it by what they make of it. The lock is an empty file beside it, which stays; the process loses
// it at its end, however that comes.
func Lock(ctx context.Context, path string) (unlock func() error, err error) {
	for {
		if unlock, err := TryLock(path); err != nil || unlock != nil {
			return unlock, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockPause):
		}
	}
}

// TryLock is Lock that does not wait: unlock is nil while somebody else has the lock.
func TryLock(path string) (unlock func() error, err error) {
	folder := filepath.Dir(path)
	f, err := os.OpenFile(filepath.Join(folder, "."+filepath.Base(path)+lockSuffix), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err = ownAsFolder(f, folder); err == nil {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	}
	switch {
	case errors.Is(err, syscall.EWOULDBLOCK):
		return nil, f.Close()
	case err != nil:
		return nil, errors.Join(err, f.Close())
	}
	return f.Close, nil
}
