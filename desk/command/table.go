package command

import "strings"

// Entry is one command: what everybody but the desk, which carries it out, has to
// know of it. The parser, the help, the manual and the desk read the same entry.
type Entry struct {
	Name    string
	Takes   Takes
	Choices Choices           // what the argument is one of
	Minus   bool              // a minus before the argument belongs to it
	Proof   Proof             // how well its writer must be known
	Strict  Proof             // on the strict ladder; empty: as well as for an answer, see desk/ladder
	Others  Proof             // likewise, where its argument names a colleague who is not asked; empty: it names none
	Opens   bool              // it may stand on a new mail, about the request that the mail opens
	Alone   bool              // it is about no ticket: it may be sent to the control address
	Daily   bool              // every notice names it, not only the help
	Aliases map[string]string // words that mean the same, by language; divided by blanks
	Meant   string            // words that do not, but whose writer probably meant it; divided by blanks
}

// Takes says what may stand on the line of a command behind its name.
type Takes int

// What may stand there.
const (
	Nothing Takes = iota
	Words         // an argument: a name, a time, a reason
	Text          // the beginning of the text below the commands
)

// Choices says what the argument of a command is one of.
type Choices string

// The kinds of choices.
const (
	Agents     Choices = "agent"
	Queues     Choices = "queue"
	Categories Choices = "category"
	Priorities Choices = "priority"
	Kinds      Choices = "kind"
	Moments    Choices = "time" // "2 days", "tomorrow 9:00"
	Days       Choices = "day"  // "Friday"
	Addresses  Choices = "address"
	Tickets    Choices = "ticket" // its number
	Channels   Choices = "channel"
	Texts      Choices = "text" // that the admin keeps for agents to send
)

// Proof is how well it must be known that an agent wrote the mail.
type Proof string

// The levels of proof, weakest first.
const (
	Answer  Proof = "answer"  // it answers a mail of ours to the agent; what it does stays inside
	Address Proof = "address" // it came to the address that was signed for the agent, or its From field is authenticated

	Authenticated Proof = "authenticated" // its From field is authenticated
	Login         Proof = "login"         // its writer has logged in to send it
)

