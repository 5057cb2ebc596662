package command

import "testing"

func TestMinutes(t *testing.T) {
	for text, want := range map[string]int{
		"15m": 15, "15": 15, "15 min": 15, "15 min.": 15, "15 Minuten": 15, "90 minutos": 90, "1h": 60, "1h30": 90, "1h 30m": 90, "1 h 30 min": 90, "1:30": 90, "0:45": 45,
		"1.5h": 90, "1,5 Stunden": 90, "0,25h": 15, "2 godziny": 120, "une heure": 60, "an hour": 60, "2 uur": 120, "2 ore": 120, "1h5": 65, "24h": 1440,
		"": 0, "0": 0, "0m": 0, "25h": 0, "1d": 0, "2 days": 0, "soon": 0, "-15m": 0, "1:75": 0, "15m 1h": 0, "1h 1h": 0, "5 5": 0, "15 apples": 0, "1e3": 0, "999999999999m": 0,
	} {
		if got, ok := Minutes(text); ok != (want > 0) || ok && got != want {
			t.Errorf("Minutes(%q) = %d, %t; want %d", text, got, ok, want)
		}
	}
}
