package mailparse

import (
	"os"
	"strings"
	"testing"
	"time"
)

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

// checkPassedOn parses a mail that passes text on, with and without a remark
// above: the remark is the reply, or else the mail that was passed on. Its
// author is known in both.
func checkPassedOn(t *testing.T, name, text, content string) {
	t.Helper()
	for _, remark := range []string{"", "Please look at this."} {
		body, want := text, content
		if remark != "" {
			body, want = remark+"\n\n"+text, remark
		}
		m := Parse([]byte("From: Kim <kim@example.net>\nTo: desk@example.org\nSubject: Fwd: printer\n"+
			"Content-Type: text/plain; charset=utf-8\n\n"+body+"\n"), Envelope{})
		if strings.TrimSpace(m.Reply) != want {
			t.Errorf("%s: reply of %q = %q, want %q", name, body, m.Reply, want)
		}
		if len(m.Forwarded) != 1 || m.Forwarded[0].From != (Address{Name: "Ana Díaz", Address: "ana@example.com"}) {
			t.Errorf("%s: forwarded of %q = %+v, want one mail of Ana Díaz", name, body, m.Forwarded)
		}
	}
}

// TestForwards: mail that is passed on in the text, as the programs of many
// languages mark it.
func TestForwards(t *testing.T) {
	const content = "The printer is on fire.\nWhat now?"
	quoted := func(s string) string { return "> " + strings.ReplaceAll(s, "\n", "\n> ") }
	languages, rows := readCases(t, "testdata/forwards.txt")
	for i, row := range rows {
		f := strings.Split(row, "|")
		apple, thunderbird, from, date, sent, to, subject := f[0], f[1], f[2], f[3], f[4], f[5], f[6]
		block := from + ": Ana Díaz <ana@example.com>\n" + subject + ": printer\n" + date + ": 3. 11. 2025 10:12:13\n" + to + ": kim@example.net\n\n" + content
		for name, text := range map[string]string{
			"apple":       quoted(apple + ":\n\n" + block),
			"thunderbird": "-------- " + thunderbird + " --------\n" + strings.ReplaceAll(block, ": ", ": \t"),
			"full width":  apple + "：\n\n" + strings.ReplaceAll(block, ": ", "： "),
			"yahoo": "   ----- " + thunderbird + " ----- " + from + ": Ana Díaz <ana@example.com>" + to + ": \"kim@example.net\" <kim@example.net>" +
				sent + ": Tuesday, November 2, 2021, 09:26:50 AM GMT+1" + subject + ": printer\n " + content,
			"outlook": "________________________________\n" + from + ": Ana Díaz <ana@example.com>\n" + sent + ": 3.11.2025 10:12\n" + to + ": kim@example.net\n" +
				subject + ": printer\n\n" + content,
		} {
			checkPassedOn(t, languages[i]+", "+name, text, content)
		}
	}
}

// TestForwardShapes: other ways to pass mail on.
func TestForwardShapes(t *testing.T) {
	const content = "The printer is on fire."
	for name, text := range map[string]string{
		"introduced":        "On 3/11/2025, 10:12, \"Ana Díaz\" <ana@example.com> wrote:\n\n    " + content,
		"introduced, hu":    "2025. 11. 03. 10:12 időpontban Ana Díaz (ana@example.com) ezt írta:\n\n    " + content,
		"introduced, ru":    "3.11.2025 10:12 пользователь \"Ana Díaz\" <ana@example.com> написал:\n\n    " + content,
		"mark, quote":       "Forwarded message:\n\n> From: Ana Díaz <ana@example.com>\n> To: kim@example.net\n> Subject: printer\n>\n> " + content,
		"all quoted":        "> ---------- Original Message ----------\n> From: Ana Díaz <ana@example.com>\n> To: kim@example.net\n> Subject: printer\n>\n> " + content,
		"quote, no mark":    "> Von: Ana Díaz <ana@example.com>\n> An: kim@example.net\n> Betreff: printer\n>\n> " + content,
		"mark above, below": "==== Forwarded message ====\nFrom: Ana Díaz <ana@example.com>\nTo: kim@example.net\nSubject: printer\n==== Forwarded message ====\n\n" + content,
		"mutt":              "----- Forwarded message from Ana Díaz <ana@example.com> -----\n\nFrom: Ana Díaz <ana@example.com>\nTo: kim@example.net\nSubject: printer\nUser-Agent: Mutt/2.2\n\n" + content + "\n\n----- End forwarded message -----",
		"no empty line":     "Gesendet: Montag, 3. November 2025 um 10:12 Uhr\nVon: \"Ana Díaz\" <ana@example.com>\nAn: kim@example.net\nBetreff: printer\n" + content,
		"long subject":      "-----Original Message-----\nFrom: Ana Díaz <ana@example.com>\nTo: kim@example.net\nSubject: printer that has been\n burning since this morning\nDate: 3 Nov 2025\n\n" + content,
	} {
		checkPassedOn(t, name, text, content)
	}
}

