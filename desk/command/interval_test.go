package command

import "testing"

func TestReadChase(t *testing.T) {
	for text, want := range map[string]string{
		"3x2d": "3 2d", "3 x 2d": "3 2d", "3×2d": "3 2d", "3x 2 days": "3 2d", "3X2D": "3 2d", "2d": "3 2d", "every 2 days": "3 2d", "3 times every 2 working days": "3 2d",
		"1x1w": "1 1w", "twice": "", "2x1 week": "2 1w", "every week": "3 1w", "once a week": "", "a week": "3 1w", "5x4h": "5 4h", "2x30m": "2 30m",
		"3 mal alle 2 Tage": "3 2d", "alle 2 Tage": "3 2d", "jede Woche": "3 1w", "3 fois tous les 2 jours": "3 2d", "3 veces cada 2 días": "3 2d", "3 volte ogni 2 giorni": "3 2d",
		"3 vezes a cada 2 dias": "3 2d", "3 keer om de 2 dagen": "3 2d", "3 razy co 2 dni": "3 2d", "co tydzień": "3 1w",
		"": "", "3x": "", "3": "", "0x2d": "", "11x2d": "", "3x0d": "", "3x61d": "", "3x2": "", "3x2months": "", "3x2d soon": "", "x2d": "", "3xd": "", "Friday": "", "3x2d3h": "",
	} {
		c, ok := ReadChase(text)
		got := ""
		if ok {
			got = string(rune('0'+c.Times)) + " " + c.Every.String()
			if back, err := ParseInterval(c.Every.String()); err != nil || back != c.Every {
				t.Errorf("ParseInterval(%q) = %v, %v", c.Every, back, err)
			}
		}
		if got != want {
			t.Errorf("ReadChase(%q) = %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{"", "d", "2", "2y", "2d ", "-1d"} {
		if i, err := ParseInterval(text); err == nil {
			t.Errorf("ParseInterval(%q) = %v", text, i)
		}
	}
}
