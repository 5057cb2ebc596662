package wish

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// leaveWords are what somebody writes who wants no more mails, folded: in each language
// the first one is what the foot of our mails asks for.
var leaveWords = map[string][]string{
	"en": {"unsubscribe", "unsubscribe me", "remove me", "take me off", "leave", "opt out"},
	"de": {"abmelden", "abbestellen", "austragen", "bitte austragen", "bitte abmelden", "bitte aus dem verteiler nehmen"},
	"fr": {"desabonner", "me desabonner", "desabonnement", "desinscrire", "me desinscrire", "desinscription", "me retirer"},
	"es": {"darme de baja", "baja", "dar de baja", "cancelar suscripcion", "desuscribir"},
	"it": {"cancellami", "disiscrivimi", "cancella iscrizione", "rimuovimi", "mi cancelli"},
	"nl": {"afmelden", "uitschrijven", "graag afmelden", "graag uitschrijven"},
	"pl": {"wypisz", "wypisz mnie", "prosze mnie wypisac", "rezygnuje"},
	"pt": {"cancelar subscricao", "cancelar inscricao", "remover me", "remova me", "descadastrar", "sair da lista"},
}

// SaysLeave reports whether a text is one of leaveWords and nothing else but a word of
// courtesy.
func SaysLeave(text string) bool {
	if len(text) > 100 {
		return false
	}
	plain := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case unicode.IsLetter(r):
			return unicode.ToLower(r)
		}
		return ' '
	}, norm.NFKD.String(text))
	words := strings.Fields(plain)
	words = slices.DeleteFunc(words, func(w string) bool {
		return w == "please" || w == "bitte" || w == "svp" || w == "merci" || w == "thanks" || w == "danke"
	})
	said := strings.Join(words, " ")
	for _, all := range leaveWords {
		if slices.Contains(all, said) {
			return true
		}
	}
	return false
}
