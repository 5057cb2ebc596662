package ticket

import (
	"slices"
	"time"
)

// Article is one entry of the knowledge base. It is never changed: who changes an article
// saves its next revision.
type Article struct {
	Slug     string       `json:"slug"` // its name: lower-case letters, digits and hyphens
	State    ArticleState `json:"state"`
	Audience Audience     `json:"audience"`
	Owner    string       `json:"owner,omitempty"`    // the agent who answers for it; empty: nobody
	Category string       `json:"category,omitempty"` // that it is about; empty: any
	Ticket   ID           `json:"ticket,omitempty"`   // from which it was made; 0: none
	Review   string       `json:"review,omitempty"`   // the day on which its owner is to look at it, as 2027-01-31; empty: none
	Texts    []Text       `json:"texts"`              // one a language, by language

	CreatedAt time.Time `json:"created_at"`
	Revision  int       `json:"revision"`       // 1 is the first
	ChangedAt time.Time `json:"changed_at"`     // when this revision was made
	ChangedBy string    `json:"changed_by"`     // an agent, or whoever was at the console
	Mail      MailID    `json:"mail,omitempty"` // that made this revision; 0: none did
}

// Text is an article in one language.
type Text struct {
	Language string `json:"language"` // ISO 639-1
	Title    string `json:"title"`
	Body     string `json:"body"` // Markdown
}

// ArticleState is how far an article is. Closed set.
type ArticleState string

// The states.
const (
	ArticleDraft     ArticleState = "draft"     // nobody has reviewed it yet
	ArticlePublished ArticleState = "published" // it may be read and sent
	ArticleWithdrawn ArticleState = "withdrawn" // it was dropped, and is kept
)

// ArticleStates lists every state.
var ArticleStates = []ArticleState{ArticleDraft, ArticlePublished, ArticleWithdrawn}

// Audience is who may read an article. Closed set.
type Audience string

// The audiences.
const (
	AudiencePublic   Audience = "public"   // anybody
	AudienceInternal Audience = "internal" // agents alone: it never goes out
)

// Audiences lists every audience.
var Audiences = []Audience{AudiencePublic, AudienceInternal}

// IsPublic reports whether anybody may read the article: it is published, and not
// internal.
func (a Article) IsPublic() bool {
	return a.State == ArticlePublished && a.Audience == AudiencePublic
}

// In returns the text of an article in the first of some languages that it has, else in
// the first that there is. An article without texts has an empty one.
func (a Article) In(languages ...string) Text {
	for _, l := range languages {
		if i := slices.IndexFunc(a.Texts, func(t Text) bool { return t.Language == l }); i >= 0 {
			return a.Texts[i]
		}
	}
	if len(a.Texts) == 0 {
		return Text{}
	}
	return a.Texts[0]
}

// ArticleFilter chooses articles. Empty fields choose all.
type ArticleFilter struct {
	State    ArticleState
	Audience Audience
	Ticket   ID // from which they were made
	// Categories, of which theirs is one; when they were changed last, and made.
	Categories  []string
	ChangedFrom time.Time // at or after; zero: ever
	MadeBefore  time.Time // zero: ever
}

// Fits reports whether the filter chooses an article.
func (f ArticleFilter) Fits(a Article) bool {
	return (f.State == "" || a.State == f.State) && (f.Audience == "" || a.Audience == f.Audience) && (f.Ticket == 0 || a.Ticket == f.Ticket) &&
		(len(f.Categories) == 0 || slices.Contains(f.Categories, a.Category)) && !a.ChangedAt.Before(f.ChangedFrom) && (f.MadeBefore.IsZero() || a.CreatedAt.Before(f.MadeBefore))
}

// ArticleQuery asks for articles by the words of their texts.
type ArticleQuery struct {
	All      []Term // a text holds each of them; those of a Subject in its title
	Any      []Term // and at least one of these, where there are some
	None     []Term // and none of these
	Of       ArticleFilter
	Language string // of the text; empty: any
	Limit    int    // texts; 0: 1,000
	// Who asks has seen these articles already: they are not found again, and count for no bound.
	Seen     func(slug string) bool // nil: none
	Articles int                    // bounds how many different articles are read; 0: all
}

// ArticleHit is a text that a search found.
type ArticleHit struct {
	Article  Article
	Language string  // of the text that matched
	Score    float64 // BM25, where a word of the title counts three times; higher is better, of one search only
}

// ArticleUse is an article that was sent or shown to the requester of a ticket, and what
// came of it.
type ArticleUse struct {
	Slug     string
	Ticket   ID
	At       time.Time
	Offered  bool // a machine put it into a mail; else an agent sent it
	Solved   bool // the requester said since that it solved the matter
	Returned bool // the requester wrote again since, and not only thanks
	Over     bool // the ticket is resolved or closed
}

// UseOutcome is what came of the use of an article. Closed set.
type UseOutcome string

// The outcomes.
const (
	UseOpen   UseOutcome = "open"   // it is not known yet, or nobody said
	UseSolved UseOutcome = "solved" // the requester said so; or an agent sent it, and nothing more was asked until the ticket was over
	UseFailed UseOutcome = "failed" // the requester came back
)

// Outcome returns what came of a use.
//
// What a machine only offered solves nothing by silence: there is an answer of an agent's
// as well, which may have.
func (u ArticleUse) Outcome() UseOutcome {
	switch {
	case u.Returned:
		return UseFailed
	case u.Solved, u.Over && !u.Offered:
		return UseSolved
	}
	return UseOpen
}

// ArticleReader reads the knowledge base.
type ArticleReader interface {
	// Article returns the latest revision of an article, in whatever state.
	Article(slug string) (Article, error)
	// Articles returns the latest revisions, by slug.
	Articles(ArticleFilter) ([]Article, error)
	// ArticleHistory returns all revisions of an article, the first one first.
	ArticleHistory(slug string) ([]Article, error)
	// SearchArticles returns texts of the latest revisions, best first. A draft that has
	// saved an article fails.
	SearchArticles(ArticleQuery) ([]ArticleHit, error)
	// ArticleUses returns what came of the articles that were sent or offered, in the
	// order in which that was; with a slug: of this one. What was taken back is left out.
	// A draft that has changes fails.
	ArticleUses(slug string) ([]ArticleUse, error)
	// ArticlesDue returns the published articles whose day of review has come by a day, and
	// of which day their owner was not reminded yet, by slug. A draft that has changes fails.
	ArticlesDue(day string) ([]Article, error)
	// ArticleReminded returns the last review day of an article of which its owner was
	// reminded; empty: of none.
	ArticleReminded(slug string) (string, error)
}

// ArticleWriter changes it.
type ArticleWriter interface {
	// SaveArticle keeps a revision. It wraps [ErrOvertaken] unless it is the next one of
	// its article, or the first.
	// Its texts are kept by language.
	SaveArticle(Article) error
	// SetArticleReminded keeps that the owner of an article was reminded of a review day.
	SetArticleReminded(slug, day string) error
}
