package agentmail

import (
	"slices"
	"strings"
	"unicode"
)

// greetings are the words with which letters begin, in the languages of the desk
// and its neighbours, in lower case.
var greetings = []string{
	"dear", "hi", "hello", "hey", "good morning", "good afternoon", "good evening",
	"hallo", "guten tag", "guten morgen", "guten abend", "liebe", "lieber", "liebes", "sehr geehrte", "sehr geehrter", "grüß gott", "grüezi", "moin", "servus", "werte", "werter",
	"bonjour", "bonsoir", "salut", "cher", "chère", "madame", "monsieur",
	"hola", "buenos días", "buenas tardes", "buenas noches", "buenas", "estimado", "estimada", "querido", "querida", "apreciado", "apreciada",
	"ciao", "buongiorno", "buonasera", "gentile", "caro", "cara", "egregio", "salve",
	"olá", "oi", "bom dia", "boa tarde", "boa noite", "prezado", "prezada",
	"beste", "geachte", "goedemorgen", "goedemiddag", "goedenavond", "dag",
	"dzień dobry", "szanowny", "szanowna", "szanowni", "witam", "cześć", "drogi", "droga",
	"hej", "hei", "kære", "kjære",
}

// strangersTitles are words with which nobody greets a colleague: alone behind a
// greeting they say that it is for somebody outside.
var strangersTitles = []string{
	"sir", "madam", "customer", "client", "or", "user",
	"damen", "und", "herren", "kunde", "kundin", "herr", "frau", "dame",
	"madame", "monsieur", "mesdames", "messieurs", "client", "cliente",
	"señor", "señora", "señores", "sres", "cliente", "usuario", "usuaria",
	"signore", "signora", "signori", "heer", "mevrouw", "klant", "państwo", "pan", "pani",
}

// Greets reports whether a text opens with a greeting to a person, by one of their
// names, or to a stranger: "Dear Ana", "Sehr geehrte Frau Berg", "Dear customer".
// A name of fewer than two letters is none.
func Greets(text string, names ...string) bool {
	said, greeting := greeted(text)
	if greeting == "" {
		return false
	}
	known := words(strings.Join(names, " "))
	if slices.ContainsFunc(said, func(w string) bool { return len([]rune(w)) > 1 && slices.Contains(known, w) }) {
		return true
	}
	if len(said) == 0 {
		return greeting == "madame" || greeting == "monsieur"
	}
	return !slices.ContainsFunc(said, func(w string) bool { return !slices.Contains(strangersTitles, w) })
}

// greeted returns the words that a greeting is for, and with which of [greetings] a text opens.
func greeted(text string) (said []string, greeting string) {
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	first = strings.ToLower(strings.TrimSpace(first))
	if len(first) > 120 {
		first = first[:120]
	}
	rest := ""
	for _, g := range greetings { // the longest: "buenas tardes" before "buenas"
		r, found := strings.CutPrefix(first, g)
		next := []rune(r)
		if found && len(g) > len(greeting) && (len(next) == 0 || !unicode.IsLetter(next[0])) {
			rest, greeting = r, g
		}
	}
	// The greeting ends with its sign or line: "Hi Bob, Ana rings every hour".
	if end := strings.IndexAny(strings.TrimLeft(rest, " ,"), ",!:.;–—"); end > 0 {
		rest = strings.TrimLeft(rest, " ,")[:end]
	}
	return words(rest), greeting
}

// GreetsByName reports whether a text opens with a greeting to a person that has one of their
// names, as one to a stranger has not.
func GreetsByName(text string, names ...string) bool {
	return Greets(text, names...) && !Greets(text)
}

// SpeaksTo reports whether a text opens with a greeting to a person by their names alone, with
// such a name and a comma alone on its line, or with @ and the name: "Hi Bob", "Bob,", "@bob".
func SpeaksTo(text string, names ...string) bool {
	known := words(strings.Join(names, " "))
	unknown := func(w string) bool { return !slices.Contains(known, w) }
	if said, _ := greeted(text); slices.ContainsFunc(said, func(w string) bool { return !unknown(w) }) {
		return !slices.ContainsFunc(said, func(w string) bool { return unknown(w) && !slices.Contains(strangersTitles, w) })
	}
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	first = strings.TrimSpace(first)
	said := words(first)
	if mention, at := strings.CutPrefix(first, "@"); at {
		said = words(mention)
		said = said[:min(len(said), 1)]
	} else if !strings.HasSuffix(first, ",") {
		return false
	}
	return len(said) > 0 && !slices.ContainsFunc(said, unknown)
}

// Names reports whether a text has a word of more than two letters of one of some names.
func Names(text string, names ...string) bool {
	known := words(strings.Join(names, " "))
	return slices.ContainsFunc(words(text), func(w string) bool { return len([]rune(w)) > 2 && slices.Contains(known, w) })
}

// HasWholeName reports whether a text has each word of a name, which has several.
func HasWholeName(text, name string) bool {
	all, said := words(name), words(text)
	return len(all) > 1 && !slices.ContainsFunc(all, func(w string) bool { return !slices.Contains(said, w) })
}

// words returns the words of a text in lower case.
func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
}
