package calendar

import "strings"

// words are what a text for people needs in one language. Forms of days and
// months follow CLDR.
type words struct {
	invitation, cancelled, proposal, event string
	accepts, declines, tentative, answers  string // %s is who answers
	when, where, organizer, repeats, note  string

	weekdays  [7]string // from Sunday
	months    [12]string
	date      string               // %[1]s the day of the week, %[2]d the day, %[3]s the month, %[4]d the year
	dayMonth  string               // of a date without its day of the week
	every     map[string][2]string // by FREQ: each, and each %d
	on        string               // before days of the week, which are joined by onJoin
	onJoin    string
	working   string // the days from Monday to Friday
	theDay    string // of the month, %d
	theNth    string // %[1]s the ordinal, %[2]s the day of the week or workingDay
	workDay   string
	anyDay    string
	ordinals  [6]string // the last, then from the first on
	inMonth   string
	times     string // %d
	until     string // %s a date
	furthered string // before a rule that is not said in words
}

var languages = map[string]*words{
	"en": {
		invitation: "Invitation", cancelled: "Cancelled", proposal: "New time proposed", event: "Event",
		accepts: "%s accepts", declines: "%s declines", tentative: "%s accepts tentatively", answers: "%s answers",
		when: "When", where: "Where", organizer: "Organiser", repeats: "Repeats", note: "Note",
		weekdays: list7("Sunday Monday Tuesday Wednesday Thursday Friday Saturday"),
		months:   list12("January February March April May June July August September October November December"),
		date:     "%[1]s, %[2]d %[3]s %[4]d", dayMonth: "%[2]d %[3]s %[4]d",
		every: map[string][2]string{"DAILY": {"every day", "every %d days"}, "WEEKLY": {"every week", "every %d weeks"}, "MONTHLY": {"every month", "every %d months"}, "YEARLY": {"every year", "every %d years"}},
		on:    "on ", onJoin: ", ", working: "from Monday to Friday", theDay: "on day %d", theNth: "on the %[1]s %[2]s", workDay: "working day", anyDay: "day",
		ordinals: [6]string{"last", "first", "second", "third", "fourth", "fifth"}, inMonth: "in %s", times: "%d times", until: "until %s", furthered: "rule",
	},
	"de": {
		invitation: "Einladung", cancelled: "Abgesagt", proposal: "Neuer Termin vorgeschlagen", event: "Termin",
		accepts: "%s sagt zu", declines: "%s sagt ab", tentative: "%s sagt unter Vorbehalt zu", answers: "%s antwortet",
		when: "Wann", where: "Wo", organizer: "Organisator", repeats: "Wiederholung", note: "Bemerkung",
		weekdays: list7("Sonntag Montag Dienstag Mittwoch Donnerstag Freitag Samstag"),
		months:   list12("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
		date:     "%[1]s, %[2]d. %[3]s %[4]d", dayMonth: "%[2]d. %[3]s %[4]d",
		every: map[string][2]string{"DAILY": {"jeden Tag", "alle %d Tage"}, "WEEKLY": {"jede Woche", "alle %d Wochen"}, "MONTHLY": {"jeden Monat", "alle %d Monate"}, "YEARLY": {"jedes Jahr", "alle %d Jahre"}},
		on:    "am ", onJoin: ", ", working: "Montag bis Freitag", theDay: "am %d.", theNth: "am %[1]s %[2]s", workDay: "Werktag", anyDay: "Tag",
		ordinals: [6]string{"letzten", "ersten", "zweiten", "dritten", "vierten", "fünften"}, inMonth: "im %s", times: "%d-mal", until: "bis %s", furthered: "Regel",
	},
	"fr": {
		invitation: "Invitation", cancelled: "Annulé", proposal: "Nouvel horaire proposé", event: "Événement",
		accepts: "%s accepte", declines: "%s refuse", tentative: "%s accepte provisoirement", answers: "%s répond",
		when: "Quand", where: "Lieu", organizer: "Organisateur", repeats: "Répétition", note: "Remarque",
		weekdays: list7("dimanche lundi mardi mercredi jeudi vendredi samedi"),
		months:   list12("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
		date:     "%[1]s %[2]d %[3]s %[4]d", dayMonth: "%[2]d %[3]s %[4]d",
		every: map[string][2]string{"DAILY": {"chaque jour", "tous les %d jours"}, "WEEKLY": {"chaque semaine", "toutes les %d semaines"}, "MONTHLY": {"chaque mois", "tous les %d mois"}, "YEARLY": {"chaque année", "tous les %d ans"}},
		on:    "le ", onJoin: ", le ", working: "du lundi au vendredi", theDay: "le %d", theNth: "le %[1]s %[2]s", workDay: "jour ouvré", anyDay: "jour",
		ordinals: [6]string{"dernier", "premier", "deuxième", "troisième", "quatrième", "cinquième"}, inMonth: "en %s", times: "%d fois", until: "jusqu'au %s", furthered: "règle",
	},
	"es": {
		invitation: "Invitación", cancelled: "Cancelado", proposal: "Nueva hora propuesta", event: "Evento",
		accepts: "%s acepta", declines: "%s rechaza", tentative: "%s acepta provisionalmente", answers: "%s responde",
		when: "Cuándo", where: "Dónde", organizer: "Organizador", repeats: "Repetición", note: "Nota",
		weekdays: list7("domingo lunes martes miércoles jueves viernes sábado"),
		months:   list12("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
		date:     "%[1]s, %[2]d de %[3]s de %[4]d", dayMonth: "%[2]d de %[3]s de %[4]d",
		every: map[string][2]string{"DAILY": {"cada día", "cada %d días"}, "WEEKLY": {"cada semana", "cada %d semanas"}, "MONTHLY": {"cada mes", "cada %d meses"}, "YEARLY": {"cada año", "cada %d años"}},
		on:    "el ", onJoin: ", el ", working: "de lunes a viernes", theDay: "el día %d", theNth: "el %[1]s %[2]s", workDay: "día laborable", anyDay: "día",
		ordinals: [6]string{"último", "primer", "segundo", "tercer", "cuarto", "quinto"}, inMonth: "en %s", times: "%d veces", until: "hasta el %s", furthered: "regla",
	},
}

func list7(s string) (list [7]string)   { copy(list[:], strings.Fields(s)); return list }
func list12(s string) (list [12]string) { copy(list[:], strings.Fields(s)); return list }
