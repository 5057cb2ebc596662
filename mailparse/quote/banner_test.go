package quote

import "testing"

// TestBannersOfTheHouse: gateways name the mail of others by the name of who runs them, or say that its sender is new; people who
// write so write more.
func TestBannersOfTheHouse(t *testing.T) {
	const words = "Hello,\n\nthe printer is still off."
	for _, banner := range []string{
		"[CAUTION: Non-Example Email]", "CAUTION: Non-Example Mill Email", "[Non-Example Email]", "*** WARNING: Non-UiO sender ***",
		"This sender is new to you.", "⚠ This sender is new to you. Learn more",
		"Vous n'obtenez pas souvent d'e-mail à partir de ana@example.net. Découvrez pourquoi cela est important",
		"Vous n'obtenez pas souvent d’e-mail à partir de ana@example.net.\nDécouvrez pourquoi cela est important",
		"Vous n’obtenez pas souvent d'e-mails à partir de ana@example.net.",
		"Découvrez pourquoi cela est important <https://aka.example.com/sender>",
		"E-maily od ana@example.net nedostáváte často. Zjistěte, proč je to důležité",
		"Niezbyt często otrzymujesz wiadomości e-mail z adresu ana@example.net. Dowiedz się, dlaczego jest to ważne",
		"Einige Personen, die diese Nachricht erhalten haben, erhalten häufig keine E-Mails von ana@example.net. Erfahren Sie, warum dies wichtig ist",
		"Certaines personnes qui ont reçu ce message n'obtiennent pas souvent d'e-mail de ana@example.net. Découvrir pourquoi cela est important",
		"ana@example.net <https://aka.ms/LearnAboutSenderIdentification>",
	} {
		for _, why := range []Purpose{Answer, Unknown} {
			if got := split(plainLines(banner+"\n\n"+words+"\n"), why).take(written); got != words {
				t.Errorf("reply below %q = %q", banner, got)
			}
		}
	}
	for _, text := range []string{
		"Non-Example email\n\ndoes not arrive.", "Warning: non-UiO senders do not arrive since Monday.\n\nPlease help.", "Caution: non-stick pans in a message.\n\nPlease help.",
		"Is it right that this sender is new to you?\n\nPlease help.", "Wir erhalten häufig keine E-Mails von Kunden.\n\nBitte helfen Sie.",
		"I don't often get email from the new scanner.\n\nPlease help.",
	} {
		if got := replyOf(text + "\n"); got != text {
			t.Errorf("reply of %q = %q, want all of it", text, got)
		}
	}
}

// TestDevicesOfManyTongues: the line of a device is set apart wherever it stands, however far from the text.
func TestDevicesOfManyTongues(t *testing.T) {
	const words = "Hello,\n\nthe printer is still off."
	for _, line := range []string{
		"Sent from my device", "Sent from my mobile device. Please excuse typos.", "Envoyé de mon appareil", "Envoyé depuis mon téléphone portable", "Von meinem Gerät gesendet", "Gesendet von meinem Handy",
		"Enviado desde mi dispositivo", "Inviato dal mio dispositivo mobile", "Enviado do meu telemóvel", "Verzonden vanaf mijn apparaat", "Wysłane z mojego telefonu",
	} {
		for _, gap := range []string{"\n\n", "\n\n\n\n\n\n\n\n\n", "\n \n\u00a0\n\n\n \n\n\n\n"} {
			if got := replyOf(words + gap + line + "\n"); got != words {
				t.Errorf("reply above %q, %q = %q", gap, line, got)
			}
			if got := replyOf(line + gap + words + "\n"); got != words {
				t.Errorf("reply below %q, %q = %q", line, gap, got)
			}
		}
	}
	for _, text := range []string{"Der Brief wurde von meinem Handy gesendet, aber er kommt nicht an.", "Enviado desde mi dispositivo no llega nada a la impresora del pasillo."} {
		if got := replyOf(text + "\n"); got != text {
			t.Errorf("reply of %q = %q, want all of it", text, got)
		}
	}
}

// TestLongDeviceLinesAbove: the longer lines of devices are set apart above the text, too; what people say of a device is not.
func TestLongDeviceLinesAbove(t *testing.T) {
	const words = "Hello,\n\nthe printer is still off."
	for _, line := range []string{
		"Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.", "Diese Nachricht wurde von meinem Android Mobiltelefon mit WEB.DE Mail gesendet.",
		"Sent from BlackBerry Hub+ Inbox for Android", "Sent with FairEmail, an open source, privacy friendly email app for Android", "Sent via the Samsung Galaxy S24, an AT&T 5G smartphone",
		"Sent from the all new AOL app for iOS", "Envoyé à partir de Yahoo Mail pour Android", "Envoyé à partir de l’Appli Orange Mail", "Envoyé avec la messagerie sécurisée Proton Mail.",
		"الحصول على Outlook لنظام iOS <https://aka.example.com/o0ukef>", "Enviado via UOL Mail", "发自我的企业微信",
	} {
		for _, text := range []string{line + "\n\n" + words, words + "\n\n" + line} {
			if got := replyOf(text + "\n"); got != words {
				t.Errorf("reply of %q = %q, want %q", text, got, words)
			}
		}
	}
	for _, text := range []string{
		"Sent from my office all mails hang in Outlook\n\nsince Monday.", "Sent from my phone the pictures arrive without the names.\n\nWhy?", "Enviado desde mi móvil no llega nada al otro teléfono\n\nGracias.",
	} {
		if got := replyOf(text + "\n"); got != text {
			t.Errorf("reply of %q = %q, want all of it", text, got)
		}
	}
}
