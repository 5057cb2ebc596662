package desk

import (
	"context"
	"fmt"

	"golang.org/x/sync/semaphore"
)

// memory is what all mails together may take while they are understood and
// handled, wherever that is done: by the workers, by explain, by rebuild. Mails
// that are not large need none of it: the number of workers bounds them.
type memory struct{ free *semaphore.Weighted }

const (
	// memoryBudget has room for one of the largest mails that a desk takes by
	// default, or for several smaller ones.
	memoryBudget = 256 << 20

	// memoryPerByte is what a byte of a mail costs at most beside the mail itself:
	// its decoded content, its files encoded again for those who are told, and a
	// mail to one of them (see docs/performance.md, "Hostile mails").
	memoryPerByte = 5
)

func newMemory() memory { return memory{semaphore.NewWeighted(memoryBudget)} }

// take waits until there is memory for a mail of so many bytes. The caller calls
// release when it is done with all that came of the mail.
func (m memory) take(ctx context.Context, size int) (release func(), err error) {
	if size < largeMail {
		return func() {}, nil
	}
	cost := min(int64(size)*memoryPerByte, memoryBudget)
	if err := m.free.Acquire(ctx, cost); err != nil {
		return nil, fmt.Errorf("wait for memory to handle a mail of %d KiB: %w", size>>10, err)
	}
	return func() { m.free.Release(cost) }, nil
}
