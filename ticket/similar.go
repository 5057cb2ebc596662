package ticket

import "time"

// SimilarQuery asks what is like the text of a request, in its language.
type SimilarQuery struct {
	Title, Body string
	Language    string // ISO 639-1
	Category    string // of the request; empty: not known
	Now         time.Time
}

// Similar is what is like a request, each list with the best first.
type Similar struct {
	Tickets  []SimilarTicket  // that are solved, as far as they were indexed
	Articles []SimilarArticle // that anybody may read, in the language of the request
}

// SimilarTicket is a solved ticket that is like a request.
type SimilarTicket struct {
	ID    ID
	Score float64  // the chance that it helps, 0 to 1
	Words []string // that both have, those that say most first, as the request writes them
}

// SimilarArticle is an article with a text that is like a request.
type SimilarArticle struct {
	Slug  string
	Score float64
	Words []string
}

// SimilarReader finds what is alike.
type SimilarReader interface {
	// Similar returns solved tickets and public articles that are really like a request.
	// They are found by an index that follows what is committed within seconds, so that
	// nobody may rely on it: what it says is read again before it is shown.
	Similar(SimilarQuery) (Similar, error)
}
