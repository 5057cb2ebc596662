package command

import (
	"regexp"
	"slices"
	"strings"
)

// Questions has what an agent can ask by mail to the control address, in the order in
// which the help lists it. A question is a line of its own: a word, and what it is about.
var Questions = []Entry{
	{Name: "list", Meant: "open tickets all inbox",
		Aliases: map[string]string{"fr": "liste", "de": "liste", "es": "lista", "it": "elenco", "pt": "lista", "nl": "lijst", "pl": "lista"}},
	{Name: "mine", Meant: "my own",
		Aliases: map[string]string{"fr": "miennes", "de": "meine", "es": "mías", "it": "mie", "pt": "minhas", "nl": "mijn", "pl": "moje"}},
	{Name: "queue", Takes: Words, Choices: Queues, Meant: "queues team",
		Aliases: map[string]string{"fr": "file", "de": "warteschlange", "es": "cola", "it": "coda", "pt": "fila", "nl": "wachtrij", "pl": "kolejka"}},
	{Name: "show", Takes: Words, Choices: Tickets, Meant: "ticket view open get",
		Aliases: map[string]string{"fr": "montrer", "de": "zeigen", "es": "mostrar", "it": "mostra", "pt": "mostrar", "nl": "tonen", "pl": "pokaż"}},
	{Name: "history", Takes: Words, Choices: Addresses, Meant: "past requester",
		Aliases: map[string]string{"fr": "historique", "de": "verlauf", "es": "historial", "it": "storico", "pt": "histórico", "nl": "geschiedenis", "pl": "historia"}},
	{Name: "search", Takes: Words, Meant: "find look",
		Aliases: map[string]string{"fr": "chercher", "de": "suche", "es": "buscar", "it": "cerca", "pt": "procurar", "nl": "zoek", "pl": "szukaj"}},
	{Name: "due", Meant: "late overdue deadlines",
		Aliases: map[string]string{"fr": "échéances", "de": "fällig", "es": "vencimientos", "it": "scadenze", "pt": "prazos", "nl": "deadlines", "pl": "terminy"}},
	{Name: "away", Meant: "absent absences",
		Aliases: map[string]string{"fr": "absents", "de": "abwesend", "es": "ausentes", "it": "assenti", "pt": "ausentes", "nl": "afwezig", "pl": "nieobecni"}},
	{Name: "who", Meant: "agents people staff",
		Aliases: map[string]string{"fr": "qui", "de": "wer", "es": "quién", "it": "chi", "pt": "quem", "nl": "wie", "pl": "kto"}},
	{Name: "oncall", Takes: Words, Meant: "rota roster duty standby night",
		Aliases: map[string]string{"fr": "astreinte", "de": "bereitschaft", "es": "guardia", "it": "reperibilità", "pt": "piquete", "nl": "piket", "pl": "dyżur"}},
	{Name: "stats", Takes: Words, Meant: "statistics figures numbers report",
		Aliases: map[string]string{"fr": "statistiques chiffres", "de": "statistik zahlen", "es": "estadísticas", "it": "statistiche", "pt": "estatísticas", "nl": "cijfers statistieken", "pl": "statystyki"}},
	{Name: "help", Meant: "commands hello ?",
		Aliases: map[string]string{"fr": "aide", "de": "hilfe", "es": "ayuda", "it": "aiuto", "pt": "ajuda", "nl": "hulp", "pl": "pomoc"}},
}

var questions = indexed(Questions)

// Ask is one line of a mail to the control address.
type Ask struct {
	Question Command // of [Questions]; empty: it is none
	Order    Command // a command of [Table], as in "#away until Friday"; empty: it is none
	Line     string  // as it was written
}

// maxAsks bounds what one mail asks.
const maxAsks = 10

// ReadAsks reads the questions of a mail: of the first lines of its text up to a blank
// one, or of its subject where it has no text and the subject
// asks something. A number alone asks to show that ticket.
func ReadAsks(subject, text string) []Ask {
	var asks []Ask
	for line := range strings.Lines(text) {
		l := read(line)
		if l.empty && len(asks) > 0 || len(asks) == maxAsks {
			break
		}
		if l.empty || l.quoted {
			continue
		}
		asks = append(asks, readAsk(line))
	}
	if ask := readAsk(subject); len(asks) == 0 && ask.Question.Name+ask.Order.Name != "" {
		asks = append(asks, ask)
	}
	return asks
}

// readAsk reads one line.
func readAsk(line string) Ask {
	ask := Ask{Line: strings.TrimSpace(line)}
	plain := strings.TrimSpace(strings.TrimLeft(fold(line), opening+"# "))
	name, rest := cutName(plain)
	arg := strings.TrimSpace(strings.TrimLeft(rest, marks+closing+" "))
	if name != "" && strings.Trim(name, "0123456789") == "" && arg == "" {
		ask.Question = Command{Name: "show", Arg: name}
		return ask
	}
	if e, known := Lookup(name); known && strings.HasPrefix(strings.TrimLeft(fold(line), opening+" "), "#") || known && e.Name == "away" && arg != "" || known && e.Name == "back" || known && e.Name == "undo" && arg == "" {
		if e.Name != "help" && e.Name != "history" && (e.Name != "oncall" || arg != "") {
			ask.Order = Command{Name: e.Name, Arg: arg}
			return ask
		}
	}
	if i, known := questions[name]; known && (arg == "" || Questions[i].Takes == Words) {
		if Questions[i].Name == "search" {
			arg = asTyped(rest)
		}
		ask.Question = Command{Name: Questions[i].Name, Arg: arg}
	}
	return ask
}

// linked is what mail programs write behind an address in plain text.
var linked = regexp.MustCompile(`<mailto:[^<>]*>`)

// asTyped returns what follows a question, with the quotes and the - that mean something
// there.
func asTyped(rest string) string {
	beside, after, _ := strings.Cut(rest, " ")
	if strings.Trim(beside, marks+closing) == "" {
		rest = after
	}
	return strings.TrimSpace(linked.ReplaceAllString(strings.TrimLeft(rest, ":"), ""))
}

// NearestQuestion returns the question that the first word of a line probably meant.
func NearestQuestion(line string) (string, bool) {
	word, _ := cutName(strings.TrimSpace(strings.TrimLeft(fold(line), opening+"# ")))
	best, away := "", 0
	for _, e := range Questions {
		if slices.Contains(strings.Fields(e.Meant), word) || word == e.Name || slices.Contains(e.aliases(), word) {
			return e.Name, true
		}
		if g, near := nearestOf(e, word); near && (best == "" || g.away < away) {
			best, away = e.Name, g.away
		}
	}
	return best, best != ""
}
