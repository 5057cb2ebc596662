package learn

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// example is a made mail with the category, queue and priority that it belongs to, and those
// that the agents gave it.
type example struct {
	text          Text
	category      string
	label         string
	right, given  map[string]string // of queue and priority
	onlyVague     bool              // nothing in it says what it is about
	afterNewcomer bool              // it came when the category "security" was there
}

// sentences are those of testdata/made.txt: category and language and kind → sentences.
type sentences map[[3]string][]string

func readSentences(t testing.TB) sentences {
	t.Helper()
	text, err := os.ReadFile("testdata/made.txt")
	if err != nil {
		t.Fatal(err)
	}
	all := sentences{}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		part := strings.SplitN(strings.TrimSpace(line), " ", 4)
		if len(part) != 4 {
			t.Fatalf("made.txt: %q is no sentence", line)
		}
		key := [3]string{part[0], part[1], part[2]}
		all[key] = append(all[key], part[3])
	}
	return all
}

// What stands in the places of a sentence, and around it.
var places = map[string]map[string][]string{
	"en": {"{room}": {"room 12", "the library", "building B", "the second floor"}, "{day}": {"Monday", "yesterday", "Friday", "last week"}},
	"de": {"{room}": {"Raum 12", "der Bibliothek", "Haus B", "der zweiten Etage"}, "{day}": {"Montag", "gestern", "Freitag", "1. März"}},
	"fr": {"{room}": {"salle 12", "bibliothèque", "bâtiment B", "salle de réunion"}, "{day}": {"lundi", "hier", "vendredi", "mardi"}},
	"es": {"{room}": {"la sala 12", "la biblioteca", "el edificio B", "la segunda planta"}, "{day}": {"el lunes", "ayer", "el viernes", "el martes"}},
}

var (
	apps     = []string{"Excel", "Photoshop", "AutoCAD", "SAP", "Acrobat", "Zotero", "Word"}
	drives   = []string{"P:", "H:", "S:", "T:"}
	greeting = map[string][]string{
		"en": {"Hello,", "Hi all,", "Dear team,", ""}, "de": {"Hallo,", "Guten Tag,", "Liebe Kollegen,", ""},
		"fr": {"Bonjour,", "Bonjour à tous,", ""}, "es": {"Hola,", "Buenos días:", ""},
	}
	closing = map[string][]string{
		"en": {"Thanks", "Kind regards", "Best"}, "de": {"Danke", "Viele Grüße", "Mit freundlichen Grüßen"},
		"fr": {"Merci", "Cordialement", "Bien à vous"}, "es": {"Gracias", "Un saludo", "Saludos"},
	}
	names   = []string{"Ana Berg", "Kim Olsen", "Luc Petit", "Eva Ruiz", "Max Klein", "Zoe Hart", "Ida Roth", "Jon Fox"}
	domains = []string{"sales.example.org", "lab.example.org", "example.org", "example.net", "branch.example.net"}
)

// categories are those of the made desk, with how often they come. The last one is new
// half-way.
var categories = []struct {
	name   string
	weight int
}{
	{"account", 20}, {"email", 15}, {"network", 14}, {"hardware", 12}, {"software", 12}, {"printing", 10}, {"access", 8}, {"storage", 6}, {"phone", 5}, {"web", 4}, {"security", 12},
}

// queues are those of the made desk by category. What is to be touched in a branch is that
// branch's.
var queues = map[string]string{
	"network": "infrastructure", "phone": "infrastructure", "storage": "infrastructure", "hardware": "workplace", "printing": "workplace",
	"account": "identity", "access": "identity", "security": "identity", "email": "applications", "software": "applications", "web": "applications",
}

// branch is where that is: the place of a sentence that names it.
var branch = map[string]string{"en": "building B", "de": "Haus B", "fr": "bâtiment B", "es": "el edificio B"}

// maker makes mails.
type maker struct {
	*rand.Rand
	hints *rand.Rand // of queue and priority
	sentences
}

// made returns mails of a year of the made desk.
func made(t testing.TB, n int) (all []example) {
	m := maker{rand.New(rand.NewPCG(7, 11)), rand.New(rand.NewPCG(3, 5)), readSentences(t)}
	for i := range n {
		known := categories
		if i < n/2 {
			known = known[:len(known)-1]
		}
		all = append(all, m.mail(known[m.category(len(known))].name, i >= n/2))
	}
	return all
}

func (m maker) category(n int) int {
	sum := 0
	for _, c := range categories[:n] {
		sum += c.weight
	}
	at := m.IntN(sum)
	for i, c := range categories[:n] {
		if at -= c.weight; at < 0 {
			return i
		}
	}
	return n - 1
}