// Table has every command of agents, in the order in which the help lists them.
//
// An alias runs a command wherever it stands on top of an agent's mail, so it must be
// no word that people write with a number sign elsewhere: no colour (#add), no mark of
// a program (#include), no number, no name of a trouble (#störung).
var Table = []Entry{
	{Name: "note", Takes: Text, Proof: Answer, Daily: true, Meant: "internal private comment interne privé commentaire kommentar privat interna interno comentario commento comentário opmerking prywatne komentarz",
		Aliases: map[string]string{"de": "notiz intern", "es": "nota", "it": "nota", "pt": "nota", "nl": "notitie", "pl": "notatka"}},
	{Name: "take", Proof: Address, Opens: true, Daily: true, Meant: "own claim grab",
		Aliases: map[string]string{"fr": "prendre", "de": "übernehmen", "es": "tomar", "it": "prendo", "pt": "assumir", "nl": "overnemen", "pl": "przejmij"}},
	{Name: "assign", Takes: Words, Choices: Agents, Proof: Address, Opens: true, Meant: "owner give delegate reassign",
		Aliases: map[string]string{"fr": "attribuer", "de": "zuweisen", "es": "asignar", "it": "assegna", "pt": "atribuir", "nl": "toewijzen", "pl": "przydziel"}},
	{Name: "resolve", Takes: Text, Proof: Address, Daily: true, Meant: "resolved solve solved done fixed fix finished complete completed erledigt fertig behoben terminé fini réglé fait hecho listo fatto finito feito pronto klaar gereed zrobione gotowe",
		Aliases: map[string]string{"fr": "résolu résoudre", "de": "gelöst lösen", "es": "resuelto resolver", "it": "risolto", "pt": "resolvido", "nl": "opgelost", "pl": "rozwiązane"}},
	{Name: "close", Takes: Text, Proof: Address, Meant: "closed shut end fermé geschlossen abschließen cerrado chiuso fechado encerrar gesloten zamknięte",
		Aliases: map[string]string{"fr": "fermer clôturer", "de": "schließen", "es": "cerrar", "it": "chiudi", "pt": "fechar", "nl": "sluiten", "pl": "zamknij"}},
	{Name: "escalate", Takes: Words, Proof: Address, Daily: true, Meant: "escalation raise",
		Aliases: map[string]string{"fr": "escalader", "de": "eskalieren", "es": "escalar", "it": "scalare", "pt": "escalar", "nl": "escaleren", "pl": "eskaluj"}},
	{Name: "return", Takes: Words, Proof: Address, Meant: "deescalate sendback",
		Aliases: map[string]string{"fr": "renvoyer", "de": "zurückgeben", "es": "devolver", "it": "restituisci", "pt": "devolver", "nl": "teruggeven", "pl": "zwróć"}},
	{Name: "pending", Takes: Words, Choices: Moments, Proof: Address, Daily: true, Meant: "wait waiting snooze postpone remind",
		Aliases: map[string]string{"fr": "attendre", "de": "warten", "es": "esperar", "it": "attendi", "pt": "aguardar", "nl": "wachten", "pl": "czekaj"}},
	{Name: "later", Takes: Words, Choices: Moments, Proof: Address, Meant: "schedule scheduled delay sendat sendlater programmer planifier planen programar programmare inplannen zaplanuj",
		Aliases: map[string]string{"fr": "plustard", "de": "später", "es": "mástarde", "it": "piùtardi", "pt": "maistarde", "nl": "straks", "pl": "później"}},
	{Name: "ifsilent", Takes: Words, Choices: Moments, Proof: Address, Meant: "ifnoanswer ifnoreply noreply noanswer silent unless",
		Aliases: map[string]string{"fr": "sansréponse", "de": "ohneantwort", "es": "sinrespuesta", "it": "senzarisposta", "pt": "semresposta", "nl": "zonderantwoord", "pl": "bezodpowiedzi"}},
	{Name: "chase", Takes: Words, Proof: Address, Meant: "followup reminder reminders nag nudge erinnern mahnen relance recordar ricordare lembrar herinneren przypomnij",
		Aliases: map[string]string{"fr": "relancer", "de": "nachfassen", "es": "insistir", "it": "sollecita", "pt": "insistir", "nl": "navragen", "pl": "ponaglaj"}},
	{Name: "hold", Proof: Address, Meant: "onhold pause paused suspend",
		Aliases: map[string]string{"fr": "suspendre", "de": "zurückstellen", "es": "suspender", "it": "sospendi", "pt": "suspender", "nl": "aanhouden", "pl": "wstrzymaj"}},
	{Name: "queue", Takes: Words, Choices: Queues, Proof: Address, Opens: true, Meant: "move transfer group team department",
		Aliases: map[string]string{"fr": "déplacer", "de": "warteschlange", "es": "mover", "it": "sposta", "pt": "mover", "nl": "wachtrij", "pl": "kolejka"}},
	{Name: "category", Takes: Words, Choices: Categories, Proof: Address, Opens: true, Meant: "topic type",
		Aliases: map[string]string{"fr": "catégorie", "de": "kategorie", "es": "categoría", "it": "categoria", "pt": "categoria", "nl": "categorie", "pl": "kategoria"}},
	{Name: "priority", Takes: Words, Choices: Priorities, Proof: Address, Opens: true, Meant: "urgent urgency prio severity",
		Aliases: map[string]string{"fr": "priorité", "de": "priorität", "es": "prioridad", "it": "priorità", "pt": "prioridade", "nl": "prioriteit", "pl": "priorytet"}},
	{Name: "kind", Takes: Words, Choices: Kinds, Proof: Address, Opens: true, Meant: "sort matter",
		Aliases: map[string]string{"fr": "nature", "de": "art", "es": "tipo", "it": "tipo", "pt": "tipo", "nl": "soort", "pl": "rodzaj"}},
	{Name: "tag", Takes: Words, Minus: true, Proof: Address, Opens: true, Meant: "tags keyword",
		Aliases: map[string]string{"fr": "étiquette", "de": "schlagwort", "es": "etiqueta", "it": "etichetta", "pt": "etiqueta", "nl": "label", "pl": "etykieta"}},
	{Name: "untag", Takes: Words, Proof: Address, Meant: "removetag",
		Aliases: map[string]string{"fr": "sansétiquette", "de": "ohneschlagwort", "es": "sinetiqueta", "it": "senzaetichetta", "pt": "semetiqueta", "nl": "zonderlabel", "pl": "bezetykiety"}},
	{Name: "subject", Takes: Words, Proof: Address, Opens: true, Meant: "title rename retitle titre titel título titolo",
		Aliases: map[string]string{"fr": "objet", "de": "betreff", "es": "asunto", "it": "oggetto", "pt": "assunto", "nl": "onderwerp", "pl": "temat"}},
	{Name: "time", Takes: Words, Proof: Address, Opens: true, Meant: "worked spent effort aufwand arbeitszeit",
		Aliases: map[string]string{"fr": "temps", "de": "zeit", "es": "tiempo", "it": "tempo", "pt": "tempo", "nl": "tijd", "pl": "czas"}},
	{Name: "history", Takes: Words, Proof: Address, Meant: "past story log thread",
		Aliases: map[string]string{"fr": "historique", "de": "verlauf", "es": "historial", "it": "storico", "pt": "histórico", "nl": "geschiedenis", "pl": "historia"}},
	{Name: "reopen", Proof: Address, Meant: "open unresolve",
		Aliases: map[string]string{"fr": "rouvrir", "de": "wiedereröffnen", "es": "reabrir", "it": "riapri", "pt": "reabrir", "nl": "heropenen", "pl": "wznów"}},
	{Name: "spam", Proof: Address, Meant: "junk delete trash",
		Aliases: map[string]string{"fr": "indésirable"}},
	{Name: "away", Takes: Words, Choices: Days, Proof: Address, Others: Login, Alone: true, Meant: "absence vacation holiday holidays leave ooo sick urlaub krank congé vacances vacaciones ferie férias verlof urlop",
		Aliases: map[string]string{"fr": "absent absente", "de": "abwesend", "es": "ausente", "it": "assente", "pt": "ausente", "nl": "afwezig", "pl": "nieobecny nieobecna"}},
	{Name: "back", Takes: Words, Choices: Agents, Proof: Address, Others: Login, Alone: true, Meant: "returned",
		Aliases: map[string]string{"fr": "présent présente", "de": "zurück", "es": "presente", "it": "presente", "pt": "presente", "nl": "aanwezig", "pl": "obecny obecna"}},
	{Name: "bulk", Takes: Words, Proof: Address, Strict: Login, Alone: true, Meant: "several tickets batch multiple mass sammel sammelbearbeitung",
		Aliases: map[string]string{"fr": "plusieurs", "de": "mehrere", "es": "varios", "it": "diversi", "pt": "vários", "nl": "meerdere", "pl": "wiele"}},
	{Name: "forget", Takes: Words, Choices: Addresses, Proof: Address, Strict: Login, Alone: true, Meant: "unlearn removeaddress",
		Aliases: map[string]string{"fr": "oublier", "de": "vergessen", "es": "olvidar", "it": "dimentica", "pt": "esquecer", "nl": "vergeten", "pl": "zapomnij"}},
	{Name: "myaddress", Takes: Text, Proof: Address, Strict: Login, Meant: "learn remember confirmaddress addaddress",
		Aliases: map[string]string{"fr": "monadresse", "de": "meineadresse", "es": "midirección", "it": "mioindirizzo", "pt": "meuendereço", "nl": "mijnadres", "pl": "mójadres"}},
	{Name: "handover", Takes: Words, Choices: Agents, Proof: Address, Strict: Login, Alone: true, Meant: "handoff shift handall giveall schichtwechsel ablösung relève",
		Aliases: map[string]string{"fr": "transmettre passation", "de": "übergeben übergabe", "es": "traspasar relevo", "it": "passaggio", "pt": "passagem", "nl": "overdragen overdracht", "pl": "przekaż"}},
	{Name: "oncall", Takes: Words, Choices: Agents, Proof: Address, Strict: Login, Alone: true, Meant: "rota roster duty standby pikett dienstplan schichtplan",
		Aliases: map[string]string{"fr": "astreinte", "de": "bereitschaft", "es": "guardia", "it": "reperibilità", "pt": "piquete", "nl": "piket", "pl": "dyżur"}},
	{Name: "incident", Takes: Words, Choices: Tickets, Proof: Address, Strict: Login, Meant: "outage störung panne avería guasto avaria storing awaria",
		Aliases: map[string]string{"de": "vorfall", "es": "incidente", "it": "incidente", "pt": "incidente", "pl": "incydent"}},
	{Name: "merge", Takes: Words, Choices: Tickets, Proof: Address, Strict: Login, Meant: "join combine duplicate dup doublon duplikat duplicado",
		Aliases: map[string]string{"fr": "fusionner", "de": "zusammenführen", "es": "fusionar", "it": "unisci", "pt": "juntar", "nl": "samenvoegen", "pl": "połącz"}},
	{Name: "link", Takes: Words, Choices: Tickets, Proof: Address, Meant: "relate related reference",
		Aliases: map[string]string{"fr": "lier", "de": "verknüpfen", "es": "vincular", "it": "collega", "pt": "ligar", "nl": "koppelen", "pl": "powiąż"}},
	{Name: "split", Takes: Words, Choices: Tickets, Proof: Address, Meant: "separate detach",
		Aliases: map[string]string{"fr": "séparer", "de": "abtrennen", "es": "separar", "it": "separa", "pt": "separar", "nl": "splitsen", "pl": "oddziel"}},
	{Name: "announce", Takes: Text, Proof: Address, Strict: Login, Meant: "broadcast announcement inform",
		Aliases: map[string]string{"fr": "annoncer", "de": "bekanntgeben", "es": "anunciar", "it": "annuncia", "pt": "anunciar", "nl": "aankondigen", "pl": "ogłoś"}},
	{Name: "anyway", Takes: Text, Proof: Address, Strict: Address, Meant: "confirm yes force ok ja oui sí sì sim tak",
		Aliases: map[string]string{"fr": "quandmême", "de": "trotzdem", "es": "igualmente", "it": "comunque", "pt": "mesmoassim", "nl": "tochversturen", "pl": "mimoto"}},
	{Name: "undo", Proof: Address, Meant: "stop takeback recall revert unsend rollback cancel zurücknehmen",
		Aliases: map[string]string{"fr": "annuler", "de": "rückgängig", "es": "deshacer", "it": "annulla", "pt": "desfazer", "nl": "ongedaan", "pl": "cofnij"}},
	{Name: "mute", Proof: Address, Meant: "silence ignore unfollow",
		Aliases: map[string]string{"fr": "muet", "de": "stumm", "es": "silenciar", "it": "silenzia", "pt": "silenciar", "nl": "dempen", "pl": "wycisz"}},
	{Name: "unmute", Proof: Address, Meant: "follow listen",
		Aliases: map[string]string{"fr": "suivre", "de": "mitlesen", "es": "seguir", "it": "segui", "pt": "seguir", "nl": "volgen", "pl": "obserwuj"}},
	{Name: "cc", Takes: Words, Choices: Addresses, Proof: Address, Opens: true, Meant: "copy watch bcc",
		Aliases: map[string]string{"fr": "copie", "de": "kopie", "es": "copia", "it": "copia", "pt": "cópia", "nl": "kopie", "pl": "dw"}},
	{Name: "uncc", Takes: Words, Choices: Addresses, Proof: Address, Meant: "unwatch removecc",
		Aliases: map[string]string{"fr": "retirer", "de": "entfernen", "es": "quitar", "it": "rimuovi", "pt": "retirar", "nl": "verwijderen", "pl": "usuń"}},
	{Name: "reply", Takes: Text, Proof: Address, Meant: "respond public answer",
		Aliases: map[string]string{"fr": "répondre", "de": "antworten", "es": "responder", "it": "rispondi", "pt": "responder", "nl": "antwoorden", "pl": "odpowiedz"}},
	{Name: "ask", Takes: Words, Choices: Addresses, Proof: Address, Meant: "vendor supplier consult lieferant fournisseur proveedor fornitore fornecedor leverancier dostawca",
		Aliases: map[string]string{"fr": "demander", "de": "anfragen fragen", "es": "preguntar", "it": "chiedi", "pt": "perguntar", "nl": "vragen", "pl": "zapytaj"}},
	{Name: "send", Takes: Words, Choices: Texts, Proof: Address, Opens: true, Meant: "macro template snippet canned insert text",
		Aliases: map[string]string{"fr": "envoyer", "de": "textbaustein", "es": "enviar", "it": "invia", "pt": "enviar", "nl": "verzenden", "pl": "wyślij"}},
	{Name: "kb", Takes: Words, Proof: Address, Meant: "knowledge article kbase wiki faq howto",
		Aliases: map[string]string{"fr": "connaissance", "de": "wissen", "es": "conocimiento", "it": "conoscenza", "pt": "conhecimento", "nl": "kennis", "pl": "wiedza"}},
	{Name: "approve", Takes: Words, Choices: Addresses, Proof: Address, Meant: "approval authorize authorise permission",
		Aliases: map[string]string{"fr": "approuver", "de": "genehmigen", "es": "aprobar", "it": "approva", "pt": "aprovar", "nl": "goedkeuren", "pl": "zatwierdź"}},
	{Name: "accept", Takes: Words, Choices: Addresses, Proof: Address, Meant: "allow admit",
		Aliases: map[string]string{"fr": "accepter", "de": "annehmen", "es": "aceptar", "it": "accetta", "pt": "aceitar", "nl": "accepteren", "pl": "przyjmij"}},
	{Name: "file", Takes: Words, Proof: Address, Meant: "attachment attachments files download",
		Aliases: map[string]string{"fr": "fichier", "de": "datei", "es": "archivo fichero", "it": "allegato", "pt": "ficheiro arquivo", "nl": "bestand", "pl": "plik"}},
	{Name: "for", Takes: Words, Choices: Addresses, Proof: Address, Opens: true, Meant: "behalf requester",
		Aliases: map[string]string{"fr": "pour", "de": "für", "es": "para", "it": "per", "pt": "para", "nl": "voor", "pl": "dla"}},
	{Name: "mine", Proof: Address, Meant: "notmine unfor",
		Aliases: map[string]string{"fr": "mienne", "de": "meine", "es": "mía", "it": "mia", "pt": "minha", "nl": "vanmij", "pl": "moje"}},
	{Name: "channel", Takes: Words, Choices: Channels, Proof: Address, Opens: true, Meant: "phone call via",
		Aliases: map[string]string{"fr": "canal", "de": "kanal", "es": "canal", "it": "canale", "pt": "canal", "nl": "kanaal", "pl": "kanał"}},
	{Name: "help", Proof: Answer, Daily: true, Meant: "commands list",
		Aliases: map[string]string{"fr": "aide", "de": "hilfe", "es": "ayuda", "it": "aiuto", "pt": "ajuda", "nl": "hulp", "pl": "pomoc"}},
}

