package classify

import (
	"slices"
	"strings"
	"testing"

	"maildesk/mailparse/phrase"
)

// TestSoundsAway: notes of absence in many languages, and what people write who are at work.
func TestSoundsAway(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{"I am away until Monday. In urgent cases please write to Bob.", true},
		{"Hello,\n\nI'm out of the office this week and will answer\nwhen I am back.\n\nAlice", true},
		{"Hi\n\nThank you for your message. I will be on annual leave from 23 to 27 November\nand have limited access to my email.", true},
		{"Out of office until 3.12.", true},
		{"I’m on holiday until the 3rd.", true},
		{"Guten Tag,\nvielen Dank für Ihre Nachricht.\nVom 23.11. bis 4. Dezember bin ich nicht\nim Büro.", true},
		{"Ich bin bis Montag im Urlaub.", true},
		{"Ich habe Urlaub bis zum 4.12.", true},
		{"Bonjour,\n\nJe suis absente du bureau jusqu'au 4 décembre.", true},
		{"Estoy de vacaciones hasta el lunes.", true},
		{"Gentile mittente, sono fuori ufficio fino a lunedì.", true},
		{"Ik ben tot maandag afwezig.", true},
		{"Do 4 grudnia jestem na urlopie.", true},
		{"Estou de férias até segunda-feira.", true},
		{"Jag är på semester till måndag.", true},
		{"Jeg er på ferie til mandag.", true},
		{"Olen lomalla maanantaihin asti.", true},
		{"Do pondělí jsem na dovolené.", true},
		{"December 4-ig szabadságon vagyok.", true},
		{"Pazartesiye kadar izindeyim.", true},
		{"Απουσιάζω έως τη Δευτέρα.", true},
		{"Здравствуйте! Я в отпуске до понедельника.", true},
		{"お世話になっております。月曜日まで休暇をいただいております。", true},
		{"您好，我正在休假，周一回来。", true},
		{"월요일까지 휴가 중입니다.", true},
		{"أنا في إجازة حتى يوم الاثنين.", true},
		{"אני בחופשה עד יום שני.", true},
		{"I am unavailable until Monday.", true},
		{"Ich bin nicht erreichbar bis zum 4.12.", true},
		{"Je suis en arrêt jusqu'au 4 décembre.", true},
		{"Estoy de baja hasta nuevo aviso.", true},
		{"Sono assente fino a lunedì.", true},
		{"Ik ben niet aanwezig tot maandag.", true},
		{"Estou de licença até segunda-feira.", true},
		{"On vacation. Back 10 Dec.", true},
		{"Away on training today and tomorrow. Will reply on my return.", true},
		{"I have left the company. Please write to Bob.", true},
		{"I no longer work here.", true},
		{"Ich arbeite nicht mehr bei der Mühle AG.", true},
		{"Je ne travaille plus ici.", true},
		{"", false},
		{"Bob has left the company, and his account is closed.", false},
		{"On vacation days the alarm is off.", false},
		{"Ich werde prüfen, warum der Server nicht erreichbar ist.", false},
		{"Ik zal kijken waarom de printer niet bereikbaar is.", false},
		{"Je suis désolé que le service soit indisponible.", false},
		{"Estoy dando de baja la cuenta.", false},
		{"Estoy viendo el problema de permisos.", false},
		{"Estou a tratar do pedido de licença do Office.", false},
		{"Sono spiacente, il file era assente dal backup.", false},
		{"I'm trying to find out from the vendor what the code means.", false},
		{"We are switching the server off until Monday.", false},
		{"We are sorry, the portal is unavailable until 6 pm.", false},
		{"I am moving the mailbox away from the old server.", false},
		{"Ich bin der Meinung, dass er im Urlaub ist.", false},
		{"I am looking into it right away.", false},
		{"Please take it away from the window.", false},
		{"The quota was full and is raised. Can all three save again?", false},
		{"Your absence note is switched on: that is why they think you are on vacation.", false},
		{"You are away until Monday, so we bring it on Tuesday.", false},
		{"The calendar shows him as out of office, which is wrong.", false},
		{"Bitte richten Sie die Abwesenheitsnotiz in Outlook ein.", false},
		{"Ich bin um zehn bei Ihnen.", false},
		{"Ich habe das Ticket geschlossen.", false},
		{"Ich habe den Server neu gestartet, er war nicht erreichbar.", false},
		{"Sono in ufficio fino alle 18.", false},
		{"Jestem w biurze do 16.", false},
		{"Je suis à votre disposition.", false},
		{"Sono d'accordo.", false},
		{strings.Repeat("We have changed the drum of the printer. ", 6) + "I am away until Monday.", false},
		{"I am away until Monday. " + strings.Repeat("We have changed the drum of the printer. ", 60), false},
	} {
		if got := SoundsAway(tt.text); got != tt.want {
			t.Errorf("SoundsAway(%q) = %t, want %t", tt.text, got, tt.want)
		}
	}
}

