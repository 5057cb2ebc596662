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
		"My mails show\n-----BEGIN PGP SIGNED MESSAGE-----\nat the top, why?\n",
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

// TestBanners: what gateways write above a mail is set apart, in any language, and
// so is the line of a device that stands there; questions about them are not.
func TestBanners(t *testing.T) {
	const words = "Hello,\n\nthe printer is still off."
	for _, banner := range []string{
		"CAUTION: This email originated from outside of the organization. Do not click links or open attachments unless you recognize the sender and know the content is safe.",
		"CAUTION: This email originated from outside of the organization. Do not\nclick links or open attachments unless you recognize the sender and know\nthe content is safe.",
		"[EXTERNAL]", "*** EXTERNAL EMAIL ***", "⚠️ External sender",
		"You don't often get email from ana@example.net. Learn why this is important",
		"________________________________\nWarning: this message was sent from outside the company.\nBe careful with attachments.\n________________________________",
		"ACHTUNG: Diese E-Mail stammt von einem externen Absender. Klicken Sie nicht auf Links und öffnen Sie keine Anhänge.",
		"ATTENTION : ce courriel provient de l'extérieur de l'organisation. Ne cliquez pas sur les liens.",
		"PRECAUCIÓN: Este correo electrónico se ha originado fuera de la organización. No haga clic en los enlaces.",
		"ATTENZIONE: questa email proviene da un mittente esterno. Non cliccare sui link.",
		"CUIDADO: este e-mail teve origem fora da organização. Não clique em links nem abra anexos.",
		"LET OP: deze e-mail is afkomstig van buiten de organisatie. Klik niet op links.",
		"UWAGA: wiadomość pochodzi spoza organizacji. Nie klikaj w linki.",
		"VARNING: Detta mejl kommer från en extern avsändare. Klicka inte på länkar.",
		"ADVARSEL: Denne e-mail er sendt fra en ekstern afsender. Klik ikke på links.",
		"VAROITUS: Tämä viesti on lähetetty organisaation ulkopuolelta. Älä avaa liitteitä.",
		"Sent from my iPhone",
	} {
		for _, why := range []Purpose{Answer, Unknown} {
			s := split(plainLines(banner+"\n\n"+words+"\n"), why)
			if got := s.take(written); got != words || s.take(signed) == "" {
				t.Errorf("reply below %q = %q, want %q", banner, got, words)
			}
		}
	}
	// A page has no wrapped lines: the text may follow at once.
	for _, words := range []string{
		"The attachments of my mails do not open since today.", "Warning lights on the router are red.", "Die Anhänge gehen nicht auf.",
		"Phishing! Somebody asks for a password.", "I click on links, and open attachments, all day. Is that wrong?", "Nobody can open attachments.",
	} {
		if got := replyOf("CAUTION: This email originated from outside of the organization. Do not click links.\n\n" + words + "\n\nAna\n"); got != words+"\n\nAna" {
			t.Errorf("reply below a warning = %q, want all of %q", got, words)
		}
	}
	page := []Line{{Text: "CAUTION: External email - do not click links or open attachments"}, {Text: "Hello,"}, {Text: "the printer is still off."}}
	if got := Page(page, Answer).Written; got != "Hello,\nthe printer is still off." {
		t.Errorf("reply of a page below a warning = %q", got)
	}
	if got := replyOf("CAUTION: This mail was sent from outside of the company and by nobody we know\nHello, the printer is still off.\n"); got != "Hello, the printer is still off." {
		t.Errorf("reply right below a warning = %q", got)
	}
	// Outlook for phones writes its line above the text, and HTML marks it.
	for _, page := range [][]Line{
		{{Text: "Get Outlook for iOS <https://aka.example.com/o0ukef>", Signature: true}, {Text: "Hello."}},
		{{}, {Text: "Von meinem/meiner Galaxy gesendet", Signature: true}, {Text: "Hello."}, {Text: "Ana", Signature: true}},
	} {
		if got := Page(page, Answer).Written; got != "Hello." {
			t.Errorf("reply of a page below the marked line of a device = %q", got)
		}
	}
	for _, line := range []string{"Envoyé avec l'application mail SFR", "Wysłane z aplikacji Poczta WP", "Sent with Genius Scan."} {
		if got := replyOf(line + "\n\nHello.\n"); got != "Hello." {
			t.Errorf("reply below %q = %q", line, got)
		}
	}
	if got := Page([]Line{{Text: "Sent from my iPhone"}, {Text: "stands below my mails."}}, Answer).Written; !strings.HasPrefix(got, "Sent from") {
		t.Errorf("reply of a page that begins like the line of a device = %q", got)
	}
	for _, text := range []string{
		"Our mails say \"this email originated from outside\". Why is that?",
		"Why does it say External email above my mails?\n\nPlease help.",
		"The banner is wrong:\n\nCAUTION: This email originated from outside of the organization.\n\nWe are inside.",
		"CAUTION: This email originated from outside of the organization.",
		"Sent from my iPhone is what it says\n\nunder my mails.",
		"External email: it does not arrive since Monday.\n\nPlease help.",
		"Attention : courriel externe. Rien n'arrive depuis lundi.\n\nAidez-nous.",
		"Extern, intern, beides geht nicht.\n\nBitte kommen.",
	} {
		if got := replyOf(text + "\n"); got != text {
			t.Errorf("reply of %q = %q, want all of it", text, got)
		}
	}
}

