package web

import (
	"errors"
	"net/http"
	"slices"

	"golang.org/x/text/language"

	"maildesk/ticket"
)

// The public pages show published articles to everybody, and nothing else of the desk: what is
// not public looks as if it did not exist.

// kbWords are the words of the public pages in one language.
type kbWords struct{ Language, Title, Search, Nothing, Changed, Back, More string }

// kbLanguages has the words in each language, first in that for readers of none of
// them.
var kbLanguages = []kbWords{
	{"en", "Help", "Search", "Nothing was found.", "Last changed", "All articles", "More"},
	{"fr", "Aide", "Rechercher", "Aucun résultat.", "Dernière modification", "Tous les articles", "Suite"},
	{"de", "Hilfe", "Suchen", "Nichts gefunden.", "Zuletzt geändert", "Alle Artikel", "Mehr"},
	{"es", "Ayuda", "Buscar", "No se ha encontrado nada.", "Última modificación", "Todos los artículos", "Más"},
	{"it", "Aiuto", "Cerca", "Nessun risultato.", "Ultima modifica", "Tutti gli articoli", "Altri"},
	{"nl", "Hulp", "Zoeken", "Niets gevonden.", "Laatst gewijzigd", "Alle artikelen", "Meer"},
	{"pl", "Pomoc", "Szukaj", "Nic nie znaleziono.", "Ostatnia zmiana", "Wszystkie artykuły", "Więcej"},
	{"pt", "Ajuda", "Procurar", "Nada encontrado.", "Última alteração", "Todos os artigos", "Mais"},
}

var kbMatcher = func() language.Matcher {
	var tags []language.Tag
	for _, l := range kbLanguages {
		tags = append(tags, language.MustParse(l.Language))
	}
	return language.NewMatcher(tags)
}()

// kbFor returns the words for the reader, and the languages that they read, best first.
func (s *Server) kbFor(r *http.Request) (kbWords, []string) {
	accepted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language")) // bounded by the size of the header
	if err != nil {
		accepted = nil
	}
	if asked, err := language.Parse(r.URL.Query().Get("lang")); err == nil && asked != language.Und {
		accepted = append([]language.Tag{asked}, accepted...)
	}
	own := s.src.Settings().Language
	if tag, err := language.Parse(own); err == nil {
		accepted = append(accepted, tag)
	}
	var languages []string
	for _, tag := range accepted {
		if base, confidence := tag.Base(); confidence != language.No && !slices.Contains(languages, base.String()) {
			languages = append(languages, base.String())
		}
	}
	_, i, _ := kbMatcher.Match(accepted...)
	return kbLanguages[i], languages
}

// forEverybody returns the handler of a public page; without public pages the page does not
// exist.
func (s *Server) forEverybody(p func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
	if !s.cfg.Public {
		return s.forAgents(s.nowhere)
	}
	return s.open(func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Del("X-Robots-Tag")
		w.Header().Set("Vary", "Accept-Language")
		err := p(w, r)
		wrong, refused := errors.AsType[*refusal](err)
		if errors.Is(err, ticket.ErrNotFound) {
			wrong, refused = errNowhere, true
		}
		if !refused {
			return err
		}
		words, _ := s.kbFor(r)
		return s.render(w, r, wrong.code, "kb.html", view{Title: words.Title, Public: true, Language: words.Language, Data: articlesPage{KB: words}})
	})
}

// kb lists the public articles.
func (s *Server) kb(w http.ResponseWriter, r *http.Request) error {
	words, languages := s.kbFor(r)
	of := ticket.ArticleFilter{State: ticket.ArticlePublished, Audience: ticket.AudiencePublic}
	p, err := s.listed(r, of, ticket.Article.IsPublic, "/kb", languages...)
	if err != nil {
		return err
	}
	p.KB = words
	return s.render(w, r, http.StatusOK, "kb.html", view{Title: words.Title, Public: true, Language: words.Language, Data: p})
}

// kbArticle shows a public article.
func (s *Server) kbArticle(w http.ResponseWriter, r *http.Request) error {
	words, languages := s.kbFor(r)
	var p articlePage
	err := s.src.View(r.Context(), func(reader ticket.Reader) error {
		a, err := reader.Article(r.PathValue("slug"))
		if err != nil {
			return err
		}
		if !a.IsPublic() {
			return errNowhere
		}
		p.of(a, "/kb/", languages)
		return nil
	})
	if err != nil {
		return err
	}
	p.KB = words
	return s.render(w, r, http.StatusOK, "kbarticle.html", view{Title: p.Text.Title, Public: true, Language: words.Language, Data: p})
}
