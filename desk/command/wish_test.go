package command

import (
	"strings"
	"testing"
)

func TestReadWish(t *testing.T) {
	for _, tt := range []struct {
		text string
		want Wish
	}{
		{"#close\n", Wish{Name: WishClose}},
		{"  #Fermer\n", Wish{Name: WishClose}},
		{"#schließen\nIt works.\n", Wish{Name: WishClose, Rest: "It works."}},
		{"#reopen\n\nIt jams again.\n\nAna\n", Wish{Name: WishReopen, Rest: "It jams again.\n\nAna"}},
		{"#good", Wish{Name: WishGood}},
		{"#źle\n", Wish{Name: WishBad}},
		{"#list", Wish{Name: WishList}},
		{"#open", Wish{Name: WishList}},
		{"#langue en\n", Wish{Name: WishLanguage, Arg: "en"}},
		{"#language: Deutsch", Wish{Name: WishLanguage, Arg: "Deutsch"}},
		{"#language\n", Wish{}},
		{"#close it please\n", Wish{}},
		{"#resolve\n", Wish{}},
		{"close\n", Wish{}},
		{"> #close\n", Wish{}},
		{"It works.\n#close\n", Wish{}},
		{"", Wish{}},
	} {
		if got := ReadWish(tt.text); got != tt.want {
			t.Errorf("%q: %+v, want %+v", tt.text, got, tt.want)
		}
	}
}

func TestAsksOpen(t *testing.T) {
	for _, tt := range []struct {
		subject, text string
		answers, want bool
	}{
		{"", "What is open?\n", false, true},
		{"What is open?", "", false, true},
		{"My requests", "What’s open?", false, true},
		{"Frage", "Guten Tag,\n\nwas ist noch offen?\n\nMit freundlichen Grüßen\nAna Roth\n", false, true},
		{"", "Bonjour, quelles sont mes demandes en cours ? Merci !", false, true},
		{"", "¿Qué sigue abierto?", false, true},
		{"", "Cos’è aperto?", false, true},
		{"", "Che cosa è ancora aperto? Grazie", false, true},
		{"", "Wat staat er nog open? Alvast bedankt", false, false},
		{"", "Wat staat er nog open?\n\nMet vriendelijke groet,\nAna", false, true},
		{"", "Dzień dobry, jakie mam otwarte zgłoszenia?", false, true},
		{"", "O que está em aberto? Obrigada", false, true},
		{"Printer", "What is open?", true, true},
		{"Printer", "What is open?", false, false},
		{"", "What is open on Sunday?", false, false},
		{"", "What is open? And when does my printer come?", false, false},
		{"", "The door is open.", false, false},
		{"", "What is open in 1042?", false, false},
		{"What is open?", "The shop?", false, false},
		{"What is open?", "", true, false},
		{"", "", false, false},
		{"", strings.Repeat("What is open? ", 50), false, false},
	} {
		if got := AsksOpen(tt.subject, tt.text, tt.answers, "Ana Roth"); got != tt.want {
			t.Errorf("%q, %q, answers %t: %t, want %t", tt.subject, tt.text, tt.answers, got, tt.want)
		}
	}
}

func TestAsksLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"In English, please.":                           "en",
		"Please write to me in German. Thank you, Ana":  "de",
		"Auf Englisch bitte":                            "en",
		"En français s’il vous plaît":                   "fr",
		"Pouvez-vous m’écrire en allemand ?":            "de",
		"En inglés, por favor":                          "en",
		"Può scrivermi in inglese? Grazie":              "en",
		"Graag in het Engels":                           "en",
		"Po polsku proszę":                              "pl",
		"Czy mogą Państwo pisać po angielsku?":          "en",
		"Em português, por favor":                       "pt",
		"English":                                       "",
		"In English the menu is called Extras.":         "",
		"I need the manual in English, please.":         "",
		"Can you write to me in German about the bill?": "",
	} {
		if got := AsksLanguage(text, "Ana Roth"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestLanguageNamed(t *testing.T) {
	for word, want := range map[string]string{
		"fr": "fr", "FR": "fr", "pt-BR": "pt", "Français": "fr", "francais": "fr", "French": "fr", "Französisch": "fr", "franzosisch": "fr", "język polski": "", "polski": "pl",
		"Nederlands": "nl", "inglese": "en", "da": "", "klingon": "", "": "",
	} {
		got, known := LanguageNamed(word)
		if got != want || known != (want != "") {
			t.Errorf("%q: %q, %t, want %q", word, got, known, want)
		}
	}
}
