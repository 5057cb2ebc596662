package store

import "context"

// engine is what differs between databases. The rest of the SQL is common.
type engine interface {
	// insert runs an INSERT and returns the id of the new row; 0 when there was
	// nothing to insert (ON CONFLICT DO NOTHING).
	insert(ctx context.Context, q querier, query string, args []any) (int64, error)
	// index keeps the words of a text: of an entry under its id, of a
	// ticket's subject under minus its number. An older text is replaced.
	index(ctx context.Context, q querier, id int64, text string) error
	// search returns the tickets that hold all words, best first.
	search(ctx context.Context, q querier, words []string, limit int) ([]int64, error)
	isBusy(error) bool
	// shortage returns of what the machine is short where that is the cause of
	// an error (desk.ErrStorageFull, desk.ErrResources), else nil.
	shortage(error) error
}
