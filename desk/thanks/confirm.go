package thanks

import (
	"slices"
	"strings"
)

// confirming are words by which somebody confirms what they were asked about, beside those that
// agree, folded.
var confirming = map[string]bool{}

func init() {
	for _, w := range split("i confirm confirmed confirmation yes please go ahead send it sent that was me by it was me it is mine from this hi hello i did wrote lg best " +
		"ich bestätige bestätigt bestätigung das war ich von mir ja je confirme confirmé c est moi qui l ai écrit oui yo confirmo confirmado sí fui soy " +
		"confermo confermato sono io sono stato io sono stata io sì ik bevestig bevestigd dat was ik potwierdzam potwierdzone to ja byłem byłam tak eu confirmo fui sim " +
		"wrote mail email die diese ist e mail nachricht bien c était message est he sido este mensaje es mío questo messaggio è mio deze is van mij ta wiadomość jest ode mnie esta mensagem é minha " +
		"yeah yup sure correct right of course indeed s natürlich klar genau stimmt exact bien sûr correcto claro esatto certo klopt zgadza się " +
		"thanks thank you thx cheers danke merci gracias grazie bedankt dzięki obrigado obrigada") {
		confirming[w.folded] = true
	}
	for _, w := range split("hi hello hey dear good morning afternoon team hallo guten tag morgen liebe lieber liebes bonjour bonsoir salut hola buenos días buenas tardes buongiorno buonasera ciao salve " +
		"goedemorgen goedemiddag dag beste dzień dobry cześć olá oi bom dia boa tarde " +
		"many very much danke vielen besten dank dir ihnen merci beaucoup muchas mil gracias grazie mille molte bedankt dank je u wel dziękuję bardzo dzięki muito obrigado obrigada " +
		"kind best regards viele liebe beste grüße gruß mit freundlichen grüßen cordialement bien à vous un saludo saludos cordiales cordiali saluti saluti groet groeten met vriendelijke pozdrawiam atenciosamente cumprimentos") {
		courteous[w.folded] = true
	}
}

// affirming are phrases, folded, of which one must stand there where no yes does: "this mail" alone
// says nothing. asking begin a text that asks, also without a question mark; never stand in one that confirms.
var (
	affirming = foldedAll("confirm", "confirmed", "confirmation", "was me", "it is me", "it s me", "that s me", "is mine", "from me", "by me", "i did", "i wrote", "i sent", "go ahead", "send it",
		"bestätige", "bestätigt", "bestätigung", "war ich", "von mir", "confirme", "confirmé", "est moi", "était moi", "était bien moi", "moi qui", "confirmo", "confirmado", "fui yo", "soy yo", "sido yo", "es mío",
		"confermo", "confermato", "sono io", "stato io", "stata io", "è mio", "bevestig", "bevestigd", "was ik", "van mij", "potwierdzam", "potwierdzone", "to ja", "byłem ja", "byłam ja", "ode mnie", "fui eu", "é minha")
	asking = foldedAll("is", "was that", "was this", "was it", "did", "do", "does", "who", "can", "could", "war das", "war die", "ist das", "ist die", "habe ich das", "est ce", "era", "é isto", "czy", "bitte bestätigen")
	never  = foldedAll("send me", "please confirm")
)

// courteous are words of greetings, thanks and endings, folded, which stand beside what confirms.
var courteous = map[string]bool{}

// maxConfirming bounds a text that confirms, in words.
const maxConfirming = 10

// Confirms reports whether a text confirms what its writer was asked about and says nothing else:
// "Yes", "confirmed", "OK, thanks". One without a word is for the caller to judge.
func Confirms(t Text) bool {
	if m := Read(t); m == Agree || m == Mere {
		return true
	}
	words := t.withoutCourtesy()
	agrees := func(w word) bool { return slices.Contains(yes, w.folded) }
	return len(words) <= maxConfirming && !strings.Contains(t.New, "?") && !begins(words, asking) && !says(words, never) &&
		(slices.ContainsFunc(words, agrees) || says(words, affirming)) &&
		!slices.ContainsFunc(words, func(w word) bool { return !confirming[w.folded] && !agrees(w) })
}

// begins reports whether words begin with one of some phrases.
func begins(words []word, phrases map[string]bool) bool {
	for n := 1; n <= min(longestDenial, len(words)); n++ {
		if phrases[joined(words[:n])] {
			return true
		}
	}
	return false
}

// says reports whether one of some phrases stands among words.
func says(words []word, phrases map[string]bool) bool {
	for i := range words {
		if begins(words[i:], phrases) {
			return true
		}
	}
	return false
}

