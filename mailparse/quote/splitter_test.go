package quote

import (
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"maildesk/mailparse/charset"
)

// replyOf takes plain text apart as the body of an answer.
func replyOf(text string) string { return split(plainLines(text), Answer).take(written) }

// readCases reads "LANGUAGE TEXT" lines.
func readCases(t *testing.T, file string) (languages, texts []string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(raw)) {
		language, text, found := strings.Cut(strings.TrimSpace(l), " ")
		if found && language != "#" {
			languages, texts = append(languages, language), append(texts, text)
		}
	}
	return languages, texts
}

// TestIntroductions: what stands above a quote is not the author's, in any
// language, on one line or broken over two.
func TestIntroductions(t *testing.T) {
	languages, intros := readCases(t, "testdata/introductions.txt")
	for i, intro := range intros {
		for name, text := range map[string]string{
			"quoted":      "Yes, it works now.\n\n" + intro + "\n\n> Does it work?\n> Ana\n",
			"no gap":      "Yes, it works now.\n" + intro + "\n> Does it work?\n",
			"in a quote":  "Yes, it works now.\n\n> " + intro + "\n>\n> Does it work?\n",
			"bottom post": intro + "\n> Does it work?\n\nYes, it works now.\n",
			"broken":      "Yes, it works now.\n\n" + breakLine(intro) + "\n\n> Does it work?\n",
		} {
			if got, want := replyOf(text), "Yes, it works now."; got != want {
				t.Errorf("%s, %s: reply of %q = %q, want %q", languages[i], name, text, got, want)
			}
		}
	}
}

// breakLine breaks a long line at a blank near its middle, as programs do.
func breakLine(s string) string {
	if len(s) < 50 {
		return s
	}
	for i := len(s) / 2; i < len(s); i++ {
		if s[i] == ' ' {
			return s[:i] + "\n" + s[i+1:]
		}
	}
	return s
}

// TestUnquotedHistory: below most introductions older mail follows even when
// nothing marks it as quoted.
func TestUnquotedHistory(t *testing.T) {
	languages, intros := readCases(t, "testdata/introductions.txt")
	missed := 0
	for i, intro := range intros {
		text := "Yes, it works now.\n\n" + intro + "\n\nDoes it work?\nAna\n"
		if got := replyOf(text); got != "Yes, it works now." {
			missed++
			t.Logf("%s: reply of %q = %q", languages[i], text, got)
		}
	}
	if missed*10 > len(intros) {
		t.Errorf("%d of %d introductions without a quote were missed, want at most a tenth", missed, len(intros))
	}
}

// TestHeaderBlocks: Outlook's block ends what the author wrote.
func TestHeaderBlocks(t *testing.T) {
	languages, blocks := readCases(t, "testdata/headerblocks.txt")
	for i, block := range blocks {
		f := strings.Split(block, "|")
		plain := f[0] + ": Support <support@example.org>\n" + f[1] + ": 3.11.2025 10:12\n" + f[2] + ": Ana <ana@example.net>\n" + f[3] + ": printer\n"
		for name, text := range map[string]string{
			"plain":        "Yes, it works now.\n\n" + plain + "\nDoes it work?\n",
			"rule":         "Yes, it works now.\n\n________________________________\n" + plain + "\nDoes it work?\n",
			"bold":         "Yes, it works now.\n\n*" + strings.ReplaceAll(plain, ": ", ":* ") + "\nDoes it work?\n",
			"gaps":         "Yes, it works now.\n\n" + strings.ReplaceAll(plain, "\n", "\n\n") + "\nDoes it work?\n",
			"original":     "Yes, it works now.\n\n-----Original Message-----\n" + plain + "\nDoes it work?\n",
			"no addresses": "Yes, it works now.\n\n" + f[0] + ": Support\n" + f[1] + ": 3.11.2025 10:12\n" + f[2] + ": Ana\n" + f[3] + ": printer\n\nDoes it work?\n",
		} {
			if got, want := replyOf(text), "Yes, it works now."; got != want {
				t.Errorf("%s, %s: reply of %q = %q, want %q", languages[i], name, text, got, want)
			}
		}
	}
}

// TestReplyKeepsTheAuthor: text that looks like the marks of older mail, yet is
// the author's own.
func TestReplyKeepsTheAuthor(t *testing.T) {
	for _, text := range []string{
		"On 3 May we moved to the second floor.\nSince then the printer prints nothing.\n",
		"I wrote the following on 3 May 2026:\n\nPlease give me access to the archive.\n",
		"Steps:\n1. open the page at 10:30:\n2. nothing happens\n",
		"From: Berlin\nTo: Hamburg\nDate: 3 May\n\nPlease book a train.\n",
		"The mail had these fields:\nSubject: hello\n\nWhat does it mean?\n",
		"Anna wrote that it works.\nIt does not:\nsee the screenshot.\n",
		"$ ls\n--\n-- comment in SQL\nSELECT 1;\n" + "line\nline\nline\nline\nline\nline\nline\nline\nline\nline\nline\nline\nline\nline\nline\nline\n",
		"mysql> select 1;\nmysql> select 2;\n\nBoth fail.\n",
		"Original message\nwas not delivered, says the log.\n",
		"The report is confidential and must not leave the house. Where may I store it?\n",
		"Sent from my desk, is much easier than my phone.\n",
		"Hello,\n\nI am not the intended recipient of these invoices, please correct the address.\n",
		"Hola,\n\nHe borrado por error la carpeta compartida del equipo y necesito recuperarla hoy mismo.\n",
		"Добрый день,\n\nпришлите, пожалуйста, конфиденциальный отчёт ещё раз, файл не открывается на моём компьютере.\n",
		"Hi,\n\nour customers ask what this means: may contain confidential information, intended recipient. Can we change it?\n",
		"Total 5 > 3\n\n> 10 items are missing\n\nPlease check.\n",
		"-------\nTitle\n-------\nThe text below the title stays.\n",
		"Error:\n====\nat line 3\n====\nWhat is this?\n",
		"At 10:30 the server wrote:\n\ndisk full\n\nCan you look?\n",
		"Best regards,\nAna\n",
		"See https://example.org/a>b for more\n",
	} {
		if got, want := replyOf(text), Render(trimLines(plainLines(text))); got != want {
			t.Errorf("reply of %q = %q, want all of it", text, got)
		}
	}
}

