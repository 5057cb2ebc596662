// Package kb finds the articles of the knowledge base that match a query of package
// search; the store finds the tickets.
//
// Begin with [Find].
package kb

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"time"

	"maildesk/search"
	"maildesk/ticket"
)

// Beside is how many articles are shown beside tickets, where a query does not ask for
// articles alone.
const Beside = 5

// MostTexts bounds the texts of articles that are looked at where nothing else is asked for.
const MostTexts = 1000

// texts of an article there may be, in as many languages: of so many texts an article is
// the best one.
const texts = 8

// Hit is an article that was found.
type Hit struct {
	Article ticket.Article
	Text    ticket.Text // that matched
	Line    string      // of the text, that matched; empty: the title did, or no word is asked for
	Score   float64     // higher is better; of one search only
}

// Slug returns the name of the article.
func (h Hit) Slug() string { return h.Article.Slug }

// Found is what was found.
type Found struct {
	Hits []Hit // best first
	More bool  // there are others, which in:articles finds
}

// Find returns the published articles that match, public and internal ones: who asks is an
// agent. Beside tickets there are at most [Beside] of them, and none where the query has
// fields that only tickets have; a query for articles alone gets all, from up to
// [MostTexts] texts. Of the texts of an article that match, that in the first of some languages
// is chosen, else the best.
func Find(r ticket.ArticleReader, q ticket.Query, languages ...string) (Found, error) {
	if q.In == ticket.InTickets || ofTickets(q) {
		return Found{}, nil
	}
	ask := ticket.ArticleQuery{All: q.All, None: q.None, Of: ticket.ArticleFilter{
		State: ticket.ArticlePublished, Categories: q.Tickets.Categories, ChangedFrom: q.Tickets.ActiveFrom, MadeBefore: q.Tickets.MadeBefore,
	}, Language: q.Tickets.Language, Limit: MostTexts, Seen: q.SeenArticle}
	if q.In != ticket.InArticles {
		ask.Limit = (Beside + 1) * texts
	}
	var all []ticket.ArticleHit
	var err error
	if len(q.All) > 0 {
		all, err = r.SearchArticles(ask)
	} else if q.In == ticket.InArticles {
		all, err = withoutWords(r, ask, languages)
	}
	if err != nil {
		return Found{}, err
	}
	hits := once(all, q, languages)
	if q.In != ticket.InArticles && len(hits) > Beside {
		return Found{Hits: hits[:Beside], More: true}, nil
	}
	return Found{Hits: hits, More: len(all) == ask.Limit}, nil
}

// ofTickets reports whether a query has a field that only tickets have.
func ofTickets(q ticket.Query) bool {
	f := q.Tickets
	f.Categories, f.Language, f.ActiveFrom, f.MadeBefore = nil, "", time.Time{}, time.Time{}
	return q.From+q.Requester != "" || q.Files || !reflect.ValueOf(f).IsZero()
}

// withoutWords returns articles by what they are. They all have the same rank, but for
// their freshness.
func withoutWords(r ticket.ArticleReader, ask ticket.ArticleQuery, languages []string) (all []ticket.ArticleHit, err error) {
	excluded := map[string]bool{}
	if len(ask.None) > 0 {
		hits, err := r.SearchArticles(ticket.ArticleQuery{Any: ask.None})
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			excluded[h.Article.Slug] = true
		}
	}
	articles, err := r.Articles(ask.Of)
	for _, a := range articles {
		if text := a.In(append([]string{ask.Language}, languages...)...); !excluded[a.Slug] && (ask.Seen == nil || !ask.Seen(a.Slug)) && (ask.Language == "" || text.Language == ask.Language) {
			all = append(all, ticket.ArticleHit{Article: a, Language: text.Language, Score: 1})
		}
	}
	return all[:min(len(all), ask.Limit)], err
}

// once returns each article once, best first, with its text in the first of some languages
// in which it matches, else with the one that matches best.
func once(all []ticket.ArticleHit, q ticket.Query, languages []string) (hits []Hit) {
	at, read := map[string]int{}, map[string]int{} // by slug: its place in hits, and that of its language
	for _, h := range all {
		rank := slices.Index(languages, h.Language)
		if rank < 0 {
			rank = len(languages)
		}
		text := h.Article.In(h.Language)
		hit := Hit{h.Article, text, search.Line(text.Body, q.All), search.Score(h.Score, h.Article.ChangedAt, q.Now)}
		i, known := at[h.Article.Slug]
		switch {
		case !known:
			at[h.Article.Slug], read[h.Article.Slug] = len(hits), rank
			hits = append(hits, hit)
		case rank < read[h.Article.Slug]:
			read[h.Article.Slug], hit.Score = rank, hits[i].Score
			hits[i] = hit
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), strings.Compare(a.Article.Slug, b.Article.Slug))
	})
	return hits
}
