package thanks

import "slices"

// confirming are words by which somebody confirms what they were asked about, beside those that
// agree, folded.
var confirming = map[string]bool{}

func init() {
	for _, w := range split("i confirm confirmed confirmation yes please go ahead send it sent that was me by it was me it is mine from " +
		"ich bestätige bestätigt bestätigung das war ich von mir ja je confirme confirmé c est moi qui l ai écrit oui yo confirmo confirmado sí fui soy " +
		"confermo confermato sono io sì ik bevestig bevestigd dat was ik potwierdzam potwierdzone to ja tak eu confirmo fui sim " +
		"thanks thank you thx cheers danke merci gracias grazie bedankt dzięki obrigado obrigada") {
		confirming[w.folded] = true
	}
}

// maxConfirming bounds a text that confirms, in words.
const maxConfirming = 6

// Confirms reports whether a text confirms what its writer was asked about and says nothing else:
// "Yes", "confirmed", "OK, thanks". One without a word is for the caller to judge.
func Confirms(t Text) bool {
	if m := Read(t); m == Agree || m == Mere {
		return true
	}
	words := split(t.New)
	return len(words) > 0 && len(words) <= maxConfirming && !slices.ContainsFunc(words, func(w word) bool {
		return !confirming[w.folded] && !slices.Contains(yes, w.folded)
	})
}

// denials are phrases, folded, of which one makes a text say no, and first words that do.
var (
	denials = foldedAll("not me", "wasn t me", "wasnt me", "wasn t i", "not mine", "not from me", "not by me", "not i", "did not write", "didn t write", "did not send", "didn t send", "do not send", "don t send", "never wrote", "never sent",
		"not confirm", "forged", "forgery", "fake", "nicht ich", "nicht von mir", "nicht geschrieben", "nicht gesendet", "nicht geschickt", "nicht senden", "nicht abschicken", "gefälscht", "fälschung", "pas moi", "pas de moi", "pas écrit", "pas envoyé", "ne pas envoyer", "n envoyez pas",
		"no fui yo", "no es mío", "no soy yo", "no lo escribí", "no enviar", "no envíe", "non sono stato io", "non sono stata io", "non è mio", "non inviare", "non l ho scritto", "niet van mij", "ik niet", "niet verzenden", "niet versturen", "niet geschreven",
		"nie ja", "nie ode mnie", "nie moje", "nie wysyłać", "nie wysyłaj", "não fui eu", "não é meu", "não enviar", "não envie")
	refusals = foldedAll("no", "nope", "nein", "non", "nee", "nie", "não", "stop", "halt", "cancel", "abbrechen", "annuler", "cancelar", "annulla", "annuleren", "anuluj")
)

func foldedAll(phrases ...string) map[string]bool {
	all := map[string]bool{}
	for _, p := range phrases {
		all[joined(split(p))] = true
	}
	return all
}

// longestDenial is the number of words of the longest of the denials, and maxDenial how many of a
// text are looked at.
const (
	longestDenial = 4
	maxDenial     = 60
)

// Denies reports whether a text says of what its writer was asked about that it was not they, or
// that it must not be. It errs on that side: "No need to wait, send it" denies as well.
func Denies(text string) bool {
	words := split(text)
	words = words[:min(len(words), maxDenial)]
	if len(words) > 0 && refusals[words[0].folded] {
		return true
	}
	for i := range words {
		for n := 1; n <= longestDenial && i+n <= len(words); n++ {
			if denials[joined(words[i:i+n])] {
				return true
			}
		}
	}
	return false
}
