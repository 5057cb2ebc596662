package command

import (
	"slices"
	"strings"
)

// What requesters ask for by a word on top of their mail, as agents do by a command.
const (
	WishClose    = "close"
	WishReopen   = "reopen"
	WishGood     = "good" // how they rate the answer
	WishBad      = "bad"
	WishSolved   = "solved"   // by an article, with its place in the mail that offers it
	WishList     = "list"     // their own requests that are open
	WishLanguage = "language" // in which they want to be written to
)

// Wishes has the words of requesters besides "close" and "reopen", which are those of
// [Table].
var Wishes = []Entry{
	{Name: WishGood, Aliases: map[string]string{"fr": "bien", "de": "gut", "es": "bien", "it": "bene", "pt": "bem bom", "nl": "goed", "pl": "dobrze"}},
	{Name: WishBad, Aliases: map[string]string{"fr": "mal", "de": "schlecht", "es": "mal", "it": "male", "pt": "mal mau", "nl": "slecht", "pl": "źle"}},
	{Name: WishSolved, Aliases: map[string]string{"fr": "résolu", "de": "gelöst", "es": "resuelto", "it": "risolto", "pt": "resolvido", "nl": "opgelost", "pl": "rozwiązane"}},
	{Name: WishList, Aliases: map[string]string{
		"en": "open mine requests", "fr": "liste ouvertes demandes", "de": "liste offen anfragen", "es": "lista abiertas solicitudes", "it": "elenco aperte richieste",
		"pt": "lista abertos pedidos", "nl": "lijst open verzoeken", "pl": "lista otwarte zgłoszenia"}},
	{Name: WishLanguage, Takes: Words, Aliases: map[string]string{
		"en": "lang", "fr": "langue", "de": "sprache", "es": "idioma lengua", "it": "lingua", "pt": "língua idioma", "nl": "taal", "pl": "język"}},
}

var wishNames = indexed(Wishes)

// Wish is what a requester asks for by a word, and what they write below it.
type Wish struct {
	Name string // one of the Wish constants; empty: nothing
	Arg  string // the language, the place of an article
	Rest string // of the text
}

// ReadWish reads the first line of a requester's mail that is not blank. It is a wish
// where it is nothing but a number sign and a word, and behind "language" and "solved" which one.
func ReadWish(text string) Wish {
	top, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	l := read(top)
	if l.quoted || !strings.HasPrefix(l.folded, "#") {
		return Wish{}
	}
	name, arg := cutName(strings.TrimSpace(l.folded[1:]))
	arg = strings.TrimSpace(strings.Trim(arg, marks+" "))
	w := Wish{Arg: arg, Rest: strings.TrimSpace(rest)}
	if i, known := wishNames[name]; known {
		w.Name = Wishes[i].Name
	} else if e, known := Lookup(name); known && slices.Contains([]string{WishClose, WishReopen}, e.Name) {
		w.Name = e.Name
	}
	if w.Name == "" || (w.Arg == "") == (w.Name == WishLanguage || w.Name == WishSolved) {
		return Wish{}
	}
	return w
}