// TestReplySetsApart: signatures, device lines, footers and disclaimers.
func TestReplySetsApart(t *testing.T) {
	const words = "Yes, it works now."
	for _, apart := range []string{
		"-- \nAna García\nRoom 12",
		"--\nAna",
		"—\nAna",
		"Sent from my iPhone",
		"Von meinem iPhone gesendet",
		"Envoyé de mon iPhone",
		"Enviado desde mi iPhone",
		"Enviado do meu iPhone",
		"Inviato da iPhone",
		"Verstuurd vanaf mijn iPhone",
		"Skickat från min iPhone",
		"Sendt fra min iPhone",
		"Lähetetty iPhonesta",
		"Wysłane z iPhone'a",
		"Odesláno z iPhonu",
		"Отправлено с iPhone",
		"Надіслано з iPhone",
		"iPhone'umdan gönderildi",
		"Στάλθηκε από το iPhone μου",
		"iPhoneから送信",
		"发自我的iPhone",
		"從我的 iPhone 傳送",
		"나의 iPhone에서 보냄",
		"أُرسلت من الـ iPhone",
		"Sent from Yahoo Mail on Android",
		"Get Outlook for iOS <https://aka.ms/o0ukef>",
		"Outlook für Android herunterladen <https://aka.ms/AAb9ysg>",
		"Sent with Proton Mail secure email.",
		"_______________________________________________\nprinters mailing list\nprinters@lists.example.org\nhttps://lists.example.org/printers",
		"This e-mail and any attachment is confidential and may be privileged. If you are not the intended recipient, please delete it.",
		"Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie bitte.",
		"-- \nAna\n\nThis message may contain confidential information. If you are not the intended recipient, delete it.",
	} {
		s := split(plainLines(words+"\n\n"+apart+"\n"), Answer)
		if got := s.take(written); got != words {
			t.Errorf("reply of %q = %q, want %q", words+"\n\n"+apart, got, words)
		}
		if got := s.take(signed); got == "" {
			t.Errorf("signature of %q is empty", apart)
		}
	}
}

// TestSignatureLines: what devices and companies add, in many languages.
func TestSignatureLines(t *testing.T) {
	const words = "Yes, it works now."
	kinds, texts := readCases(t, "testdata/signatures.txt")
	for i, text := range texts {
		s := split(plainLines(words+"\n\n"+text+"\n"), Answer)
		if got := s.take(written); got != words || s.take(signed) != text {
			t.Errorf("%s: reply above %q = %q, want %q", kinds[i], text, got, words)
		}
	}
}

// TestInlineAnswers: answers between quotes stay with the lines they answer.
func TestInlineAnswers(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"between", "On 3 May 2026, Desk wrote:\n> Which one?\n\nUpstairs.\n\n> Since when?\n\nMonday.\n\n> Thanks\n> Desk\n", "> Which one?\n\nUpstairs.\n\n> Since when?\n\nMonday."},
		{"with a greeting", "Hi,\n\nOn 3 May 2026, Desk wrote:\n> Which one?\n\nUpstairs.\n", "Hi,\n\n> Which one?\n\nUpstairs."},
		{"below", "On 3 May 2026, Desk wrote:\n> Which one?\n> Since when?\n\nUpstairs, Monday.\n\n-- \nAna\n", "Upstairs, Monday."},
		{"below an original message", "-----Original Message-----\nFrom: Desk <d@example.org>\nSent: Monday\nSubject: printer\n\n> Which one?\n\nUpstairs.\n", "Upstairs."},
		{"above", "Upstairs.\n\n> Which one?\n> Since when?\n", "Upstairs."},
		{"nothing new", "On 3 May 2026, Desk wrote:\n> Which one?\n", ""},
	} {
		if got := replyOf(tt.text); got != tt.want {
			t.Errorf("%s: reply of %q = %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

// TestHistory: what mail programs put below an answer is not the author's.
func TestHistory(t *testing.T) {
	archive, err := txtar.ParseFile("testdata/history.txtar")
	if err != nil {
		t.Fatal(err)
	}
	const words = "Yes, it works now.\nThanks a lot!"
	for _, f := range archive.Files {
		text := words + "\n\n" + string(f.Data)
		if got := replyOf(text); got != words {
			t.Errorf("%s: reply of %q = %q, want %q", f.Name, text, got, words)
		}
	}
}

func FuzzReply(f *testing.F) {
	f.Add("yes\n\nOn 3 May 2026, Ana <a@example.net> wrote:\n> no\n\nindeed\n", uint8(Answer))
	f.Add("Von: Ana\nGesendet: 3.5.2026\nAn: b@example.net\nBetreff: x\n\nhallo", uint8(Unknown))
	f.Add("seen?\n\nAm 3.5.2026 schrieb \"Ana\" <ana@example.net>:\n\n    hallo", uint8(PassOn))
	f.Fuzz(func(t *testing.T, text string, why uint8) {
		text = charset.CleanText(charset.Raw(text))
		s := split(plainLines(text), Purpose(why%3))
		if reply := s.take(written); !wordsIn(reply, text) {
			t.Errorf("split(%q): reply %q has other words", text, reply)
		}
	})
}
