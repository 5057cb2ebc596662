package quote

import "testing"

// TestCompare: what stands in older mail and is known is cut; what was typed into
// it, and mail that is not known, is not lost.
func TestCompare(t *testing.T) {
	const sent = "Dear Lena,\n\n1. Which system version do the tablets run?\n2. Do they reach the internet in the browser?\n3. May we restart?\n\nAlice\n\n-- \nQuay IT, request 1: https://desk.example.org/1\n"
	const notice = "From: Quay IT <support@example.org>\nSent: Saturday, 28 November 2026 16:10\nTo: Lena Ost <lena@school.example.com>\nSubject: [Quay IT #1] tablets\n\n"
	for _, tt := range []struct{ name, quoted, answers, unknown string }{
		{"nothing", "", "", ""},
		{"all of it", "On 28 Nov 2026, Quay IT wrote:\n> Dear Lena,\n>\n> 1. Which system version do the tablets run?\n> 2. Do they reach the internet in the browser?\n> 3. May we restart?\n>\n> Alice\n", "", ""},
		{"broken and joined anew", "> Dear Lena, 1. Which system version do\n> the tablets run? 2. Do they reach the internet in\n> the browser? 3. May we restart? Alice\n", "", ""},
		{"without the link", notice + "Dear Lena,\n1. Which system version do the tablets run?\n2. Do they reach the internet in the browser?\n3. May we restart?\nAlice\nQuay IT, request 1", "", ""},
		{"answers behind and below the lines", notice + "Dear Lena,\n1. Which system version do the tablets run? All have 17.1 by now.\n2. Do they reach the internet in the browser?\nTablet 14 does not.\n3. May we restart? Today yes.\nAlice\n",
			"1. Which system version do the tablets run? All have 17.1 by now.\n\n> 2. Do they reach the internet in the browser?\nTablet 14 does not.\n3. May we restart? Today yes.", ""},
		{"an answer above the first line", "> Hello!\n> Dear Lena,\n> 1. Which system version do the tablets run?\n> 2. Do they reach the internet in the browser?", "Hello!", ""},
		{"one word", "> 2. Do they reach the internet in the browser?\n> No.\n> 3. May we restart?\n> Yes.\n", "> 2. Do they reach the internet in the browser?\nNo.\n\n> 3. May we restart?\nYes.", ""},
		{"somebody else's mail", "On 27 Nov 2026, Kim <kim@school.example.com> wrote:\n> The tablets of room 3 are older,\n> please tell them.\n>\n> On 28 Nov 2026, Quay IT wrote:\n>> Dear Lena,\n>> 1. Which system version do the tablets run?\n",
			"", "On 27 Nov 2026, Kim <kim@school.example.com> wrote:\n\nThe tablets of room 3 are older,\nplease tell them."},
		{"fields above somebody else's mail", "From: Kim <kim@school.example.com>\nSent: Friday\nTo: Lena\nSubject: tablets\n\nRoom 3 has older ones.\n\n" + notice + "Dear Lena,\n",
			"", "From: Kim <kim@school.example.com>\nSent: Friday\nTo: Lena\nSubject: tablets\n\nRoom 3 has older ones."},
	} {
		got := Compare(tt.quoted, []string{sent})
		if got.Answers != tt.answers || got.Unknown != tt.unknown {
			t.Errorf("%s: Compare = %q, %q, want %q, %q", tt.name, got.Answers, got.Unknown, tt.answers, tt.unknown)
		}
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("On 3 May 2026, Ana <a@example.net> wrote:\n> no\n\nindeed\n", "no")
	f.Add("Von: Ana\nGesendet: 3.5.2026\nAn: b@example.net\nBetreff: x\n\nhallo", "")
	f.Fuzz(func(t *testing.T, quoted, sent string) {
		got := Compare(quoted, []string{sent})
		if text := got.Answers + "\n" + got.Unknown; !wordsIn(text, quoted) {
			t.Errorf("Compare(%q, %q) has other words: %q", quoted, sent, text)
		}
		if known := Compare(quoted, []string{quoted}); known.Answers != "" || known.Unknown != "" {
			t.Errorf("Compare(%q) with itself has news: %+v", quoted, known)
		}
	})
}
