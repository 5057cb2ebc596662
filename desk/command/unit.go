package command

// units are the words for units of time that figures are counted by, in the eight languages.
var units = map[string]map[string]bool{
	"week":  byLanguage("week weekly semaine woche semana settimana tydzien"),
	"month": byLanguage("month monthly mois monat mes mese maand miesiac"),
}

// Unit returns the unit of time that is meant by what follows a question for figures: week
// or month; a week where nothing follows.
func Unit(arg string) (unit string, known bool) {
	word := folded(arg)
	if word == "" {
		return "week", true
	}
	for unit, words := range units {
		if words[word] {
			return unit, true
		}
	}
	return "", false
}
