package command

import "strings"

// undoWords are what agents write who take back what they just sent, without a number
// sign, and stopWords those that mean it only in answer to a mail about what waits. Both
// are written as [latin] does.
var (
	undoWords = wordsOf("undo", "ruckgangig", "rueckgaengig", "zurucknehmen", "zuruecknehmen", "annuler", "deshacer", "annulla", "ongedaan", "ongedaan maken", "terugdraaien", "cofnij", "desfazer")
	stopWords = wordsOf("stop", "stopp", "halt", "arreter", "arrete", "arretez", "detener", "para", "alto", "ferma", "fermate", "parar", "pare", "zatrzymaj", "wait", "warte", "cancel", "abbrechen")
)

func wordsOf(all ...string) map[string]bool {
	set := map[string]bool{}
	for _, w := range all {
		set[latin(w)] = true
	}
	return set
}

// isMark reports whether a character may stand around a word without being part of it.
func isMark(r rune) bool { return strings.ContainsRune(opening+closing+marks+"¡?… ", r) }

// TakesBack reports whether a text consists of a word by which agents take back what
// they sent. weak: the word means that only in answer to a mail about what waits. rest
// is what follows on further lines, which may be the writer's name.
func TakesBack(text string) (word, weak bool, rest string) {
	first, rest, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if len(first) > longest {
		return false, false, ""
	}
	said := latin(strings.ToLower(strings.TrimFunc(fold(first), isMark)))
	weak = stopWords[said]
	return weak || undoWords[said], weak, strings.TrimSpace(rest)
}