// TestSetApartAtTheEnd: disclaimers of several paragraphs, and lines of devices with
// links and marks of direction.
func TestSetApartAtTheEnd(t *testing.T) {
	const words = "Hello,\n\nthe printer is still off.\n\nAna Berg"
	for _, apart := range []string{
		"Disclaimer\n\nThe information contained in this communication from the sender is confidential. It is intended solely for use by the recipient.\n\nThis email has been scanned for viruses and malware, and may have been automatically archived by Example Ltd.",
		"This message is confidential and intended only for the addressee.\nPlease delete it if you are not the intended recipient.\n\nExample Ltd, registered office: 1 High Street. We accept no liability for what is in it.\n\nThis email has been scanned for viruses and malware by Example.",
		"LEGAL NOTICE\n\nWe are a firm of 20 people.\n\nThis e-mail may contain confidential information. You are hereby notified that use is strictly prohibited.",
		"Haftungsausschluss:\n\nDiese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, löschen Sie sie bitte.\n\nDiese E-Mail wurde auf Viren geprüft.",
		"Virus-free. www.avast.com\n\nThis e-mail was checked by antivirus software and is virus-free, so you are hereby notified.",
		"Sent from Yahoo Mail for iPhone <https://mail.example.com/107872968?pid=native&c=Global_Acquisition_YMktg_315_Internal_EmailSignature&af_sub1=Acquisition&af_sub2=Global_YMktg&af_sub3=&af_sub4=100000604>",
		"\u202bأُرسلت من الـ iPhone\u202c", "\u2067Sent from my iPhone\u2069", "\u200fنשלח מה-iPhone שלי\u200f",
		"Please consider the environment before printing this email.",
	} {
		s := split(plainLines(words+"\n\n"+apart+"\n"), Answer)
		if apart[0] == 0xe2 && strings.HasPrefix(apart, "\u200f") {
			continue // letters of two alphabets: no device writes so
		}
		if got := s.take(written); got != words {
			t.Errorf("reply above %q = %q, want %q", apart, got, words)
		}
	}
	const kept = "Disclaimer\n\nWe need a new one for our mails. Can you write it?"
	if got := replyOf("Hello,\n\n" + kept + "\n"); got != "Hello,\n\n"+kept {
		t.Errorf("reply = %q, want all of it", got)
	}
}

// TestBelowTheSignature: what somebody writes below a signature is theirs, and the
// rest of the signature is not.
func TestBelowTheSignature(t *testing.T) {
	for _, tt := range []struct{ below, want string }{
		{"PS: the printer of room 3 as well!", "PS: the printer of room 3 as well!"},
		{"P.S. nils7 is locked, too", "P.S. nils7 is locked, too"},
		{"P.D.: también la de la sala 3", "P.D.: también la de la sala 3"},
		{"NB: until noon, please", "NB: until noon, please"},
		{"Can somebody come by today?", "Can somebody come by today?"},
		{"One thing more: the second printer is still off, so please come by today.", "One thing more: the second printer is still off, so please come by today."},
		{"We print for you.", ""},
		{"Room 12, High Street 3", ""},
		{"Call us at +49 30 1234567 whenever you want, we are there for you day and night.", ""},
		{"This e-mail may contain confidential information. If you are not the intended recipient, delete it.", ""},
		{"Sent from my iPhone", ""},
		{"Psychology Department", ""},
	} {
		want := strings.TrimSpace("Thank you.\n\n" + tt.want)
		if got := replyOf("Thank you.\n\n-- \nAna Berg\nExample Ltd\n\n" + tt.below + "\n"); got != want {
			t.Errorf("reply with %q below the signature = %q, want %q", tt.below, got, want)
		}
	}
	for line, is := range map[string]bool{
		"PS: the printer of room 3 as well!": true, "P.S. nils7 is locked, too": true, "NB: until noon, please": true, "З.Ы.: и сканер тоже": true,
		"PS Consulting GmbH": false, "PD Dr. Weber": false, "P.S.": false, "PS4 team": false, "NB Power": false,
	} {
		want := "Thank you."
		if is {
			want += "\n" + line
		}
		if got := replyOf("Thank you.\n\n-- \nAna Berg\n" + line + "\n"); got != want {
			t.Errorf("reply with %q right below the name = %q, want %q", line, got, want)
		}
	}
	page := []Line{{Text: "Thank you."}, {}, {Text: "--"}, {Text: "Ana Berg", Signature: true}, {Text: "Example Ltd", Signature: true}, {}, {Text: "The second one is off."}}
	if got := Page(page, Answer); got.Written != "Thank you.\n\nThe second one is off." || got.Signature != "--\nAna Berg\nExample Ltd" && got.Signature != "Ana Berg\nExample Ltd" {
		t.Errorf("below a marked signature: %q, %q", got.Written, got.Signature)
	}
}