// named follows the name of a command where one about a colleague is meant: "away NAME".
const named = " NAME"

// OfOthers is the name under which the ladder has a command that is about a colleague.
func OfOthers(name string) string { return name + named }

// LookupRung returns the command that a name of the ladder is of, and whether it is the
// one about a colleague, as in "away NAME".
func LookupRung(name string) (e Entry, others, known bool) {
	word, others := strings.CutSuffix(name, named)
	e, known = Lookup(word)
	return e, others, known && !(others && e.Others == "")
}

// Rungs lists the names that the ladder has of a command: "away", "away NAME".
func (e Entry) Rungs() []string {
	if e.Others == "" {
		return []string{e.Name}
	}
	return []string{e.Name, OfOthers(e.Name)}
}

// languages are those that aliases are in, besides English.
var languages = []string{"de", "es", "fr", "it", "nl", "pl", "pt"}

// names has the place in [Table] of every name and alias, also of the aliases as
// people write them who have no such letters: "resolu", "geloest", "gelost".
var names = indexed(Table)

func indexed(table []Entry) map[string]int {
	all := map[string]int{}
	for i, e := range table {
		all[e.Name] = i
		for _, words := range e.Aliases {
			for _, word := range strings.Fields(words) {
				for _, spelling := range spellings(word) {
					all[spelling] = i
				}
			}
		}
	}
	return all
}

// spellings returns a word as it is, without accents, and as German writes it
// without umlauts.
func spellings(word string) []string {
	plain := strings.NewReplacer("ł", "l", "ß", "ss").Replace(unaccented(word))
	german := unaccented(strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss").Replace(word))
	return []string{word, plain, german}
}

// Lookup returns the command that a word names, in lower case and without #: by
// its name or an alias in any language.
func Lookup(word string) (Entry, bool) {
	i, known := names[word]
	if !known {
		return Entry{}, false
	}
	return Table[i], true
}

// takes returns what may stand behind a word on its line.
func takes(word string) Takes {
	e, _ := Lookup(word)
	return e.Takes
}

// isCommand reports whether a word is a name or an alias.
func isCommand(word string) bool {
	_, known := names[word]
	return known
}

// isName reports whether a word is a name, in no language's words.
func isName(word string) bool {
	e, _ := Lookup(word)
	return word != "" && e.Name == word
}

// In returns the aliases of a command in a language, the usual one first.
func (e Entry) In(language string) []string { return strings.Fields(e.Aliases[language]) }

// aliases returns the aliases of a command in all languages.
func (e Entry) aliases() (all []string) {
	for _, language := range languages {
		all = append(all, e.In(language)...)
	}
	return all
}
