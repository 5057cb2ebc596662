package command

import (
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// asksOpen are the questions by which people ask which of their requests are open, by
// language. They count only where they are all that somebody writes.
var asksOpen = map[string]string{
	"en": `what is open / what's open / what is still open / what do I have open / what are my open requests / what are my open tickets /
		which requests are open / which requests are still open / which of my requests are open / which of my requests are still open / which requests do I have open /
		which tickets are open / which tickets are still open / which of my tickets are open / which of my tickets are still open / which tickets do I have open /
		do I have open requests / do I have any open requests / do I have open tickets / do I have any open tickets / my open requests / my open tickets / open requests / open tickets /
		list my requests / list my open requests / list my tickets / list my open tickets / show my open requests / show me my open requests / show my open tickets / show me my open tickets`,
	"de": `was ist offen / was ist noch offen / was ist bei mir offen / was ist bei mir noch offen / was habe ich offen / was habe ich noch offen /
		welche Anfragen sind offen / welche Anfragen sind noch offen / welche meiner Anfragen sind offen / welche meiner Anfragen sind noch offen / welche Anfragen habe ich offen /
		welche Tickets sind offen / welche Tickets sind noch offen / welche meiner Tickets sind offen / welche meiner Tickets sind noch offen / welche Tickets habe ich offen /
		habe ich offene Anfragen / habe ich noch offene Anfragen / habe ich offene Tickets / habe ich noch offene Tickets / meine offenen Anfragen / meine offenen Tickets / offene Anfragen / offene Tickets /
		zeig mir meine offenen Anfragen / zeigen Sie mir meine offenen Anfragen / Liste meiner Anfragen / Liste meiner offenen Anfragen`,
	"fr": `qu'est-ce qui est ouvert / qu'est-ce qui est encore ouvert / qu'est-ce qui est en cours / quelles sont mes demandes ouvertes / quelles sont mes demandes en cours /
		quelles demandes sont ouvertes / quelles demandes sont encore ouvertes / quelles demandes sont en cours / où en sont mes demandes / ai-je des demandes ouvertes / ai-je des demandes en cours /
		quels sont mes tickets ouverts / quels sont mes tickets en cours / quels tickets sont ouverts / mes demandes ouvertes / mes demandes en cours / mes tickets ouverts / mes tickets en cours /
		demandes ouvertes / demandes en cours / liste de mes demandes / la liste de mes demandes`,
	"es": `qué está abierto / qué sigue abierto / qué tengo abierto / qué está pendiente / qué tengo pendiente / qué solicitudes están abiertas / qué solicitudes siguen abiertas / qué solicitudes tengo abiertas /
		cuáles son mis solicitudes abiertas / qué tickets tengo abiertos / qué tickets están abiertos / tengo solicitudes abiertas / mis solicitudes / mis solicitudes abiertas / mis tickets abiertos /
		solicitudes abiertas / lista de mis solicitudes`,
	"it": `cosa è aperto / cos'è aperto / cos'è ancora aperto / cosa è ancora aperto / che cosa è aperto / che cosa è ancora aperto / cosa c'è di aperto / cosa ho di aperto / quali richieste sono aperte / quali richieste sono ancora aperte /
		quali richieste ho aperte / quali sono le mie richieste aperte / quali ticket ho aperti / quali ticket sono aperti / ho richieste aperte / le mie richieste / le mie richieste aperte / i miei ticket aperti /
		richieste aperte / elenco delle mie richieste`,
	"nl": `wat staat er open / wat staat er nog open / wat staat open / wat staat nog open / wat is er open / wat is er nog open / wat is nog open / wat heb ik openstaan / wat heb ik nog openstaan /
		welke aanvragen staan open / welke aanvragen staan nog open / welke aanvragen heb ik openstaan / wat zijn mijn openstaande aanvragen / welke tickets staan open / welke tickets staan nog open /
		heb ik openstaande aanvragen / mijn aanvragen / mijn open aanvragen / mijn openstaande aanvragen / mijn open tickets / mijn openstaande tickets / openstaande aanvragen / lijst van mijn aanvragen`,
	"pl": `co jest otwarte / co jest jeszcze otwarte / co mam otwarte / co jest w toku / jakie mam otwarte zgłoszenia / jakie zgłoszenia są otwarte / które zgłoszenia są otwarte / które zgłoszenia są jeszcze otwarte /
		które moje zgłoszenia są otwarte / jakie są moje otwarte zgłoszenia / czy mam otwarte zgłoszenia / moje zgłoszenia / moje otwarte zgłoszenia / otwarte zgłoszenia / lista moich zgłoszeń`,
	"pt": `o que está aberto / o que está em aberto / o que ainda está aberto / o que ainda está em aberto / o que tenho aberto / o que tenho em aberto / que pedidos estão abertos / que pedidos estão em aberto /
		que pedidos tenho abertos / que pedidos tenho em aberto / quais pedidos estão abertos / quais são os meus pedidos abertos / quais são os meus pedidos em aberto / tenho pedidos abertos / tenho pedidos em aberto /
		os meus pedidos / os meus pedidos abertos / os meus pedidos em aberto / meus pedidos / meus pedidos abertos / meus chamados abertos / pedidos abertos / pedidos em aberto / lista dos meus pedidos`,
}

// neutral are subjects that say nothing of a matter of their own.
const neutral = `question / a question / my requests / my tickets / requests / tickets / status / Frage / eine Frage / meine Anfragen / Anfragen / une question / mes demandes / demandes /
	pregunta / una pregunta / consulta / solicitudes / domanda / una domanda / richieste / vraag / een vraag / aanvragen / pytanie / zgłoszenia / pergunta / uma pergunta / pedidos`

// asksLanguage are the ways to ask for a language, whose name stands for LANGUAGE as
// each language has it in such a sentence.
var asksLanguage = map[string]string{
	"en": `in LANGUAGE / write in LANGUAGE / write to me in LANGUAGE / can you write in LANGUAGE / can you write to me in LANGUAGE / could you write in LANGUAGE / could you write to me in LANGUAGE /
		I prefer LANGUAGE / I would prefer LANGUAGE / switch to LANGUAGE / can we switch to LANGUAGE`,
	"de": `auf LANGUAGE / auf LANGUAGE schreiben / schreiben Sie auf LANGUAGE / schreiben Sie mir auf LANGUAGE / können Sie auf LANGUAGE schreiben / können Sie mir auf LANGUAGE schreiben /
		könnten Sie mir auf LANGUAGE schreiben / lieber auf LANGUAGE`,
	"fr": `en LANGUAGE / écrivez en LANGUAGE / écrivez-moi en LANGUAGE / pouvez-vous écrire en LANGUAGE / pouvez-vous m'écrire en LANGUAGE / pourriez-vous m'écrire en LANGUAGE / je préfère en LANGUAGE / plutôt en LANGUAGE`,
	"es": `en LANGUAGE / escriba en LANGUAGE / escríbame en LANGUAGE / escríbanme en LANGUAGE / puede escribirme en LANGUAGE / pueden escribirme en LANGUAGE / prefiero en LANGUAGE / mejor en LANGUAGE`,
	"it": `in LANGUAGE / scriva in LANGUAGE / mi scriva in LANGUAGE / scrivetemi in LANGUAGE / può scrivermi in LANGUAGE / potete scrivermi in LANGUAGE / preferisco in LANGUAGE / preferirei in LANGUAGE`,
	"nl": `in het LANGUAGE / liever in het LANGUAGE / graag in het LANGUAGE / schrijf in het LANGUAGE / schrijf mij in het LANGUAGE / kunt u in het LANGUAGE schrijven / kunt u mij in het LANGUAGE schrijven`,
	"pl": `po LANGUAGE / proszę pisać po LANGUAGE / wolę po LANGUAGE / czy mogą Państwo pisać po LANGUAGE / czy może Pan pisać po LANGUAGE / czy może Pani pisać po LANGUAGE`,
	"pt": `em LANGUAGE / escreva em LANGUAGE / escreva-me em LANGUAGE / escrevam-me em LANGUAGE / pode escrever em LANGUAGE / pode escrever-me em LANGUAGE / podem escrever-me em LANGUAGE / prefiro em LANGUAGE`,
}

// spoken are the languages as Polish has them behind "po".
var spoken = map[string]string{
	"de": "niemiecku", "en": "angielsku", "es": "hiszpańsku", "fr": "francusku", "it": "włosku", "nl": "niderlandzku / holendersku", "pl": "polsku", "pt": "portugalsku",
}

// courtesy are words beside a question that change nothing of it.
const courtesy = `please / thanks / thank you / many thanks / kind regards / best regards / regards / hello / hi / dear team / good morning / good afternoon /
	bitte / danke / vielen Dank / Hallo / guten Tag / guten Morgen / Grüße / viele Grüße / mit freundlichen Grüßen /
	merci / merci beaucoup / merci d'avance / s'il vous plaît / svp / bonjour / cordialement / bien cordialement /
	por favor / gracias / muchas gracias / hola / buenos días / buenas tardes / un saludo / saludos /
	per favore / per cortesia / grazie / grazie mille / buongiorno / salve / cordiali saluti /
	graag / alstublieft / a.u.b. / aub / dank u / dank u wel / bedankt / goedendag / met vriendelijke groet /
	proszę / dziękuję / dzień dobry / pozdrawiam / z poważaniem /
	obrigado / obrigada / muito obrigado / muito obrigada / olá / bom dia / boa tarde / cumprimentos`

// said are the sentences above, folded.
type said struct {
	open      map[string]bool
	neutral   map[string]bool
	languages map[string]string // a sentence → the language it asks for
	names     map[string]string // a name or a code → the language
	courtesy  [][]string        // the longest first
}

var sentences = sync.OnceValue(func() said {
	s := said{open: map[string]bool{}, neutral: map[string]bool{}, languages: map[string]string{}, names: map[string]string{}}
	all := append([]string{"en"}, languages...)
	for _, phrases := range asksOpen {
		for _, p := range phrasesOf(phrases) {
			s.open[p] = true
		}
	}
	for _, p := range phrasesOf(neutral) {
		s.neutral[p] = true
	}
	for _, wanted := range all {
		s.names[wanted] = wanted
		for _, in := range all {
			name := display.Languages(language.Make(in)).Name(language.Make(wanted))
			s.names[folded(name)] = wanted
			if in == "pl" {
				name = spoken[wanted]
			}
			for _, n := range phrasesOf(name) {
				for _, p := range phrasesOf(strings.ReplaceAll(asksLanguage[in], "LANGUAGE", "qqq")) {
					s.languages[strings.ReplaceAll(p, "qqq", n)] = wanted
				}
			}
		}
	}
	for _, p := range phrasesOf(courtesy) {
		s.courtesy = append(s.courtesy, strings.Fields(p))
	}
	slices.SortStableFunc(s.courtesy, func(a, b []string) int { return len(b) - len(a) })
	return s
})

// phrasesOf returns the sentences of a list, folded.
func phrasesOf(list string) (all []string) {
	for p := range strings.SplitSeq(list, "/") {
		all = append(all, folded(p))
	}
	return all
}

// folded returns the words of a text in lower case, without accents and marks.
func folded(text string) string {
	text = strings.NewReplacer("'", "", "’", "", "ß", "ss", "ł", "l", "Ł", "l", ".", "").Replace(text)
	return strings.Join(strings.FieldsFunc(strings.ToLower(unaccented(text)), func(r rune) bool { return !unicode.IsLetter(r) }), " ")
}

// longestWish is how long a text may be that is looked at for a question, in bytes.
const longestWish = 200

// bare returns a text folded, without words of courtesy and the names of its writer
// around it; empty where it is no short one.
func bare(text string, names ...string) string {
	if len(text) > longestWish || strings.ContainsAny(text, "0123456789@") {
		return ""
	}
	words := strings.Fields(folded(text))
	own := strings.Fields(folded(strings.Join(names, " ")))
	for changed := true; changed && len(words) > 0; {
		changed = false
		for _, c := range sentences().courtesy {
			if n := len(words) - len(c); n > 0 && slices.Equal(words[n:], c) {
				words, changed = words[:n], true
			} else if n > 0 && slices.Equal(words[:len(c)], c) {
				words, changed = words[len(c):], true
			}
		}
		if n := len(words) - 1; n > 0 && slices.Contains(own, words[n]) {
			words, changed = words[:n], true
		}
	}
	return strings.Join(words, " ")
}

// AsksOpen reports whether somebody asks which of their requests are open, and nothing
// else, by text or subject of a mail. answers: it answers a mail of ours, whose subject
// it has.
func AsksOpen(subject, text string, answers bool, names ...string) bool {
	s := sentences()
	asked, about := bare(text, names...), bare(subject, names...)
	switch {
	case strings.TrimSpace(text) == "":
		return !answers && s.open[about]
	case !s.open[asked]:
		return false
	}
	return answers || strings.TrimSpace(subject) == "" || s.open[about] || s.neutral[about]
}

// AsksLanguage returns the language in which somebody asks to be written to, where the
// text says nothing else: "In English, please". Empty: it does not.
func AsksLanguage(text string, names ...string) string {
	return sentences().languages[bare(text, names...)]
}

// IsNeutral reports whether a subject says nothing of a matter of its own.
func IsNeutral(subject string) bool {
	s, about := sentences(), bare(subject)
	return strings.TrimSpace(subject) == "" || s.neutral[about] || s.languages[about] != ""
}

// LanguageNamed returns the language, of those in which the desk writes, that a word
// names: its code, or its name in any of them.
func LanguageNamed(word string) (tag string, known bool) {
	base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(strings.TrimSpace(word)), "_", "-"), "-")
	for _, w := range []string{base, folded(word)} {
		if tag, known := sentences().names[w]; known {
			return tag, true
		}
	}
	return "", false
}
