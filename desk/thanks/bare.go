package thanks

import (
	"slices"
	"strings"
	"unicode"
)

// bareThanks begin a text that is thanks and says nothing else.
var bareThanks = []string{"thank", "many thanks", "cheers", "much appreciated", "thx", "tks", "danke", "dank", "vielen dank", "besten dank", "herzlichen dank", "tausend dank", "lieben dank", "merci", "un grand merci", "grand merci", "mille mercis", "gracias", "muchas gracias", "mil gracias", "muchísimas gracias", "grazie", "mille grazie", "molte grazie", "tante grazie",
	"bedankt", "hartelijk dank", "heel erg bedankt", "veel dank", "dzięk", "bardzo dzięk", "wielkie dzięk", "serdecznie dzięk", "obrigad", "muito obrigad", "muitíssimo obrigad", "tack", "takk", "kiitos", "děkuj", "köszön", "mulțum", "teşekkür", "спасибо", "дякую", "ευχαριστώ", "ありがとう", "谢谢", "謝謝", "감사", "شكرا", "תודה"}

// yes are words that agree, in any place of such a text; "tak" is thanks in Danish, and agrees in Polish.
var yes = strings.Fields("yes yep ok okay ja jo gern gerne oui sí si sì sim tak jasne ano kyllä joo да так evet はい 네")

// maxBareThanks bounds such a text, in words.
const maxBareThanks = 5

// IsBare reports whether a text is thanks alone: "Thank you!", and neither "Great, thank you!" nor
// "Thanks, yes", which may answer a question.
func IsBare(text string) bool {
	text = strings.ToLower(text)
	if len(strings.Fields(text)) > maxBareThanks || !slices.ContainsFunc(bareThanks, func(begin string) bool { return strings.HasPrefix(text, begin) }) {
		return false
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	return !slices.ContainsFunc(words, func(word string) bool { return slices.Contains(yes, word) })
}
