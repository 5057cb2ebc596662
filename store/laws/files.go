package laws

import (
	"context"

	"maildesk/store/sqlrow"
)

// Engine is what the database itself can say about its state.
type Engine interface {
	// Integrity returns what is wrong in the database's own structures.
	Integrity(context.Context, sqlrow.Querier) ([]string, error)
	// BrokenReferences returns the references to rows that are not there.
	BrokenReferences(context.Context, sqlrow.Querier) ([]string, error)
	// CheckIndex returns what is wrong with the search indexes.
	CheckIndex(context.Context, sqlrow.Querier) error
	// Given returns the highest number that each table has given.
	Given(context.Context, sqlrow.Querier) (map[string]int64, error)
}

// checkFile looks at what the engine itself can say: pages, indexes, references.
func checkFile(ctx context.Context, q sqlrow.Querier, e Engine) (problems []Problem, err error) {
	texts, err := e.Integrity(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, text := range texts {
		problems = append(problems, Problem{"the file is as it was written", text})
	}
	broken, err := e.BrokenReferences(ctx, q)
	for _, text := range broken {
		problems = append(problems, Problem{"references are good", text})
	}
	return problems, err
}

// Tickets checks the file of the database over the connection that writes.
func Tickets(ctx context.Context, q sqlrow.Querier, e Engine) (problems []Problem, err error) {
	problems, err = checkFile(ctx, q, e)
	if err != nil {
		return nil, err
	}
	if err := e.CheckIndex(ctx, q); err != nil {
		problems = append(problems, Problem{"the search index is whole", err.Error()})
	}
	return problems, nil
}

// Journal checks the file of the journal.
func Journal(ctx context.Context, q sqlrow.Querier, e Engine) (problems []Problem, err error) {
	problems, err = checkFile(ctx, q, e)
	if err != nil {
		return nil, err
	}
	// Numbers are never given twice and a change that is undone gives its
	// number back, so a hole is a mail that was here.
	given, err := e.Given(ctx, q)
	if err != nil {
		return nil, err
	}
	holes, err := sqlrow.Collect(sqlrow.ScanText)(q.QueryContext(ctx, `SELECT 'mail ' || (m.id + 1) FROM (SELECT 0 AS id UNION SELECT id FROM mail UNION SELECT mail FROM lost) m
		LEFT JOIN mail next ON next.id = m.id + 1 LEFT JOIN lost ON lost.mail = m.id + 1 WHERE next.id IS NULL AND lost.mail IS NULL AND m.id < $1`, given["mail"]))
	if err != nil {
		return nil, err
	}
	for _, text := range holes {
		problems = append(problems, Problem{"no mail has vanished", text})
	}
	return problems, nil
}
