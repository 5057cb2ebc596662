package similar

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// The made set: articles, mails that one of them answers, and mails that none answers, in four
// languages. Of these many are near misses: the words of an article, and another problem.
// Chatter, signatures and typos are added from a seed.
type madeSet struct {
	articles []madeArticle
	mails    []madeMail
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

var madeLanguages = []string{"en", "de", "fr", "es"}

// readSet reads testdata. A line "@ name category" begins an article, "= title" and a line of
// text follow; "+ subject | text" is a mail that the article above answers, "- subject | text"
// one that none answers.
func readSet(tb testing.TB) *madeSet {
	s := &madeSet{usage: map[string]*Usage{}}
	random := rand.New(rand.NewPCG(15, 3))
	for _, language := range madeLanguages {
		raw, err := os.ReadFile("testdata/" + language + ".txt")
		if err != nil {
			tb.Fatal(err)
		}
		s.usage[language] = &Usage{Of: map[Hash]int{}}
		var name, title string
		for line := range strings.Lines(string(raw)) {
			mark, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch mark {
			case "@":
				name, _, _ = strings.Cut(text, " ")
			case "=":
				title = text
			case "+":
				s.add(random, language, name, text)
			case "-":
				s.add(random, language, "", text)
			default:
				words := Read(language, title, strings.TrimSpace(line))
				s.count(language, words, 1)
				s.articles = append(s.articles, madeArticle{name, language, words, DocumentOf(words)})
			}
		}
	}
	for i, at := range random.Perm(len(s.mails)) {
		if m := &s.mails[at]; i%2 == 0 {
			m.held = true
		} else {
			s.count(m.language, m.words, 1)
		}
	}
	return s
}

func (s *madeSet) add(random *rand.Rand, language, answer, text string) {
	m := madeMail{language: language, answer: answer, written: text}
	subject, body, _ := strings.Cut(text, " | ")
	m.words = Read(language, mistyped(random, subject), adorned(random, language, mistyped(random, body)))
	s.mails = append(s.mails, m)
}

// count adds a text to the usage, or takes it out.
func (s *madeSet) count(language string, words []Word, by int) {
	s.usage[language].Texts += by
	for _, w := range words {
		s.usage[language].Of[w.Hash] += by
	}
}

// chatter is what people write around their matter.
var chatter = map[string][3][]string{
	"en": {{"Hi all,", "Dear support team,", "Hello,", "Good morning, hope you are well!"}, {"Thanks a lot in advance!", "Could someone have a look please?", "Many thanks for your quick help.", "It is urgent."},
		{"Best regards\nSusan Miller\nSales, ext. 4471", "Cheers, Tom", "Sent from my iPhone", "Kind regards\nOlga Brandt\nNorthwind Ltd, 12 High Street\nPhone +44 20 7946 0018"}},
	"de": {{"Hallo zusammen,", "Sehr geehrte Damen und Herren,", "Guten Morgen,", "Liebe IT,"}, {"Vielen Dank im Voraus!", "Könnt ihr bitte mal schauen?", "Es eilt leider sehr.", "Danke für die schnelle Hilfe."},
		{"Mit freundlichen Grüßen\nJens Wolter\nVertrieb, Durchwahl 318", "Gruß, Petra", "Von meinem iPhone gesendet", "Viele Grüße\nKarin Stumpf\nNordwind GmbH, Hauptstraße 5\nTelefon 040 5550123"}},
	"fr": {{"Bonjour,", "Bonjour à toute l'équipe,", "Madame, Monsieur,", "Bonsoir,"}, {"Merci d'avance pour votre aide.", "Pourriez-vous regarder ?", "C'est assez urgent.", "Je vous remercie."},
		{"Cordialement\nJulie Petit\nService achats, poste 512", "Bonne journée, Marc", "Envoyé de mon iPhone", "Bien cordialement\nPaul Roux\nVent du Nord SA, 8 rue Haute\nTéléphone 01 99 00 12 34"}},
	"es": {{"Hola:", "Buenos días,", "Estimados compañeros:", "Hola, equipo,"}, {"Muchas gracias de antemano.", "¿Podéis mirarlo, por favor?", "Es bastante urgente.", "Gracias por la ayuda."},
		{"Un saludo\nMarta Ruiz\nCompras, ext. 221", "Saludos, Pepe", "Enviado desde mi iPhone", "Saludos cordiales\nLuis Prado\nViento Norte SL, calle Mayor 3\nTeléfono 910 000 123"}},
}

// adorned adds a greeting, a closing line and a signature, most of the time.
func adorned(random *rand.Rand, language, text string) string {
	parts := []string{text}
	for i, of := range chatter[language] {
		line := of[random.IntN(len(of))]
		switch {
		case random.IntN(4) == 0:
		case i == 0:
			parts = append([]string{line}, parts...)
		default:
			parts = append(parts, line)
		}
	}
	return strings.Join(parts, "\n")
}

// mistyped mistypes one word in thirty: two letters change places, or one is missing.
func mistyped(random *rand.Rand, text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		letters := []rune(w)
		if len(letters) < 5 || random.IntN(30) > 0 {
			continue
		}
		at := 1 + random.IntN(len(letters)-3)
		if random.IntN(2) == 0 {
			letters[at], letters[at+1] = letters[at+1], letters[at]
		} else {
			letters = slices.Delete(letters, at, at+1)
		}
		words[i] = string(letters)
	}
	return strings.Join(words, " ")
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
