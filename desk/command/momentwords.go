package command

import (
	"strings"
	"time"
)

// unit is one in which times are counted.
type unit int

const (
	perMinute unit = iota
	perHour
	perDay
	perWeek
	perMonth
)

// The words of times, in lower case and without accents, in English, German, French,
// Spanish, Italian, Portuguese, Dutch and Polish. No word means two things.
var (
	momentUnits = byWord(map[unit]string{
		perMinute: "m min mins minute minutes minuten minuto minutos minuti minuut minut minuty minute",
		perHour:   "h hr hrs hour hours stunde stunden std heure heures hora horas ora ore uur uren godzina godziny godzin godz",
		perDay:    "d day days tag tage tagen t jour jours j dia dias giorno giorni gg dag dagen dzien dni",
		perWeek:   "w week weeks woche wochen semaine semaines semana semanas settimana settimane weken tydzien tygodnie tygodni tygodniu",
		perMonth:  "month months monat monate monaten mois mes meses mese mesi maand maanden miesiac miesiace miesiecy",
	})

	momentDays = byWord(map[int]string{
		0: "today heute aujourd'hui hoy oggi hoje vandaag dzisiaj dzis",
		1: "tomorrow tmr morgen demain manana domani amanha jutro",
		2: "overmorrow ubermorgen uebermorgen apres-demain dopodomani overmorgen pojutrze pasado_manana",
	})

	momentWeekdays = byWord(map[time.Weekday]string{
		time.Monday:    "monday mon montag mo lundi lun lunes lunedi segunda segunda-feira maandag ma poniedzialek poniedzialku pon",
		time.Tuesday:   "tuesday tue tues dienstag di mardi martes martedi terca terca-feira dinsdag wtorek wtorku",
		time.Wednesday: "wednesday wed mittwoch mi mercredi miercoles mercoledi quarta quarta-feira woensdag wo sroda srode srody",
		time.Thursday:  "thursday thu thur thurs donnerstag do jeudi jueves giovedi quinta quinta-feira donderdag czwartek czwartku",
		time.Friday:    "friday fri freitag fr vendredi viernes venerdi sexta sexta-feira vrijdag vr piatek piatku",
		time.Saturday:  "saturday sat samstag sa sonnabend samedi sabado sabato zaterdag za sobota sobote soboty",
		time.Sunday:    "sunday sun sonntag so dimanche domingo domenica zondag zo niedziela niedziele niedzieli",
	})

	momentMonths = byWord(map[int]string{
		1:  "january jan januar janner jaenner janvier janv enero ene gennaio gen janeiro januari stycznia styczen",
		2:  "february feb februar fevrier fevr febrero febbraio fevereiro fev februari lutego luty",
		3:  "march mar marz maerz mars marzo marco maart mrt marca marzec",
		4:  "april apr avril avr abril abr aprile kwietnia kwiecien",
		5:  "may mai mayo maggio mag maio mei maja maj",
		6:  "june jun juni juin junio giugno giu junho czerwca czerwiec",
		7:  "july jul juli juillet juil julio luglio lug julho lipca lipiec",
		8:  "august aug aout agosto ago augustus sierpnia sierpien",
		9:  "september sep sept septembre septiembre settembre set setembro wrzesnia wrzesien",
		10: "october oct oktober okt octobre octubre ottobre ott outubro out pazdziernika pazdziernik",
		11: "november nov novembre noviembre novembro listopada listopad",
		12: "december dec dezember dez decembre diciembre dic dicembre dezembro grudnia grudzien",
	})

	momentNumbers = byWord(map[int]string{
		1: "a an one ein eine einen einer einem un une una uno um uma een jeden jedna",
		2: "two zwei deux dos due dois duas twee dwa dwie",
		3: "three drei trois tres tre drie trzy",
		4: "four vier quatre cuatro quattro quatro cztery",
		5: "five funf fuenf cinq cinco cinque vijf piec",
	})

	// momentNext are the words for the next one.
	momentNext = allOf("next nachste nachsten nachster nachstem naechste naechsten naechster naechstem kommende kommenden prochain prochaine proximo proxima prossimo prossima volgende nastepny nastepna przyszly przyszla przyszlym")

	// momentFiller are words that mean nothing beside a time.
	momentFiller = allOf("in until till til by on at for from now the t bis zum am um fur fuer ab dans jusqu'a jusqu'au jusque au le la a pendant pour hasta el las los en al de del para dentro fino alle alla tra fra per il entro ate o as dia em do das tot op om over voor za w we o na godz od i and und et y e en")
)

// ordinals follow the number of a day: 24th.
var ordinals = allOf("st nd rd th er")

// byWord returns what each word means; "_" is a blank.
func byWord[K comparable](meanings map[K]string) map[string]K {
	all := map[string]K{}
	for meaning, words := range meanings {
		for _, word := range strings.Fields(words) {
			all[strings.ReplaceAll(word, "_", " ")] = meaning
		}
	}
	return all
}

// allOf returns the set of some words.
func allOf(words string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(words) {
		all[word] = true
	}
	return all
}
