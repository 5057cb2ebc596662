package ticket

import (
	"errors"
)

// ErrRejected is wrapped by every error that trying again cannot mend. All
// other errors are temporary: the sender keeps the mail and comes back.
var ErrRejected = errors.New("rejected")

// ErrStorageFull says that the disk's reserve is reached. It is temporary.
var ErrStorageFull = errors.New("storage full")

// ErrRefused says that the store does not take what a change says, whenever it comes: it is a
// fault of ours, or of what the change was decided from.
var ErrRefused = errors.New("refused by the store")

// ErrResources says that the machine is short of file descriptors or memory. It
// is temporary.
var ErrResources = errors.New("system resources are short")
