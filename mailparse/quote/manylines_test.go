package quote

import "testing"

// TestIntroductionsOfManyLines: an introduction that a program broke into three lines is none of the author's,
// and neither are the fields that Yandex writes above it. What the author wrote right above it stays.
func TestIntroductionsOfManyLines(t *testing.T) {
	const want = "It works now."
	for _, intro := range []string{
		"On Nov 21, 2025,\nat 10:18,\nAna <ana@example.net> wrote:",
		"On Wed, Dec 9, Ana Berg\n<ana@example.net>\nwrote:",
		"Am 3. November 2025\num 10:12:05\nschrieb Ana <ana@example.net>:",
		"Le mar. 3 nov. 2025\nà 10:12\nAna Berg <ana@example.net> a écrit :",
		"----------------\nКому: ana@example.net (ana@example.net);\nТема: Принтер;\n03.11.2025, 10:12, \"Ana\" <ana@example.net>:",
		"-----\nTo: ana@example.net;\nSubject: printer;\n03.11.2025, 10:12, \"Ana\" <ana@example.net>:",
	} {
		for _, text := range []string{want + "\n\n" + intro + "\n> Does it?\n", want + "\n\n" + intro + "\n\n> Does it?\n> Ana\n"} {
			if got := replyOf(text); got != want {
				t.Errorf("reply of %q = %q, want %q", text, got, want)
			}
		}
	}
	for _, own := range []string{
		"Am besten morgen", "On Monday it was off", "I was on floor 3", "Room 12", "Subject: the printer of room 3", "-----\nwhat now", "On my desk 3 lamps blink",
	} {
		for _, intro := range []string{
			"Am 3. November 2025 um 10:12 schrieb Ana <ana@example.net>:", "On Mon, 3 Nov 2025 at 10:12, Ana <ana@example.net> wrote:", "03.11.2025, 10:12, \"Ana\" <ana@example.net>:",
		} {
			if got := replyOf(want + "\n\n" + own + "\n" + intro + "\n> Does it?\n"); got != want+"\n\n"+own {
				t.Errorf("reply above %q = %q, want %q", intro, got, want+"\n\n"+own)
			}
		}
	}
}

// TestHeadersOfOtherWords: the header of an older mail is found where one of its fields has a name that is not
// known, where blanks make its names wide, where a sentence stands in the place of a mark, and as Notes begins it.
func TestHeadersOfOtherWords(t *testing.T) {
	const want = "It works now."
	for _, header := range []string{
		"From: Ana <ana@example.net>\nPosted at: Monday 10:12\nTo: Bo <bo@example.net>\nSubject: printer",
		"من: Ana <ana@example.net>\nزمن الارسال الاول: الثلاثاء 10:12\nإلى: Bo <bo@example.net>\nالموضوع: الطابعة",
		"----------\n发件人：Ana <ana@example.net>\n日　期：2025年11月03日 10:12:00\n收件人：bo<bo@example.net>\n主　题：打印机",
		"Am 03.11.25 um 10:12 schrieb Klarstein Deutschland - Payments\nVon: \"Klarstein Deutschland - Payments\"\nDatum: 3. November 2025\nAn: [entfernt]",
		"On 3 Nov 2025 at 10:12 the team of Example wrote\nFrom: Example Team\nDate: 3 November 2025\nTo: [removed]",
		"Ana Berg ---03.11.2025 10:12:33---Is it still off?\n\nVon: Ana <ana@example.net>\nAn: bo@example.net\nDatum: 03.11.2025 10:12\nBetreff: Drucker",
		"[Inactive hide details for Ana Berg ---11/03/2025 10:12:33 AM---Is it]Ana Berg ---11/03/2025 10:12:33 AM---Is it still off?\n\nFrom: Ana <ana@example.net>\nTo: bo@example.net\nDate: 11/03/2025\nSubject: printer",
	} {
		if got := replyOf(want + "\n\n" + header + "\n\nIs it still off?\n"); got != want {
			t.Errorf("reply above %q = %q, want %q", header, got, want)
		}
	}
	for _, text := range []string{
		"The form says:\n\nFrom: Berlin\nBy way of: Köln\nTo: Paris\nwhat does it cost?",
		"On 3 November at 10:12 Ms Klein wrote to us\nfrom: Berlin, I believe\nand nobody answered.",
		"The log has ---03.11.2025--- and nothing else.",
		"On 3 Nov 2025 at 10:12 it says\nFrom: scanner\nError: 12\nwhat is that?",
	} {
		if got := replyOf(text + "\n"); got != text {
			t.Errorf("reply of %q = %q, want all of it", text, got)
		}
	}
}
