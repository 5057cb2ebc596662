package thanks

import "testing"

func TestConfirmsAndDenies(t *testing.T) {
	for _, tt := range []struct {
		text             string
		confirms, denies bool
	}{
		{"OK", true, false},
		{"Yes.", true, false},
		{"yes please", true, false},
		{"Confirmed, thanks!", true, false},
		{"I confirm", true, false},
		{"Yes, that was me", true, false},
		{"Ja", true, false},
		{"Ja, das war ich", true, false},
		{"Bestätigt", true, false},
		{"Oui, je confirme", true, false},
		{"Sí, confirmo", true, false},
		{"Potwierdzam", true, false},
		{"Thank you", true, false},
		{"", false, false},
		{"This was not me! Do NOT send that.", false, true},
		{"No", false, true},
		{"No!", false, true},
		{"It wasn't me", false, true},
		{"I didn’t write this.", false, true},
		{"Nein, das war ich nicht", false, true},
		{"Das ist nicht von mir", false, true},
		{"Ce n’est pas moi", false, true},
		{"No fui yo", false, true},
		{"Non sono stato io", false, true},
		{"Dat was ik niet", false, true},
		{"To nie ja", false, true},
		{"Não fui eu", false, true},
		{"Somebody forged this", false, true},
		{"Do not send", false, true},
		{"Bitte nicht senden!", false, true},
		{"Stop, that is not what I wrote", false, true},
		{"This mail is a fake.", false, true},
		{"Yes, I did.", true, false},
		{"Yes, this is from me", true, false},
		{"Yes?", false, false},
		{"Did I wrote this?", false, false},
		// What servers write below a mail.
		{"No virus found in this message.\nChecked by AVG - www.avg.com", false, false},
		{"No trees were killed to send this message.", false, false},
		{"NO-REPLY address, not monitored", false, false},
		{"Non-Example Email", false, false},
		{"Please do not send confidential data by email.", false, false},
		{"Please don't send passwords by email to anybody.", false, false},
		{"E-Mails können leicht unter fremdem Namen erstellt oder gefälscht werden.", false, false},
		{"FRAUD WARNING: if an email asks you for money in our name it is most likely fake", false, false},
		{"Yes, and please tell her to restart it.", false, false},
		{"#take", false, false},
		{"Can you look at this?", false, false},
		{"ok but not now", false, false},
	} {
		if got := Confirms(Text{New: tt.text}); got != tt.confirms {
			t.Errorf("%q confirms: %t", tt.text, got)
		}
		if got := Denies(tt.text); got != tt.denies {
			t.Errorf("%q denies: %t", tt.text, got)
		}
	}
}
