package agentmail

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

// IsRecall reports whether a text is nothing but the line, which may be folded, by which a mail program
// calls a mail back.
func IsRecall(text string) bool {
	return !strings.Contains(strings.TrimSpace(text), "\n\n") && recalls.MatchString(strings.Join(strings.Fields(text), " "))
}