// TestWrappedQuotes: pieces of quoted lines that lost their mark are old, answers
// between the lines are not.
func TestWrappedQuotes(t *testing.T) {
	const intro = "On Tue, 3 Nov 2026 at 10:12, Desk <support@example.org> wrote:\n"
	for _, tt := range []struct{ name, text, want string }{
		{"pieces", "It works.\n\n" + intro + "> please switch the printer off, wait for half a minute, and switch it on\nagain.\n> If the light stays red then, write to us once more and tell us the number on\nthe label.\n> Desk\n", "It works."},
		{"two pieces", "It works.\n\n" + intro + "> Please switch the printer off and wait for half a minute before you then\nswitch it on\nagain.\n> Desk\n", "It works."},
		{"the last piece", "It works.\n\n" + intro + "> please switch the printer off, wait for half a minute, and then switch\nit on again.\n", "It works."},
		{"an answer to the last line", intro + "> please switch the printer off, wait for half a minute, and then switch\nit on again does not help.\n", "it on again does not help."},
		{"an answer", intro + "> Does the printer of the second floor print again since this morning, or not?\nyes, it does.\n> Thanks\n", "yes, it does."},
		{"a short line above", intro + "> Which version?\nseventeen.\n> Thanks\n", "seventeen."},
	} {
		if got := replyOf(tt.text); got != tt.want {
			t.Errorf("%s: reply = %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestOtherHeadings: headings of older mail without accents, on one line, below an
// introduction, and of French web mailers.
func TestOtherHeadings(t *testing.T) {
	const words = "Merci, cela marche."
	for name, heading := range map[string]string{
		"Orange":           "====\n\nMessage du : 03/11/2026 10:12\nDe : \"Desk\" <support@example.org>\nA : ana@example.net\nCopie à :\nSujet : Imprimante",
		"without accents":  "De: Desk <support@example.org>\nEnvoye: mardi 3 novembre 2026 10:12\nA: ana@example.net\nObjet: Imprimante",
		"Polish, bare":     "Od: Desk <support@example.org>\nWyslano: 3 listopada 2026 10:12\nDo: ana@example.net\nTemat: Drukarka",
		"Czech, bare":      "Od: Desk <support@example.org>\nOdeslano: 3. listopadu 2026 10:12\nKomu: ana@example.net\nPredmet: Tiskarna",
		"glued":            "De : Desk <support@example.org>Envoyé : mardi 3 novembre 2026 10:12À : Ana <ana@example.net>Objet : Imprimante",
		"glued in English": "From: Desk <support@example.org>Sent: Tuesday, 3 November 2026 10:12To: Ana <ana@example.net>Subject: printer",
		"introduced":       "Le mar. 3 nov. 2026 à 10:12, Desk <support@example.org> a écrit :\n\nDe : Desk <support@example.org>\nEnvoyé : mardi 3 novembre 2026 10:12\nÀ : ana@example.net\nObjet : Imprimante",
		"a mark above":     "-------- Message d'origine --------\nDe : Desk <support@example.org>\nDate : 03/11/2026 10:12\nÀ : ana@example.net\nObjet : Imprimante",
	} {
		if got := replyOf(words + "\n\n" + heading + "\n\nBonjour, redémarrez-la.\n"); got != words {
			t.Errorf("%s: reply = %q, want %q", name, got, words)
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

// TestAnswerBelowAFullLine: an answer in small letters below a quoted line is no piece of it.
func TestAnswerBelowAFullLine(t *testing.T) {
	text := "Hi Ana, see below.\n\n> I would like to know whether the new printer has to be connected\nno, wifi works as well\n\nBest, Joe\n"
	if got := replyOf(text); !strings.Contains(got, "no, wifi works as well") {
		t.Errorf("reply = %q", got)
	}
}
