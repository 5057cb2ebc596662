package similar

import (
	"fmt"
	"slices"
	"testing"

	"maildesk/similar/made"
)

// madeSet is the made set ([made.Set]) with its words.
type madeSet struct {
	articles []madeArticle
	mails    []madeMail
	tb       testing.TB
	usage    map[string]*Usage // by language, of the words of all articles, and of the mails to tune with
}

type madeArticle struct {
	name, language string
	words          []Word
	Document
}

type madeMail struct {
	language, answer string // name of the article, empty: none answers it
	written          string
	held             bool // it is held out; the others are to tune with
	words            []Word
}

// readSet reads the made set, and counts the words of articles and of the mails to tune with.
func readSet(tb testing.TB) *madeSet {
	s := &madeSet{tb: tb, usage: map[string]*Usage{}}
	for _, language := range made.Languages {
		s.usage[language] = &Usage{Of: map[Hash]int{}}
	}
	all := made.Read(tb, "testdata")
	for _, a := range all.Articles {
		words := Read(a.Language, a.Title, a.Body)
		s.count(a.Language, words, 1)
		s.articles = append(s.articles, madeArticle{a.Name, a.Language, words, DocumentOf(words)})
	}
	for _, m := range all.Mails {
		words := Read(m.Language, m.Subject, m.Body)
		s.mails = append(s.mails, madeMail{m.Language, m.Answer, m.Written, m.Held, words})
		if !m.Held {
			s.count(m.Language, words, 1)
		}
	}
	return s
}

// count adds a text to the usage, or takes it out.
func (s *madeSet) count(language string, words []Word, by int) {
	s.usage[language].Texts += by
	for _, w := range words {
		s.usage[language].Of[w.Hash] += by
	}
}

// candidate is an article with how alike it is to a mail.
type candidate struct {
	name string
	Match
	features
	right bool
}

// candidates returns the articles of a mail's language, best first.
func (s *madeSet) candidates(m madeMail) []candidate {
	if !m.held {
		s.count(m.language, m.words, -1) // it is not among those that were solved before it came
		defer s.count(m.language, m.words, 1)
	}
	var all []candidate
	for _, a := range s.articles {
		if a.language != m.language {
			continue
		}
		f, shared := a.features(m.words, *s.usage[m.language])
		if len(shared) >= leastShared {
			all = append(all, candidate{a.name, Compare(m.words, a.Document, *s.usage[m.language]), f, a.name == m.answer})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return int(1e9 * (b.Score - a.Score)) })
	return all
}

// TestSet: the set is what is said of it.
func TestSet(t *testing.T) {
	s := readSet(t)
	answered := 0
	for _, m := range s.mails {
		if m.answer != "" {
			answered++
		}
	}
	if got := fmt.Sprint(len(s.articles), len(s.mails), answered); got != "60 400 240" {
		t.Errorf("articles, mails and those that an article answers: %s, want 60 400 240", got)
	}
}
