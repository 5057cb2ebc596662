package thanks

import "testing"

// TestConfirmsWithCourtesy: who says that it was they, and greets, thanks and signs, confirms; whoever says more, or
// something else, does not.
func TestConfirmsWithCourtesy(t *testing.T) {
	for text, want := range map[string]bool{
		"Yes, that was me, thanks! Bob": true, "Yes that was me. Thank you!\n\nBob Miller": true, "Hi,\n\nyes, that was me, thanks!\n\nBob\n": true, "Hello Example IT,\n\nyes, I wrote that, please send it. Thanks!\n\nBob": true, "Yes, it was me, thank you very much.\nKind regards\nBob": true,
		"Hallo,\n\nja, das war ich. Danke!\n\nViele Grüße\nBob": true, "Ja, das war ich, vielen Dank! Bob": true, "Ja, die Mail ist von mir.": true,
		"Bonjour,\n\noui, c’était bien moi, merci beaucoup.\n\nCordialement,\nBob": true, "Oui, c’est moi. Merci ! Bob": true,
		"Hola:\n\nSí, fui yo. Muchas gracias.\n\nUn saludo,\nBob": true, "Sí, he sido yo, gracias": true,
		"Buongiorno,\n\nsì, sono stato io, grazie mille.\n\nBob": true, "Sì, sono io, grazie": true,
		"Goedemorgen,\n\nja, dat was ik, dank je wel!\n\nGroet,\nBob": true, "Ja, dat was ik, bedankt": true,
		"Dzień dobry,\n\ntak, to ja, dziękuję.\n\nPozdrawiam\nBob": true, "Tak, to byłem ja. Dzięki!": true,
		"Olá,\n\nsim, fui eu, muito obrigado!\n\nBob": true, "Bom dia, sim, fui eu. Obrigada": true,

		"No, that was not me, thanks! Bob": false, "Yes, that was me, but do not send it. Bob": false, "Yes, that was Bob": false, "Was that me? Bob": false, "I think that was me": false, "Yes, that was me, I think": false, "That was me, wait": false,
		"Nein, das war ich nicht, danke. Bob": false, "Ja, das war ich wohl nicht": false, "Ja, das war ich, aber bitte nicht senden": false, "Non, ce n’était pas moi, merci": false, "Oui, c’était moi, mais n’envoyez pas": false, "No fui yo, gracias": false,
		"Sì, ma non sono stato io": false, "Ja, maar dat was ik niet": false, "Tak, ale to nie ja": false, "Sim, mas não fui eu": false, "Hi Bob": false, "This mail": false, "Die Mail, Bob": false, "Hello,\n\nBob": false, "Yes, and thanks for the router": false, "Ana, yes, that was me": false, "Yes, that was me yesterday": false,
	} {
		if got := Confirms(Text{New: text, Names: []string{"bob", "Bob Miller", "Example IT"}}); got != want {
			t.Errorf("%q confirms: %t", text, got)
		}
	}
}

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
		{"was that me", false, false},
		{"did i send it", false, false},
		{"Is that from me please confirm", false, false},
		{"please send me this mail", false, false},
		{"Sent by it, please", false, false},
		{"please confirm", false, false},
		{"send", false, false},
		{"War das ich", false, false},
		{"please", false, false},
		{"me", false, false},
		{"Yeah, it was me", true, false},
		{"Yes it's me", true, false},
		{"Sure, that was me.", true, false},
		{"Of course it was me", true, false},
		{"Natürlich war ich das", true, false},
		{"Go ahead, send it", true, false},
		{"Ja, das war nicht meine Mail", false, true},
		{"Das war jemand anderes", false, true},
		{"That was somebody else", false, true},
		{"Someone hacked me", false, true},
		{"This message is for the addressee alone and for nobody else or someone else who got it by mistake.", false, false},
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
