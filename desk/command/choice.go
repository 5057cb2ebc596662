package command

import (
	"fmt"
	"slices"
	"strings"
)

// ChoiceError says that an argument is none of those that a command takes.
type ChoiceError struct {
	Kind Choices
	Arg  string   // as it was written; empty: none was
	All  []string // what it may be
}

// maxChoices bounds how many choices a mistake lists.
const maxChoices = 40

// plurals names the choices, as a sentence lists them.
var plurals = map[Choices]string{Agents: "agents", Queues: "queues", Categories: "categories", Priorities: "priorities", Channels: "channels", Kinds: "kinds"}

func (e *ChoiceError) Error() string {
	said := fmt.Sprintf("there is no %s named %q", e.Kind, e.Arg)
	if e.Arg == "" {
		said = fmt.Sprintf("the %s is missing", e.Kind)
	}
	then := "; the"
	if meant, near := NearestOf(e.All, e.Arg); near {
		said, then = fmt.Sprintf("%s; did you mean %s?", said, meant), " The"
	}
	if len(e.All) == 0 {
		return said
	}
	list, more := e.All, ""
	if len(list) > maxChoices {
		list, more = list[:maxChoices], fmt.Sprintf(" and %d more", len(list)-maxChoices)
	}
	return fmt.Sprintf("%s%s %s are %s%s", said, then, plurals[e.Kind], strings.Join(list, ", "), more)
}

// priorities are the words for priorities in the languages of the aliases.
var priorities = map[string]string{
	"low":    "niedrig gering basse faible baja bassa baixa laag niski niska",
	"normal": "mittel normale normaal média media normalny normalna moyenne",
	"high":   "hoch haute élevée alta hoog wysoki wysoka",
	"urgent": "dringend urgente spoed dringende pilny pilna critical kritisch critique asap",
}

// kinds are the words for what is wanted in the languages of the aliases.
var kinds = map[string]string{
	"incident":        "störung vorfall fehler panne incidente guasto storing incydent awaria",
	"service request": "service-request request service serviceanfrage auftrag demande demande-de-service petición petición-de-servicio richiesta richiesta-di-servizio pedido pedido-de-serviço serviceverzoek verzoek zamówienie zamówienie-usługi",
	"question":        "frage pregunta consulta domanda pergunta vraag pytanie",
}

// Matter returns the kind of matter that words mean, and whether they mean one.
func Matter(words string, all []string) (string, bool) {
	words = strings.ToLower(strings.Join(strings.Fields(words), " "))
	if slices.Contains(all, words) {
		return words, true
	}
	return chosen(kinds, strings.ReplaceAll(words, " ", "-"), all)
}

// AllChannels are the ways other than mail on which people come to a desk.
var AllChannels = []string{"phone", "visit", "fax"}

// channels are the words for them in the languages of the aliases.
var channels = map[string]string{
	"phone": "call telephone telefon anruf téléphone appel teléfono llamada telefono chiamata telefone chamada telefoon rozmowa",
	"visit": "desk besuch persönlich visite visita bezoek wizyta",
	"fax":   "telefax faks",
}

// Channel returns the channel that a word means, and whether it means one.
func Channel(word string) (string, bool) { return chosen(channels, word, AllChannels) }

// Priority returns the priority that a word means, in English and lower case, and
// whether it means one; all are those that the desk has.
func Priority(word string, all []string) (string, bool) { return chosen(priorities, word, all) }

// chosen returns the choice that a word means in one of the languages.
func chosen(words map[string]string, word string, all []string) (string, bool) {
	word = strings.ToLower(strings.TrimSpace(word))
	if slices.Contains(all, word) {
		return word, true
	}
	for _, choice := range all {
		for _, s := range strings.Fields(words[choice]) {
			if slices.Contains(spellings(s), word) {
				return choice, true
			}
		}
	}
	return "", false
}
