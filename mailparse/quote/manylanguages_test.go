package quote

import (
	"os"
	"strings"
	"testing"
)

// TestMarks: what stands between dashes above older mail, in any language, with and
// without fields below it.
func TestMarks(t *testing.T) {
	const words = "Yes, it works now."
	languages, marks := readCases(t, "testdata/marks.txt")
	for i, mark := range marks {
		for _, older := range []string{
			"-------- " + mark + " --------\nSubject: printer\nFrom: Support <support@example.org>\nTo: ana@example.net\nDate: 3. 11. 2026 10:12\n\nDoes it work?",
			"-----" + mark + "-----\n\nDoes it work?",
		} {
			if got := replyOf(words + "\n\n" + older + "\n"); got != words {
				t.Errorf("%s: reply above %q = %q, want %q", languages[i], older, got, words)
			}
		}
	}
	if got := replyOf(words + "\n\n----- Words that nobody knows -----\nFrom: Support <support@example.org>\nSubject: printer\n\nDoes it work?\n"); got != words {
		t.Errorf("reply above a mark in unknown words = %q, want %q", got, words)
	}
}

// TestWarnings: what gateways put on top, in any language and wording, in plain text and
// on a page.
func TestWarnings(t *testing.T) {
	const words = "Hello,\n\nthe printer is still off."
	languages, banners := readCases(t, "testdata/banners.txt")
	for i, banner := range banners {
		lines := strings.Split(banner, " / ")
		var page []Line
		for _, l := range append(lines, "", "Hello,", "", "the printer is still off.") {
			page = append(page, Line{Text: l})
		}
		plain := split(plainLines(strings.Join(lines, "\n")+"\n\n"+words+"\n"), Unknown)
		if got := plain.take(written); got != words || plain.take(signed) == "" {
			t.Errorf("%s: reply below %q = %q, want %q", languages[i], banner, got, words)
		}
		if got := Page(page, Answer).Written; got != words {
			t.Errorf("%s: reply of a page below %q = %q, want %q", languages[i], banner, got, words)
		}
	}
}

// TestKeptWords: what people write is theirs, however much it looks like what programs
// write.
func TestKeptWords(t *testing.T) {
	raw, err := os.ReadFile("testdata/kept.txt")
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(raw)) {
		if strings.HasPrefix(l, "#") {
			continue
		}
		text := strings.ReplaceAll(strings.TrimSpace(l), `\n`, "\n")
		for _, whole := range []string{text, "Hello Kim,\n\n" + text, text + "\n\nThank you."} {
			for _, why := range []Purpose{Unknown, Answer} {
				if got := Plain(whole+"\n", why).Written; got != whole {
					t.Errorf("reply of %q = %q, want all of it", whole, got)
				}
			}
		}
	}
}

// TestAboveThisLine: the line of other desks above which their users answer.
func TestAboveThisLine(t *testing.T) {
	for _, line := range []string{
		"=-=-= Bitte antworten Sie oberhalb dieser Linie =-=-=", "##- Veuillez saisir votre réponse au-dessus de cette ligne -##",
		"## Por favor, responda encima de esta línea ##", "##- Digita la tua risposta sopra questa riga -##", "##- Skriv ditt svar ovanför den här raden -##",
		"##- Skriv svaret ditt over denne linjen -##", "##- Kirjoita vastauksesi tämän rivin yläpuolelle -##", "##- Wpisz swoją odpowiedź powyżej tej linii -##",
		"##- Napište odpověď nad tento řádek -##", "##- Введите свой ответ выше этой строки -##", "##- Введіть свою відповідь вище цього рядка -##",
		"##- Lütfen yanıtınızı bu satırın üzerine yazın -##", "##- Kérjük, e sor fölé írja válaszát -##", "##- Vă rugăm să introduceți răspunsul deasupra acestei linii -##",
		"##- Πληκτρολογήστε την απάντησή σας πάνω από αυτήν τη γραμμή -##", "##- אנא הקלד את תגובתך מעל שורה זו -##", "##- يرجى كتابة ردك فوق هذا السطر -##",
		"##- Vui lòng nhập phản hồi của bạn phía trên dòng này -##", "##- Ketik balasan Anda di atas baris ini -##", "##- โปรดพิมพ์คำตอบของคุณเหนือบรรทัดนี้ -##",
		"##- この行より上にご返信ください -##", "##- 请在此行上方输入您的回复 -##", "##- 請在此行上方輸入您的回覆 -##", "##- 이 줄 위에 답장을 입력하세요 -##",
		"~~~ Add your reply above here ~~~", "[Please do not change this line. Your reply must go above it.]",
	} {
		if got := replyOf("Yes, it is on.\n\n" + line + "\n\nDesk wrote a note:\n\nIs it on?\n"); got != "Yes, it is on." {
			t.Errorf("reply above %q = %q", line, got)
		}
	}
}
