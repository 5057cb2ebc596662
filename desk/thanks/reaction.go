package thanks

import (
	"regexp"
	"strings"
)

// maxReaction bounds the line of a reaction, in bytes.
const maxReaction = 200

// reacted is what mail programs write for somebody who clicked an emoji below a mail of ours:
// "👍 Ana Berg reacted to your message:". The emoji may be a picture that is not shown.
var reacted = regexp.MustCompile(`(?i)^(.{0,100}?)\s*(?:` + strings.Join([]string{
	`reacted to your (?:message|e-?mail)`, `hat auf (?:Ihre|deine) (?:Nachricht|E-?Mail) reagiert`, `a réagi à (?:votre|ton) (?:message|e-?mail)`,
	`(?:ha reaccionado|reaccionó) a (?:su|tu) (?:mensaje|correo)`, `ha reagito al (?:(?:tuo|suo) )?messaggio`, `heeft op (?:uw|je) (?:bericht|e-?mail) gereageerd`,
	`heeft gereageerd op (?:uw|je) (?:bericht|e-?mail)`, `reagiu à (?:sua|tua) mensagem`, `(?:za)?reagowała? na (?:Twoją|Twój|Pana|Pani) (?:wiadomość|e-?mail)`,
	`reagerade på ditt (?:meddelande|mejl)`, `reagerede på din (?:besked|meddelelse|mail)`, `reagerte på (?:meldingen|e-posten) din`, `reagoi viestiisi`,
	`(?:za)?reagovala? na (?:vaši|tvoji) zprávu`, `отреагировала? на (?:ваше|твоё) сообщение`, `відреагувала? на (?:ваше|твоє) повідомлення`, `(?:iletinize|mesajınıza) tepki verdi`,
	`さんが(?:あなたの)?メッセージにリアクションしました`, `对(?:你|您)的(?:邮件|消息)(?:做出了回应|作出了反应)`,
}, "|") + `)\s*[:：.。]?$`)

// label is the name of the emoji, where it stands in place of it.
var label = regexp.MustCompile(`\[[^\[\]]{1,30}\]`)

// IsReaction reports whether a text is what a mail program sends for a click on an emoji by
// somebody with one of these names.
func IsReaction(text string, names ...string) bool {
	r := reader{names: map[string]bool{}}
	for _, w := range split(strings.Join(names, " ")) {
		r.names[w.folded] = true
	}
	line, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	_, _, emoji := withoutEmoji(strings.TrimSpace(rest))
	return r.isReaction(strings.TrimSpace(line)) && emoji && len(split(rest)) == 0
}

// isReaction reports whether a text is nothing but the line that a mail program writes for a
// click on an emoji, which is none of a sad face. Whoever reacted has a name that is known: "Nobody
// reacted to your message" is a person's sentence.
func (r *reader) isReaction(text string) bool {
	if len(text) > maxReaction {
		return false
	}
	found := reacted.FindStringSubmatch(text)
	if found == nil {
		return false
	}
	var who []word
	for field := range strings.FieldsSeq(label.ReplaceAllString(found[1], " ")) {
		name, _, fine := withoutEmoji(field)
		if !fine {
			return false
		}
		who = append(who, split(name)...)
	}
	return areKnown(who, r.names)
}