func (m maker) mail(category string, late bool) example {
	language := []string{"en", "en", "en", "en", "de", "de", "de", "fr", "fr", "es"}[m.IntN(10)]
	of := func(kind string, from ...string) string {
		return m.pick(m.sentences[[3]string{from[0], language, kind}])
	}
	e := example{category: category, label: category, afterNewcomer: late}
	subject := of("s", category)
	var body []string
	switch n := m.IntN(100); {
	case n < 8: // nobody could tell from it
		subject, body, e.onlyVague = of("s", "vague"), []string{of("b", "vague"), of("b", "vague")}, true
	case n < 30:
		subject, body = of("s", "vague"), []string{of("b", category)}
	case n < 45:
		body = []string{of("b", category), of("b", category)}
	case n < 55:
		body = []string{of("b", "vague")}
	default:
		body = []string{of("b", category)}
	}
	if m.IntN(100) < 40 {
		body = append(body, of("b", "vague"))
	}
	if m.IntN(100) < 12 { // something else is mentioned, too
		body = append(body, of("b", categories[m.category(len(categories)-1)].name))
	}
	priority := "normal"
	switch n := m.hints.IntN(100); {
	case n < 15: // somebody says that it is urgent, or that it is not
		priority = "high"
	case n < 30:
		priority = "low"
	}
	if priority != "normal" {
		said := m.sentences[[3]string{"priority", language, priority}]
		body = append(body, said[m.hints.IntN(len(said))])
	}
	name := m.pick(names)
	text := strings.Join([]string{m.pick(greeting[language]), strings.Join(body, " "), m.pick(closing[language]), name, "Tel. 030 " + string(rune('1'+m.IntN(9))) + "4711"}, "\n")
	subject, text = m.fill(subject, language), m.fill(text, language)
	queue := queues[category]
	if (queue == "workplace" || category == "network") && strings.Contains(subject+text, branch[language]) {
		queue = "branch"
	}
	if category == "security" {
		priority = "high"
	}
	e.right = map[string]string{"queue": queue, "priority": priority}
	e.given = map[string]string{"queue": m.noted(queue, "infrastructure", "workplace", "identity", "applications", "branch"), "priority": m.noted(priority, "low", "normal", "high")}
	e.text = Text{Subject: m.typos(subject), Body: m.typos(text), Domain: m.pick(domains), Language: language}
	if m.IntN(100) < 5 { // an agent chose wrongly, or nobody cared
		e.label = categories[m.category(len(categories)-1)].name
	}
	return e
}

// noted returns what an agent notes of something: in one of twenty mails chosen at random.
func (m maker) noted(right string, among ...string) string {
	if m.hints.IntN(100) < 5 {
		return among[m.hints.IntN(len(among))]
	}
	return right
}

func (m maker) pick(from []string) string { return from[m.IntN(len(from))] }

func (m maker) fill(text, language string) string {
	return strings.NewReplacer("{room}", m.pick(places[language]["{room}"]), "{day}", m.pick(places[language]["{day}"]),
		"{app}", m.pick(apps), "{drive}", m.pick(drives)).Replace(text)
}

// typos swaps two letters in one word of thirty.
func (m maker) typos(text string) string {
	words := strings.Split(text, " ")
	for i, w := range words {
		r := []rune(w)
		if len(r) > 4 && m.IntN(30) == 0 {
			at := 1 + m.IntN(len(r)-3)
			r[at], r[at+1] = r[at+1], r[at]
			words[i] = string(r)
		}
	}
	return strings.Join(words, " ")
}

// keywords are rules as an admin writes them for that desk: words by which a category is
// known, in four languages. The first that fits wins.
var keywords = []struct {
	category string
	words    []string
}{
	{"network", []string{"vpn", "wifi", "wlan", "anyconnect"}},
	{"printing", []string{"printer", "drucker", "imprim", "impres", "toner", "tóner"}},
	{"account", []string{"password", "passwort", "mot de passe", "contraseña"}},
	{"email", []string{"mailbox", "outlook", "postfach", "boîte aux lettres", "buzón"}},
	{"hardware", []string{"laptop", "notebook", "monitor", "portable", "portátil"}},
	{"software", []string{"install", "licence", "lizenz", "licencia", "excel"}},
	{"phone", []string{"phone", "telefon", "téléphone", "teléfono"}},
	{"storage", []string{"drive", "laufwerk", "lecteur", "unidad", "onedrive"}},
	{"access", []string{"access", "zugriff", "accès", "acceso", "badge"}},
	{"web", []string{"website", "webseite", "intranet"}},
}

// byKeywords returns what those rules say of a mail; empty: nothing.
func byKeywords(t Text) string {
	text := strings.ToLower(t.Subject + "\n" + t.Body)
	for _, rule := range keywords {
		if slices.ContainsFunc(rule.words, func(w string) bool { return strings.Contains(text, w) }) {
			return rule.category
		}
	}
	return ""
}