// TestForwardHTML: Outlook marks by structure what it passes on.
func TestForwardHTML(t *testing.T) {
	m := Parse([]byte("From: Kim <kim@example.net>\nSubject: FW: printer\nContent-Type: text/html\n\n"+
		`<div>Please look at this.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ana &lt;ana@example.com&gt;<br>`+
		`<b>Sent:</b> Monday<br><b>To:</b> kim@example.net<br><b>Subject:</b> printer</div><div>On fire.</div>`), Envelope{})
	if m.Reply != "Please look at this." || len(m.Forwarded) != 1 || m.Forwarded[0].From.Address != "ana@example.com" || m.Forwarded[0].Text != "On fire." {
		t.Errorf("reply %q, forwarded %+v, want the remark and the mail of Ana", m.Reply, m.Forwarded)
	}
}

// TestConversations: each mail of a conversation that Gmail passes on has its author.
func TestConversations(t *testing.T) {
	m := Parse([]byte("From: Ana <ana@example.net>\nSubject: Fwd: printer\nContent-Type: text/plain\n\nPlease see.\n\n---------- Forwarded Conversation ----------\nSubject: printer\n------------------------\n\n"+
		"From: Joe Doe <joe@example.com>\nDate: 2026/11/1\nTo: ana@example.net\n\nThe printer is off.\n\n----------\nFrom: Kim Lee <kim@example.com>\nDate: 2026/11/2\nTo: Joe Doe <joe@example.com>\n\nIt burns, too.\n"), Envelope{})
	if m.Reply != "Please see." || len(m.Forwarded) != 2 {
		t.Fatalf("Reply = %q, %d forwarded mails, want 2: %+v", m.Reply, len(m.Forwarded), m.Forwarded)
	}
	for i, want := range []Forwarded{{From: Address{Name: "Joe Doe", Address: "joe@example.com"}, Subject: "printer", Text: "The printer is off."}, {From: Address{Name: "Kim Lee", Address: "kim@example.com"}, Subject: "printer", Text: "It burns, too."}} {
		if got := m.Forwarded[i]; got.From != want.From || got.Subject != want.Subject || got.Text != want.Text {
			t.Errorf("mail %d = %+v, want %+v", i, got, want)
		}
	}
}

