package statement

import (
	"context"

	"maildesk/similar"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// Engine is what differs between databases. The rest of the SQL is common.
type Engine interface {
	// Insert runs an INSERT and returns the id of the new row; 0 when there was
	// nothing to insert (ON CONFLICT DO NOTHING).
	Insert(ctx context.Context, q sqlrow.Querier, query string, args []any) (int64, error)
	// Index keeps the words of a text: of an entry under its id, of a
	// ticket's subject under minus its number. An older text is replaced.
	Index(ctx context.Context, q sqlrow.Querier, id int64, text string) error
	// IndexArticle keeps the words of a text of an article under its id, and forgets those
	// of others.
	IndexArticle(ctx context.Context, q sqlrow.Querier, id int64, title, body string, others ...int64) error
	// SearchArticles returns the ids of the texts of articles that match, and their scores,
	// best first. where adds what the article must be.
	SearchArticles(ctx context.Context, q sqlrow.Querier, ask ticket.ArticleQuery, where func(*sqlrow.Conditions)) ([]int64, []float64, error)
	// Search returns all tickets that match, best first, by their numbers, queues and the
	// numbers of their entries alone. where adds what the ticket must be.
	Search(ctx context.Context, q sqlrow.Querier, ask ticket.Query, where func(*sqlrow.Conditions)) (ticket.Found, error)
	// Given returns the highest number that each table has given, by its name, also those
	// of rows that are gone: of mail, ticket, participant, outbox and event at least.
	Given(ctx context.Context, q sqlrow.Querier) (map[string]int64, error)
	// Raise lets a table give only numbers after one.
	Raise(ctx context.Context, q sqlrow.Querier, table string, number int64) error
	// IndexAlike, ForgetAlike and FindAlike keep and find texts by their words, which are
	// hashes: of a ticket under its number, of a text of an article under minus its.
	IndexAlike(ctx context.Context, q sqlrow.Querier, id int64, d similar.Document) error
	ForgetAlike(ctx context.Context, q sqlrow.Querier, id int64) error
	// FindAlike returns the texts of tickets or of articles that have one of the words, best
	// first.
	FindAlike(ctx context.Context, q sqlrow.Querier, words []similar.Hash, articles bool, limit int) ([]int64, error)
	IsBusy(error) bool
	// Shortage returns of what the machine is short where that is the cause of
	// an error (ticket.ErrStorageFull, ticket.ErrResources), else nil.
	Shortage(error) error
}
