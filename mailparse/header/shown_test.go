package header

import (
	"testing"
	"time"
)

// TestShownDate: the moment above a mail that is passed on, as programs show it in each
// language of the desk.
func TestShownDate(t *testing.T) {
	afternoon, morning := time.Date(2025, 11, 4, 14, 3, 0, 0, time.UTC), time.Date(2025, 11, 4, 9, 3, 0, 0, time.UTC)
	midnight := time.Date(2025, 11, 4, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		shown string
		want  time.Time
	}{
		{"Tue, 4 Nov 2025 14:03:00 +0000", afternoon},
		{"Tuesday, November 4, 2025 2:03 PM", afternoon}, {"Tuesday, November 4, 2025 9:03:00 AM", morning},
		{"Tue, Nov 4, 2025 at 2:03\u202fPM", afternoon}, {"04 November 2025 14:03", afternoon}, {"Tuesday, 4 November 2025 at 14:03:00 UTC", afternoon},
		{"November 4th, 2025, 2:03 p.m.", afternoon}, {"4th of November 2025 14:03", afternoon}, {"Sept. 4, 2025 at 12:03 AM", time.Date(2025, 9, 4, 0, 3, 0, 0, time.UTC)},
		{"11/4/2025 2:03 PM", afternoon}, {"04/11/2025 14:03", afternoon}, {"13/11/2025 2:03 PM", time.Date(2025, 11, 13, 14, 3, 0, 0, time.UTC)},
		{"2025-11-04 14:03", afternoon}, {"2025/11/4", midnight}, {"2025-11-04 15:03:00 +01:00", afternoon}, {"Tue, 4 Nov 2025 15:03 GMT+1", afternoon}, {"Tue, 4 Nov 2025 15:03 +0100 (CET)", afternoon},
		{"4 November 2025 at 15:03:00 CET", afternoon}, {"Tuesday, November 4, 2025 9:03 AM (EST)", afternoon}, {"4. November 2025 um 15:03:00 MEZ", afternoon},

		{"Dienstag, 4. November 2025 um 14:03 Uhr", afternoon}, {"Dienstag, 4. November 2025 14:03", afternoon}, {"Di., 4. Nov. 2025 um 14:03 Uhr", afternoon}, {"Di. 4.11.2025 um 14:03", afternoon},
		{"04.11.2025 14:03", afternoon}, {"4.11.25, 14:03", afternoon}, {"4. März 2025 um 14 Uhr", time.Date(2025, 3, 4, 14, 0, 0, 0, time.UTC)}, {"am 4. Jänner 2025, 14.03 Uhr", time.Date(2025, 1, 4, 14, 3, 0, 0, time.UTC)},

		{"mardi 4 novembre 2025 à 14:03", afternoon}, {"mardi 4 novembre 2025 14:03", afternoon}, {"mar. 4 nov. 2025 à 14:03", afternoon}, {"le mar. 4 nov. 2025 à 14h03", afternoon}, {"4 nov. 2025 à 14 h 03", afternoon},
		{"mar. 4 mars 2025 à 14:03", time.Date(2025, 3, 4, 14, 3, 0, 0, time.UTC)}, {"1er août 2025 14:03", time.Date(2025, 8, 1, 14, 3, 0, 0, time.UTC)}, {"ven. 4 juil. 2025 à 14 h", time.Date(2025, 7, 4, 14, 0, 0, 0, time.UTC)},
		{"4 févr. 2025 à 14:03", time.Date(2025, 2, 4, 14, 3, 0, 0, time.UTC)}, {"jeudi 4 déc. 2025 14:03:00", time.Date(2025, 12, 4, 14, 3, 0, 0, time.UTC)},

		{"martes, 4 de noviembre de 2025 14:03", afternoon}, {"martes, 4 de noviembre de 2025 2:03 p. m.", afternoon}, {"mar, 4 nov 2025 a las 14:03", afternoon}, {"El mar, 4 nov 2025 a la(s) 2:03 p.\u00a0m.", afternoon},
		{"4 de noviembre de 2025, 9:03 a.m.", morning}, {"1º de mayo de 2025 14:03", time.Date(2025, 5, 1, 14, 3, 0, 0, time.UTC)}, {"lun, 4 ago 2025 14:03", time.Date(2025, 8, 4, 14, 3, 0, 0, time.UTC)}, {"4 ene. 2025 14:03", time.Date(2025, 1, 4, 14, 3, 0, 0, time.UTC)},

		{"martedì 4 novembre 2025 14:03", afternoon}, {"mar 4 nov 2025 alle ore 14:03", afternoon}, {"Il giorno mar 4 nov 2025 alle 14:03", afternoon}, {"4 set 2025 ore 14.03", time.Date(2025, 9, 4, 14, 3, 0, 0, time.UTC)}, {"4 gen 2025 alle ore 14:03", time.Date(2025, 1, 4, 14, 3, 0, 0, time.UTC)},

		{"dinsdag 4 november 2025 14:03", afternoon}, {"dinsdag 4 november 2025 om 14:03 uur", afternoon}, {"di 4 nov. 2025 om 14:03", afternoon}, {"4 mrt. 2025 14:03", time.Date(2025, 3, 4, 14, 3, 0, 0, time.UTC)}, {"4 mei 2025 om 14 uur", time.Date(2025, 5, 4, 14, 0, 0, 0, time.UTC)}, {"04-11-2025 14:03", afternoon},

		{"wtorek, 4 listopada 2025 14:03", afternoon}, {"wt., 4 lis 2025 o 14:03", afternoon}, {"4 lis 2025, o godz. 14:03", afternoon}, {"wt. 4.11.2025 o 14:03", afternoon}, {"4 paź 2025 14:03", time.Date(2025, 10, 4, 14, 3, 0, 0, time.UTC)}, {"czwartek, 4 września 2025 14:03", time.Date(2025, 9, 4, 14, 3, 0, 0, time.UTC)},

		{"terça-feira, 4 de novembro de 2025 14:03", afternoon}, {"ter., 4 de nov. de 2025 às 14:03", afternoon}, {"Em ter., 4 de nov. de 2025 às 14:03", afternoon}, {"4 de dezembro de 2025 às 14h03", time.Date(2025, 12, 4, 14, 3, 0, 0, time.UTC)}, {"seg., 4 de ago. de 2025", time.Date(2025, 8, 4, 0, 0, 0, 0, time.UTC)},

		{"4. november 2025 kl. 14:03", afternoon}, {"den 4 nov. 2025 kl. 14.03", afternoon}, {"4. marraskuuta 2025 14.03", afternoon}, {"2025. november 4. 14:03", afternoon}, {"2025. 11. 04. 14:03", afternoon},

		{"Tuesday", time.Time{}}, {"yesterday at 14:03", time.Time{}}, {"4 November", time.Time{}}, {"31 February 2025", time.Time{}}, {"4 Nov 2025 25:03", time.Time{}}, {"", time.Time{}}, {"printer 2025 jams 3 times", time.Time{}},
	} {
		if got := ShownDate(tt.shown, time.UTC); !got.Equal(tt.want) {
			t.Errorf("ShownDate(%q) = %v, want %v", tt.shown, got, tt.want)
		}
	}
}