// TestPassedOnWithoutMarks: forwards of GMX and MailMate are read without marks of
// quotation, and "VS:" passes on in Danish and Norwegian but answers in Finnish.
func TestPassedOnWithoutMarks(t *testing.T) {
	const fields = "From: Joe <joe@example.com>\nTo: ana@example.net\nSubject: printer\nDate: Mon, 2 Nov 2026 09:00:00 +0100\n"
	gmx := `<div name="quote" style="border-left:2px solid"><div><b>Gesendet:</b> Dienstag, 3. November 2026 um 10:12 Uhr<br><b>Von:</b> Joe &lt;joe@example.com&gt;<br><b>An:</b> ana@example.net<br><b>Betreff:</b> printer</div><div name="quoted-content">The printer is off.</div></div>`
	for _, tt := range []struct{ name, subject, kind, body, reply, author string }{
		{"MailMate", "Fwd: printer", "plain", "Forwarded message:\n\n" + fields + "\nThe printer is off.\n", "The printer is off.", "joe@example.com"},
		{"MailMate, marked", "Fwd: printer", "plain", "Forwarded message:\n\n> " + strings.ReplaceAll(fields+"\nThe printer is off.", "\n", "\n> ") + "\n", "The printer is off.", "joe@example.com"},
		{"GMX", "Fw: printer", "html", gmx, "The printer is off.", "joe@example.com"},
		{"GMX with a remark", "Fw: printer", "html", "<div>Please see.</div>" + gmx, "Please see.", "joe@example.com"},
		{"Yandex", "Fwd: printer", "plain", "-------- Пересылаемое сообщение --------\n03.11.2026, 10:12, \"Joe\" <joe@example.com>:\n\nThe printer is off.\n\n-------- Завершение пересылаемого сообщения --------\n", "The printer is off.", "joe@example.com"},
		{"163", "Fw: printer", "plain", "---- 转发的邮件 ----\n| 发件人 | Joe<joe@example.com> |\n| 日期 | 2026年11月03日 10:12 |\n| 收件人 | <ana@example.net> |\n| 主题 | printer |\nThe printer is off.\n", "The printer is off.", "joe@example.com"},
		{"The Bat!", "Fwd: printer", "plain", "This is a forwarded message\n" + fields + "\n===8<==============Original message text===============\nThe printer is off.\n===8<===========End of original message text===========\n", "The printer is off.", "joe@example.com"},
		{"Notes in Spanish", "Fwd: printer", "plain", "----- Remitido por Ana/ACME con fecha 03/11/2026 10:12 -----\n\nDe: Joe <joe@example.com>\nPara: Ana\nFecha: 03/11/2026 10:10\nAsunto: printer\n\nThe printer is off.\n", "The printer is off.", "joe@example.com"},
		{"Notes in Japanese", "Fwd: printer", "plain", "----- 転送者 Ana/ACME 投稿日 2026/11/03 10:12 -----\n\n差出人: Joe <joe@example.com>\n宛先: Ana\n日付: 2026/11/03 10:10\n件名: printer\n\nThe printer is off.\n", "The printer is off.", "joe@example.com"},
		{"Zimbra in French", "Fwd: printer", "plain", "----- Mail transféré -----\nDe: Joe <joe@example.com>\nÀ: Ana\nEnvoyé: Mardi 3 Novembre 2026 10:12:00\nObjet: printer\n\nThe printer is off.\n", "The printer is off.", "joe@example.com"},
		{"twice", "Fwd: Fwd: printer", "plain", "---------- Forwarded message ---------\n" + fields + "\nsee below\n\n---------- Forwarded message ---------\nFrom: Kim <kim@example.com>\nDate: Mon, 2 Nov 2026\nSubject: printer\nTo: Joe <joe@example.com>\n\nThe printer is off.\n", "see below\n\n\nThe printer is off.", "joe@example.com"},
		{"Danish", "VS: Faktura", "plain", "Fra: Shop <joe@example.com>\nSendt: 3. november 2026 10:12\nTil: Ana\nEmne: Faktura\n\nHer er fakturaen.\n", "Her er fakturaen.", "joe@example.com"},
		{"Norwegian, with a remark", "VS: Faktura", "plain", "Se under.\n\nFra: Shop <joe@example.com>\nSendt: 3. november 2026 10:12\nTil: Ana\nEmne: Faktura\n\nHer er fakturaen.\n", "Se under.", "joe@example.com"},
		{"Finnish", "VS: Tulostin", "plain", "Kiitos, se toimii nyt.\n\nLähettäjä: Example IT <support@example.org>\nLähetetty: 3. marraskuuta 2026 10:12\nVastaanottaja: Ana\nAihe: Tulostin\n\nOnko tulostin päällä?\n", "Kiitos, se toimii nyt.", ""},
	} {
		m := Parse([]byte("From: Ana <ana@example.net>\nSubject: "+tt.subject+"\nMIME-Version: 1.0\nContent-Type: text/"+tt.kind+"; charset=utf-8\n\n"+tt.body), Envelope{})
		author := ""
		if len(m.Forwarded) > 0 {
			author = m.Forwarded[0].From.Address
		}
		if m.Reply != tt.reply || author != tt.author {
			t.Errorf("%s: Reply = %q of %q, want %q of %q", tt.name, m.Reply, author, tt.reply, tt.author)
		}
	}
}

// TestIntroducedDate: a mail that is passed on below an introduction has its date; a
// name that looks like a month does not count.
func TestIntroducedDate(t *testing.T) {
	want := time.Date(2025, 11, 3, 8, 12, 0, 0, time.UTC) // the program that shows it is at +0200
	for _, intro := range []string{
		"On 3 November 2025 at 10:12, April May <ana@example.com> wrote:", "Am 3.11.2025 um 10:12 schrieb Jan Mai <ana@example.com>:", "Le lun. 3 nov. 2025 à 10:12, Ana <ana@example.com> a écrit :",
		"El lun, 3 nov 2025 a las 10:12, Ana (<ana@example.com>) escribió:", "Il giorno lun 3 nov 2025 alle ore 10:12 Ana <ana@example.com> ha scritto:", "Op ma 3 nov. 2025 om 10:12 schreef Jan de Vries <ana@example.com>:",
		"pon., 3 lis 2025 o 10:12 Ana <ana@example.com> napisał(a):", "Em seg., 3 de nov. de 2025 às 10:12, Ana <ana@example.com> escreveu:",
	} {
		m := Parse([]byte("From: Kim <kim@example.net>\nDate: Tue, 4 Nov 2025 08:00:00 +0200\nSubject: Fwd: printer\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"+intro+"\n\n> It burns.\n"), Envelope{})
		if len(m.Forwarded) != 1 || !m.Forwarded[0].Date.Equal(want) {
			t.Errorf("%s\nis read as %+v, want the date %v", intro, m.Forwarded, want)
		}
	}
}
