package command

import "strings"

// What a reviewer answers to the draft of an article.
const (
	ReviewPublish  = "publish"
	ReviewInternal = "internal" // publish it for agents alone
	ReviewDrop     = "drop"
	ReviewKeep     = "stays" // it is still right
)

// reviews are their words, with or without a number sign.
var reviews = []Entry{
	{Name: ReviewPublish, Aliases: map[string]string{"fr": "publier publie publiez", "de": "veröffentlichen freigeben", "es": "publicar", "it": "pubblica pubblicare", "pt": "publicar",
		"nl": "publiceren publiceer", "pl": "opublikuj publikuj"}},
	{Name: ReviewInternal, Aliases: map[string]string{"fr": "interne", "de": "intern", "es": "interno interna", "it": "interno interna", "pt": "interno interna", "nl": "intern", "pl": "wewnętrzny wewnętrznie"}},
	{Name: ReviewKeep, Aliases: map[string]string{"en": "keep", "fr": "garder garde", "de": "behalten", "es": "mantener", "it": "mantieni mantenere", "pt": "manter", "nl": "behouden", "pl": "zachowaj"}},
	{Name: ReviewDrop, Aliases: map[string]string{"fr": "abandonner abandonne jeter", "de": "verwerfen", "es": "descartar", "it": "scarta scartare", "pt": "descartar", "nl": "weggooien verwerpen", "pl": "odrzuć"}},
}

var reviewNames = indexed(reviews)

// ReadReview reads the first line of a mail that is not blank: word is one of the Review
// constants where the line is nothing but one of their words, else empty. rest is what
// else the mail says.
func ReadReview(text string) (word, rest string) {
	text = strings.TrimSpace(text)
	top, below, _ := strings.Cut(text, "\n")
	l := read(top)
	name := strings.TrimFunc(strings.ToLower(l.folded), func(r rune) bool { return strings.ContainsRune(opening+closing+marks+" ", r) })
	i, known := reviewNames[strings.Trim(strings.TrimPrefix(name, "#"), closing+marks)]
	if l.quoted || !known {
		return "", text
	}
	return reviews[i].Name, strings.TrimSpace(below)
}
