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
	} {
		for _, why := range []Purpose{Answer, Unknown} {
			if got := split(plainLines(banner+"\n\n"+words+"\n"), why).take(written); got != words {
				t.Errorf("reply below %q = %q", banner, got)
			}
		}
	}
	for _, text := range []string{
		"Non-Example email\n\ndoes not arrive.", "Warning: non-UiO senders do not arrive since Monday.\n\nPlease help.", "Caution: non-stick pans in a message.\n\nPlease help.",
		"Is it right that this sender is new to you?\n\nPlease help.",
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
