package silence

import (
	"regexp"
	"strings"
)

// recalls is the line that Outlook writes where somebody wants to have a mail back that has gone out, which
// only works within one house. To everybody else it goes as a mail.
var recalls = regexp.MustCompile(`(?i)^\S.{0,80} (?:would like to recall the message, ["“].*` +
	`|möchte die Nachricht ["„“].+ zurückrufen` +
	`|(?:souhaite|aimerait|souhaiterait) rappeler le message,? ["“«].*` +
	`|(?:desea|quiere|querría|desearía) (?:recuperar|retirar) el mensaje,? ["“«].*` +
	`|(?:desidera|vuole|vorrebbe) richiamare il messaggio,? ["“«].*` +
	`|(?:wil|zou) het bericht,? ["“„].+ (?:intrekken|willen intrekken)` +
	`|(?:gostaria de|deseja|quer) (?:recuperar|cancelar|anular) a mensagem,? ["“«].*` +
	`|(?:chce|chciałby|chciałaby) (?:odwołać|wycofać) wiadomość,? ["„“].*)\.?$`)

// recallSubjects are what programs write before the subject of such a mail.
var recallSubjects = regexp.MustCompile(`(?i)^(?:recall|rückruf|zurückrufen|rappel|recuperar|retirar|richiamo|richiamare|intrekken|recolha|odwołanie|odwołaj|wycofanie)\s*:`)

// IsRecall reports whether a mail is nothing but the line, which may be folded, by which a mail program
// calls a mail back. Where its subject says so, too, what stands below is a gateway's.
func IsRecall(subject, text string) bool {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	first, below, _ := strings.Cut(text, "\n\n")
	return (below == "" || recallSubjects.MatchString(subject)) && recalls.MatchString(strings.Join(strings.Fields(first), " "))
}
