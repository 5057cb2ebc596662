package classify

import "testing"

// TestReceiptsAsText: receipts of reading that are mere text, and mails of people whose
// subject or text sounds so.
func TestReceiptsAsText(t *testing.T) {
	for _, tt := range []struct {
		subject, text string
		want          bool
	}{
		{"Read: Monitor", "Your message\n\n   To: Ana\n   Subject: Monitor\n\nwas read on Tuesday, November 24, 2026 10:05 AM.", true},
		{"Not read: Monitor", "Your message\n\nwas deleted without being read on Tuesday.", true},
		{"Gelesen: Monitor", "Ihre Nachricht\n\nwurde am 24.11.2026 10:05 gelesen.", true},
		{"Lu : Écran", "Votre message\n\na été lu le 24/11/2026.", true},
		{"Leído: Pantalla", "Su mensaje\n\nfue leído el 24/11/2026.", true},
		{"Letto: Schermo", "Il messaggio è stato letto il 24/11/2026.", true},
		{"Gelezen: Scherm", "Uw bericht is gelezen op 24-11-2026.", true},
		{"Lida: Ecrã", "A sua mensagem foi lida em 24/11/2026.", true},
		{"Przeczytane: Monitor", "Twoja wiadomość została przeczytana 24.11.2026.", true},
		{"開封済み: 画面", "次のメッセージは開封されました", true},
		{"Return Receipt (displayed) - Monitor", "This is a Return Receipt for the mail that you sent to ana@example.net.", true},
		{"Empfangsbestätigung (angezeigt) - Monitor", "Dies ist eine Empfangsbestätigung für die E-Mail, die Sie an ana@example.net gesendet haben.", true},
		{"Accusé de réception (affiché) - Écran", "Ceci est un accusé de réception pour le message que vous avez envoyé.", true},
		{"Acuse de recibo (mostrado) - Pantalla", "Éste es un acuse de recibo del mensaje que ha enviado.", true},
		{"Ricevuta di ritorno (visualizzata) - Schermo", "Questa è una ricevuta di ritorno per il messaggio inviato.", true},
		{"Ontvangstbevestiging (weergegeven) - Scherm", "Dit is een ontvangstbevestiging voor het bericht dat u verzond.", true},
		{"Empfangsbestätigung fehlt", "Ich habe keine Empfangsbestätigung bekommen.", false},
		{"Accusé de réception du colis", "Je n'ai reçu aucun accusé de réception.", false},
		{"Return Receipt", "Your document: Monitor was received by: Ana Berg/MILL", true},
		{"Read: this book", "I recommend it to all of you.", false},
		{"Re: Monitor", "Your message was read on Tuesday, and nobody came.", false},
		{"Read receipts do not work", "Please switch them on.", false},
		{"Gelesen: das Handbuch", "Darin steht nichts davon.", false},
		{"LU: Drucker defekt", "Der Drucker wurde am Montag geliefert und druckt nicht.", false},
		{"Gelesen: Rechnung 12", "Sie wurde am 3.11. bezahlt, die Mahnung ist falsch.", false},
		{"", "", false},
	} {
		r := &Result{Verdict: Verdict{Class: Person}}
		if r.AddReceipt(tt.subject, tt.text); (r.Class == Report) != tt.want {
			t.Errorf("%q, %q is of class %s", tt.subject, tt.text, r.Class)
		}
	}
}
