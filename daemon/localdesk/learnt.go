package localdesk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"maildesk/desk/learning"
	"maildesk/durable"
)

// LearntFile is the name of the file in the data folder with what the desk has learnt from
// its history. It can be made anew from that.
const LearntFile = "learnt"

// ReadLearnt lets the desk say of new requests what it has learnt, as the file in the data
// folder has it. Where there is none, it knows nothing yet. An error says why the file
// counts as missing. Call it before the desk runs.
func (b *Local) ReadLearnt(ctx context.Context) (*learning.Learner, error) {
	l := new(learning.Learner)
	b.Desk.Learner = l
	bytes, err := os.ReadFile(filepath.Join(b.Folder, LearntFile))
	if errors.Is(err, fs.ErrNotExist) {
		return l, nil
	}
	if err == nil {
		err = l.Decode(ctx, b.Desk, bytes)
	}
	if err != nil {
		return l, fmt.Errorf("what was learnt (%s): %w", LearntFile, err)
	}
	return l, nil
}

// KeepLearnt puts what was learnt into the file, whole.
func (b *Local) KeepLearnt(l *learning.Learner) error {
	bytes, err := l.Encode()
	if err != nil || bytes == nil {
		return err
	}
	return durable.Replace(filepath.Join(b.Folder, LearntFile), bytes)
}

// ForgetLearnt removes the file, and what the desk knows.
func (b *Local) ForgetLearnt(l *learning.Learner) error {
	l.Forget()
	if err := durable.Remove(filepath.Join(b.Folder, LearntFile)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