// withoutCourtesy returns the words of a text but for pieces of it that only greet, thank or end it, or name somebody. A name
// beside other words is one of them: "that was Bob".
func (t Text) withoutCourtesy() (rest []word) {
	known := map[string]bool{}
	for _, w := range split(strings.Join(t.Names, " ")) {
		known[w.folded] = true
	}
	for piece := range strings.FieldsFuncSeq(t.New, func(r rune) bool { return strings.ContainsRune(".,;:!()\r\n", r) }) {
		words := split(piece)
		if slices.ContainsFunc(words, func(w word) bool { return !courteous[w.folded] && !known[w.folded] }) {
			rest = append(rest, words...)
		}
	}
	return rest
}

// denials are phrases, folded, of which one makes a text say no. Those that are in brief also
// stand in what servers write below each mail ("please do not send passwords", "senders can be
// forged"), and count in a short sentence only; refusals where a text begins with one.
var (
	denials = foldedAll("not me", "wasn t me", "wasnt me", "wasn t i", "not mine", "not from me", "not by me", "not i", "did not write", "didn t write", "did not send", "didn t send", "never wrote", "never sent",
		"do not send it", "do not send that", "do not send this", "don t send it", "don t send that", "don t send this",
		"not confirm", "nicht ich", "ich nicht", "nicht von mir", "nicht geschrieben", "nicht gesendet", "nicht geschickt", "pas moi", "pas de moi", "pas écrit", "pas envoyé",
		"no fui yo", "no es mío", "no soy yo", "no lo escribí", "non sono stato io", "non sono stata io", "non è mio", "non l ho scritto", "niet van mij", "ik niet", "niet geschreven",
		"nie ja", "nie ode mnie", "nie moje", "não fui eu", "não é meu", "nicht meine mail", "nicht meine e mail", "nicht meine nachricht", "hacked me", "hacked my")
	inBrief = foldedAll("do not send", "don t send", "forged", "forgery", "fake", "nicht senden", "nicht abschicken", "gefälscht", "fälschung", "ne pas envoyer", "n envoyez pas",
		"no enviar", "no envíe", "non inviare", "niet verzenden", "niet versturen", "nie wysyłać", "nie wysyłaj", "não enviar", "não envie",
		"somebody else", "someone else", "jemand anders", "jemand anderes", "jemand anderer", "quelqu un d autre", "otra persona", "qualcun altro", "iemand anders", "ktoś inny", "outra pessoa", "hacked", "gehackt", "piraté", "hackeado")
	refusals = foldedAll("no", "nope", "nein", "non", "nee", "nie", "não", "stop", "halt", "cancel", "abbrechen", "annuler", "cancelar", "annulla", "annuleren", "anuluj")
)

// conditions begin sentences of servers: "If you are not the addressee, do not send it on".
var conditions = foldedAll("if", "should", "wenn", "falls", "sollten", "si", "se", "als", "indien", "jeśli", "jeżeli", "caso")

func foldedAll(phrases ...string) map[string]bool {
	all := map[string]bool{}
	for _, p := range phrases {
		all[joined(split(p))] = true
	}
	return all
}

// longestDenial is the number of words of the longest of the denials, maxDenial how many of a
// text are looked at, and maxBrief how many a short sentence has.
const (
	longestDenial = 4
	maxDenial     = 60
	maxBrief      = 5
)

// Denies reports whether a text says of what its writer was asked about that it was not they, or
// that it must not be.
func Denies(text string) bool {
	seen := 0
	for i, sentence := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(".!?;\r\n", r) }) {
		words := split(sentence)
		words = words[:min(len(words), maxDenial-seen)]
		seen += len(words)
		switch {
		case len(words) > 0 && conditions[words[0].folded]:
			continue
		case i == 0 && refuses(sentence, words):
			return true
		}
		if says(words, denials) || len(words) <= maxBrief && says(words, inBrief) {
			return true
		}
	}
	return false
}

// refuses reports whether a first sentence begins with a no that stands for itself: "No", "No, that is
// wrong", not "No virus found in this message" or "No-reply".
func refuses(sentence string, words []word) bool {
	if len(words) == 0 || !refusals[words[0].folded] {
		return false
	}
	_, behind, _ := strings.Cut(sentence, words[0].written)
	alone := strings.HasPrefix(strings.TrimSpace(behind), ",")
	return alone || len(words) <= 3 && !strings.HasPrefix(behind, "-")
}