// TestAbsenceTable finds faults in the embedded table.
func TestAbsenceTable(t *testing.T) {
	seen := map[string]bool{}
	for _, row := range phrase.Rows(absencesTable, 3) {
		kind := row[0] + " " + row[1]
		if len(row) != 3 || !slices.Contains([]string{"me", "away", "says", "begins", "greets", "polite", "asks"}, row[1]) || row[2] != strings.ToLower(row[2]) || seen[kind] {
			t.Errorf("row %q: want a language, a kind that it has not yet, and phrases in lower case", row)
		}
		seen[kind] = true
	}
	for lang, a := range absences() {
		if (a.me == nil) != (a.away == nil) || a.me == nil && a.says == nil {
			t.Errorf("%s has %d ways to speak of oneself and %d to be away: one is of no use without the other", lang, len(a.me), len(a.away))
		}
	}
}

// TestBeginsAway: what says that its writer is away, and nothing before.
func TestBeginsAway(t *testing.T) {
	for _, tt := range []struct {
		text string
		want bool
	}{
		{"I am away until Monday.", true},
		{"Hi,\n\nThank you for your email. I am on annual leave until 7 December and will\nanswer when I am back. For urgent matters please contact Bo.", true},
		{"Sehr geehrte Damen und Herren,\n\nvielen Dank für Ihre Nachricht. Ich bin bis zum 7.12. im Urlaub.", true},
		{"Bonjour,\n\nmerci pour votre message. Je suis en congé jusqu'au 7 décembre.", true},
		{"Hola. Gracias por su correo. Estoy de vacaciones hasta el 7 de diciembre.", true},
		{"Buongiorno, sono in ferie fino al 7 dicembre.", true},
		{"Bedankt voor uw bericht. Ik ben tot 7 december met vakantie.", true},
		{"Dzień dobry. Dziękuję za wiadomość. Jestem na urlopie do 7 grudnia.", true},
		{"Obrigado pela sua mensagem. Estou de férias até 7 de dezembro.", true},
		{"Здравствуйте! Спасибо за письмо. Я в отпуске до 7 декабря.", true},
		{"您好！感谢您的来信。我正在休假。", true},
		{"It broke again. I am out of the office from tomorrow until 7 December.", false},
		{"Thank you for your help. It is dark again. I am away until Monday.", false},
		{"Thanks, but it is still dark. I am on leave from tomorrow.", false},
		{"I am away until Monday. Can you come on Tuesday?", false},
		{"Der Drucker geht immer noch nicht. Ich bin ab morgen im Urlaub.", false},
		{"Hello, the printer is dark again. I'm on holiday until Monday.", false},
		{"Thank you for your help.", false},
		{"Ana,\n\nI am away until Monday.", true},
		{"It is as dark as ever,\nI am on leave from tomorrow.", false},
		{"Thanks for the help but the printer prints nothing. I'm on holiday from tomorrow.", false},
		{"No access to my e-mail.", false},
		{"No access to my Excel files.", false},
		{"У меня отсутствуют права доступа.", false},
		{"Я отсутствую до понедельника.", true},
		{"I no longer work in Accounting. Take my access away.", false},
		{"I no longer work here.", true},
		{"Je ne fais plus partie de la liste de diffusion.", false},
		{"I'm not in the office today and still can't reach the VPN.", false},
		{"Ich bin nicht im Büro und komme nicht ins VPN.", false},
		{"I will be on parental leave from 1 December. Please forward my mail to Bo.", false},
		{"", false},
	} {
		if got := BeginsAway(tt.text); got != tt.want {
			t.Errorf("BeginsAway(%q) = %t, want %t", tt.text, got, tt.want)
		}
	}
}
