// Package made has the made set of articles and mails in four languages by which it is
// measured how well package similar and the index of the store find what is alike. For tests
// only.
package made

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Languages of the set, one file each.
var Languages = []string{"en", "de", "fr", "es"}

// Set is articles, mails that one of them answers, and mails that none answers. Of these many
// are near misses: the words of an article, and another problem.
type Set struct {
	Articles []Article
	Mails    []Mail
}

// Article is one text of a knowledge base.
type Article struct{ Name, Language, Title, Body string }

// Mail is a request. Chatter, signatures and typos are added from a seed.
type Mail struct {
	Language, Answer string // name of the article, empty: none answers it
	Written          string // without what was added
	Subject, Body    string
	Held             bool // it is held out; the others are to tune with
}

// Read reads a folder. A line "@ name category" begins an article, "= title" and a line of
// text follow; "+ subject | text" is a mail that the article above answers, "- subject | text"
// one that none answers.
func Read(tb testing.TB, folder string) (s Set) {
	random := rand.New(rand.NewPCG(15, 3))
	for _, language := range Languages {
		raw, err := os.ReadFile(filepath.Join(folder, language+".txt"))
		if err != nil {
			tb.Fatal(err)
		}
		var name, title string
		for line := range strings.Lines(string(raw)) {
			mark, text, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch mark {
			case "@":
				name, _, _ = strings.Cut(text, " ")
			case "=":
				title = text
			case "+":
				s.Mails = append(s.Mails, mail(random, language, name, text))
			case "-":
				s.Mails = append(s.Mails, mail(random, language, "", text))
			default:
				s.Articles = append(s.Articles, Article{name, language, title, strings.TrimSpace(line)})
			}
		}
	}
	for i, at := range random.Perm(len(s.Mails)) {
		s.Mails[at].Held = i%2 == 0
	}
	return s
}

func mail(random *rand.Rand, language, answer, text string) Mail {
	subject, body, _ := strings.Cut(text, " | ")
	m := Mail{Language: language, Answer: answer, Written: text, Subject: mistyped(random, subject)}
	m.Body = adorned(random, language, mistyped(random, body))
	return m
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
