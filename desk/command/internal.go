package command

import (
	"strings"
	"unicode"
)

// noteWords are words by which a text is called internal.
var noteWords = map[string]bool{
	"note": true, "internal": true, "internal note": true, "private": true, "private note": true, "comment": true,
	"notiz": true, "intern": true, "interne notiz": true, "privat": true, "kommentar": true,
	"note interne": true, "interne": true, "privé": true, "commentaire": true,
	"nota": true, "nota interna": true, "interno": true, "interna": true, "privado": true, "comentario": true,
}

// words makes a set of the words of a text.
func words(text string) map[string]bool {
	set := map[string]bool{}
	for _, word := range strings.Fields(text) {
		set[word] = true
	}
	return set
}

// The words of which labels are made that say who may not read a text: "for internal
// use only", "nur für den internen Gebrauch", "not for the customer".
// Words such as "confidential" are none of them: houses put those above every mail.
var (
	internals = words(`internal internally private privately intern interne interner internes internen internem privat
		privé privée interno interna internos internas internamente privado privada privato privata 
		internt interní soukromé wewnętrzne wewnętrzna wewnętrzny wewnętrznie prywatne sisäinen`)
	refusals  = words("not no don't dont never nicht kein pas ne non nunca não niet nie ikke inte ei")
	customers = words(`customer customers client clients requester requesters user users kunde kunden kundin klient usager clients cliente clientes utente utenti
		klant klanten klienta klientów kund kunder asiakas asiakkaalle`)
	fillers = words(`only just for use strictly purely to the a an please keep from be shown show send sent forward forwarded
		nur für zur zum den dem die der an gebrauch verwendung nutzung rein bitte streng weitergeben weiterleiten senden
		à a en le la les au aux usage strictement uniquement seulement pour envoyer de du
		uso solo sólo solamente para exclusivamente al el los apenas somente o ao soltanto esclusivamente per di il
		alleen voor gebruik strikt de het aan naar kun til brug bruk endast bare för tylko do użytku dla
		note notes notiz notizen kommentar comment comments commentaire comentario comentário commento nota notitie opmerking notatka uwaga anteckning notat
		remark remarque vermerk hinweis anmerkung bemerkung memo info information message nachricht text`)
)

// isLabel reports whether the words of a text only say that it is internal, or not for
// the customer.
func isLabel(text string) bool {
	isInternal, isRefused, isCustomer := false, false, false
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && r != '\'' && r != '’' && r != '-' }) {
		word = strings.ReplaceAll(word, "’", "'")
		switch {
		case internals[word]:
			isInternal = true
		case refusals[word]:
			isRefused = true
		case customers[word]:
			isCustomer = true
		case !fillers[word]:
			return false
		}
	}
	return isInternal || isRefused && isCustomer
}

// announcesNote reports whether the first line of a text, or the one below a greeting,
// calls it a note: a label on a line of its own, or "internal note: …". A bare "Note:"
// is a label on top only: below a greeting people write so to requesters.
func announcesNote(folded string, onTop bool) bool {
	if len(folded) > longest {
		folded = folded[:longest]
	}
	folded = strings.ToLower(folded)
	for _, pair := range [][2]string{{"[", "]"}, {"(", ")"}, {"【", "】"}} { // "[internal] …": a bracket around the label, and text behind it
		inner, _, closed := strings.Cut(strings.TrimLeft(folded, "*_ "), pair[1])
		if label, opened := strings.CutPrefix(inner, pair[0]); closed && opened && (onTop && noteWords[strings.TrimSpace(label)] || isLabel(label)) {
			return true
		}
	}
	head, rest, colon := strings.Cut(folded, ":")
	for _, dash := range []string{" - ", " – ", " — ", " | "} { // "INTERNAL - …"
		if h, r, parted := strings.Cut(folded, dash); parted && len(h) < len(head) {
			head, rest, colon = h, r, true
		}
	}
	head = strings.TrimFunc(head, func(r rune) bool { return !unicode.IsLetter(r) })
	alone := strings.TrimFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) }) == ""
	return (alone || colon) && isLabel(head) || onTop && alone && noteWords[head]
}

// signWords are the words by which people say the number sign to a phone.
var signWords = []string{"hashtag ", "hash tag ", "hash ", "raute ", "dièse ", "almohadilla ", "cancelletto ", "hekje ", "cardinal ", "krzyżyk "}

// isDictated reports whether a line begins with a command whose sign was dictated and
// written as a word: "Hashtag note".
func isDictated(folded string) bool {
	if len(folded) > longest {
		return false
	}
	folded = strings.ToLower(folded)
	for _, sign := range signWords {
		if name, found := strings.CutPrefix(folded, sign); found {
			name, rest := cutName(strings.TrimLeft(name, " "))
			e, known := Lookup(name)
			return known && (e.Name == "note" || strings.Trim(rest, marks+closing+" ") == "")
		}
	}
	return false
}
