// Package alike has the index for finding similar texts: solved tickets and
// public articles. Words are kept as hashes ([maildesk/similar]).
//
// A [Reader] and a [Tx] are parts of those of [maildesk/store/tables].
package alike

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"maildesk/similar"
	"maildesk/store/sqlrow"
	"maildesk/store/statement"
	"maildesk/ticket"
)

// Bounds on the cost of a search for similar texts, however many there are.
const (
	mostAlikeWords = 5  // by which it looks, the rarest of the request
	mostAlikeHits  = 80 // texts that have one of these
	mostAlike      = 5  // texts that are compared, of tickets and of articles each
)

// Reader finds similar texts.
type Reader struct{ *statement.Reader }

// Tx changes the index.
type Tx struct {
	read Reader
	*statement.Writer
}

var _ ticket.SimilarReader = (*Reader)(nil)

// On returns what changes the index in a transaction.
func On(r *statement.Reader, w *statement.Writer) Tx { return Tx{read: Reader{r}, Writer: w} }

// Similar is described at [ticket.Reader].
func (r *Reader) Similar(q ticket.SimilarQuery) (found ticket.Similar, err error) {
	words := similar.ReadRequest(q.Language, q.Title, q.Body)
	usage, err := r.usage(q.Language, words)
	if err != nil {
		return found, err
	}
	by := similar.Rarest(words, usage, mostAlikeWords, mostAlikeHits)
	if len(by) == 0 {
		return found, nil
	}
	for _, articles := range []bool{false, true} {
		ids, err := r.Engine.FindAlike(r.Ctx, r.Q, by, articles, mostAlike)
		if err != nil || len(ids) == 0 {
			if err != nil {
				return found, err
			}
			continue
		}
		texts, err := r.alikeTexts(ids)
		if err != nil {
			return found, err
		}
		if err := r.addAlike(&found, q, words, usage, texts); err != nil {
			return found, err
		}
	}
	return found, nil
}

// addAlike adds the texts that are similar enough.
func (r *Reader) addAlike(found *ticket.Similar, q ticket.SimilarQuery, words []similar.Word, usage similar.Usage, texts []alikeText) error {
	for _, t := range texts {
		m := similar.Compare(words, t.Document, usage)
		sameCategory := t.category == q.Category || t.category == "" || q.Category == ""
		switch {
		case t.id < 0:
			if m.Score = similar.Weighed(m.Score, sameCategory, 0); m.Score < similar.Enough {
				continue
			}
			var slug string
			if err := r.Row(`SELECT article.slug FROM article_text JOIN article ON article.id = article_text.article WHERE article_text.id = $1`, -t.id).Scan(&slug); err != nil {
				return fmt.Errorf("article of text %d: %w", -t.id, err)
			}
			found.Articles = append(found.Articles, ticket.SimilarArticle{Slug: slug, Score: m.Score, Words: m.Words})
		default:
			if m.Score = similar.Weighed(m.Score, sameCategory, q.Now.Sub(t.at)); m.Score >= similar.EnoughForAgents {
				found.Tickets = append(found.Tickets, ticket.SimilarTicket{ID: ticket.ID(t.id), Score: m.Score, Words: m.Words})
			}
		}
	}
	slices.SortStableFunc(found.Articles, func(a, b ticket.SimilarArticle) int { return cmp.Compare(b.Score, a.Score) })
	slices.SortStableFunc(found.Tickets, func(a, b ticket.SimilarTicket) int { return cmp.Compare(b.Score, a.Score) })
	return nil
}

var (
	usageOfWords = `SELECT word, texts FROM search_alike_word WHERE word IN (` + sqlrow.Places(1+similar.MostAsked) + `)`
	textsByID    = `SELECT id, language, category, at, title, body FROM search_alike_text WHERE id IN (` + sqlrow.Places(mostAlike) + `)`
)

// usage returns how many texts of a language contain each of the words.
func (r *Reader) usage(language string, words []similar.Word) (u similar.Usage, err error) {
	u.Of = make(map[similar.Hash]int, len(words))
	all := similar.AllOf(language)
	args := make([]any, 1+similar.MostAsked) // always as many: the statement stays prepared
	for i := range args {
		args[i] = int64(all)
		if i < len(words) {
			args[i] = int64(words[i].Hash)
		}
	}
	rows, err := r.Query(usageOfWords, args...)
	if err != nil {
		return u, fmt.Errorf("how common words are: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var word int64
		var n int
		if err := rows.Scan(&word, &n); err != nil {
			return u, err
		}
		u.Of[similar.Hash(word)] = n
	}
	u.Texts = u.Of[all]
	return u, rows.Err()
}

// alikeText is an indexed text.
type alikeText struct {
	id                 int64
	language, category string
	at                 time.Time
	similar.Document
}

// alikeTexts returns indexed texts by their ids: at least one, at most mostAlike.
func (r *Reader) alikeTexts(ids []int64) ([]alikeText, error) {
	args := make([]any, mostAlike)
	for i := range args {
		args[i] = ids[min(i, len(ids)-1)]
	}
	all, err := sqlrow.Collect(func(row sqlrow.Scanner) (t alikeText, err error) {
		var title, body []byte
		err = row.Scan(&t.id, &t.language, &t.category, sqlrow.At(&t.at), &title, &body)
		t.Document = DocumentOf(title, body)
		return t, err
	})(r.Query(textsByID, args...))
	if err != nil {
		return nil, fmt.Errorf("read texts that may be alike: %w", err)
	}
	return all, nil
}

// noWord separates the words of a request from those of its answer.
const noWord similar.Hash = 1<<32 - 1

// joined encodes the words of a body and of an answer as the index keeps them.
func joined(d similar.Document) []similar.Hash {
	if len(d.Answer) == 0 {
		return d.Body
	}
	return slices.Concat(d.Body, []similar.Hash{noWord}, d.Answer)
}

// parted undoes joined. One word in four thousand million has the hash noWord: then some words
// count as those of the answer.
func parted(words []similar.Hash) (body, answer []similar.Hash) {
	if at := slices.Index(words, noWord); at >= 0 {
		return words[:at], words[at+1:]
	}
	return words, nil
}

func bytesOf(words []similar.Hash) []byte {
	raw := make([]byte, 0, 4*len(words))
	for _, w := range words {
		raw = binary.LittleEndian.AppendUint32(raw, uint32(w))
	}
	return raw
}

// DocumentOf decodes an indexed text from the columns of its row.
func DocumentOf(title, body []byte) similar.Document {
	d := similar.Document{Title: hashesOf(title)}
	d.Body, d.Answer = parted(hashesOf(body))
	return d
}

func hashesOf(raw []byte) (words []similar.Hash) {
	for ; len(raw) >= 4; raw = raw[4:] {
		words = append(words, similar.Hash(binary.LittleEndian.Uint32(raw)))
	}
	return words
}
