package desk_test

import (
	"fmt"
	"strings"
	"testing"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

const (
	frenchText  = "Bonjour, depuis ce matin l'imprimante du deuxième étage ne fonctionne plus. Pouvez-vous m'aider, s'il vous plaît ?\n"
	englishText = "Please switch the printer off, wait for a minute and then switch it on again. Does it still show the same message?\n"
	frenchReply = "Merci d'éteindre l'imprimante, d'attendre une minute et de la rallumer. Est-ce que le message s'affiche toujours ?\n"
)

// checked is a desk that checks the language of answers.
func checked(s *settings.Settings) { s.LanguageCheck = true }

func TestAnswerInAnotherLanguageWaits(t *testing.T) {
	b := open(t, checked)
	m := b.take(letter{from: ana, to: support, subject: "Imprimante", text: frenchText})
	before := len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#take\n#resolve\n"+englishText)
	equal(t, "after an English answer", b.since(before), []string{"held alice@example.org"})
	if got := b.ticket(m.Ticket); got.Status != ticket.StatusNew || got.Assignee != "" {
		t.Errorf("while the answer waits the ticket is %s, of %q", got.Status, got.Assignee)
	}
	held := b.last(notify.TemplateHeld, "alice@example.org")
	for _, want := range []string{"Your reply seems to be in English, but the requester writes in French", "#resolve", "Please switch the printer off", "#anyway", "body=%23anyway"} {
		if text := strings.ReplaceAll(held.msg.Text, ana, "the requester"); !strings.Contains(text, want) {
			t.Errorf("the mail to the agent does not say %q:\n%s", want, text)
		}
	}
	before = len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateHeld, "#anyway\n")
	equal(t, "after #anyway", b.since(before), []string{"resolution " + ana})
	resolution := b.last(notify.TemplateResolution, ana).msg.Text
	if !strings.Contains(resolution, strings.TrimSpace(englishText)) || strings.Contains(resolution, "#") {
		t.Errorf("the requester gets\n%s", resolution)
	}
	if got := b.ticket(m.Ticket); got.Status != ticket.StatusResolved || got.Assignee != "alice" {
		t.Errorf("after #anyway the ticket is %s, of %q", got.Status, got.Assignee)
	}
	before = len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateHeld, "#anyway\n")
	equal(t, "a second #anyway", b.since(before), []string{"refusal alice@example.org"})
}

func TestNewTextInThePlaceOfAHeldOne(t *testing.T) {
	b := open(t, checked)
	b.take(letter{from: ana, to: support, subject: "Imprimante", text: frenchText})
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, englishText)
	before := len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateHeld, frenchReply)
	equal(t, "after a French answer", b.since(before), []string{"reply " + ana})
	before = len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateHeld, "#anyway\n")
	equal(t, "#anyway afterwards", b.since(before), []string{"refusal alice@example.org"})
	before = len(b.summary())
	b.agentWrites("alice@example.org", notify.TemplateHeld, "#anyway\n"+englishText)
	equal(t, "#anyway with a text", b.since(before), []string{"reply " + ana})
}

// No false alarm: the answer goes out.
func TestAnswersThatDoNotWait(t *testing.T) {
	for _, tt := range []struct {
		name, request, answer string
	}{
		{"same language", frenchText, frenchReply},
		{"a short answer", frenchText, "It works again now, thanks.\n"},
		{"two languages", frenchText, englishText + "\n" + frenchReply},
		{"a French answer with an English error message", frenchText, frenchReply + "\n> Fatal error: the print spooler service is not running on this computer\n"},
		{"a request too short to tell", "HS\n", englishText},
		{"a requester who wrote in both", frenchText + "\nI can also speak English if that is easier for you, as my French is not so good.\n", englishText},
		{"figures and links", frenchText, "https://example.org/en/help/printing/how-to-restart-the-printer-on-the-second-floor\n192.0.2.17 255.255.255.0\n"},
		{"an internal note", frenchText, "#note\n" + englishText},
	} {
		b := open(t, checked)
		b.take(letter{from: ana, to: support, subject: "X", text: tt.request})
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, tt.answer)
		for _, s := range b.summary() {
			if strings.HasPrefix(s, "held") {
				t.Errorf("%s: the answer waits", tt.name)
			}
		}
	}
	b := open(t) // without the check
	b.take(letter{from: ana, to: support, subject: "X", text: frenchText})
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, englishText)
	b.last(notify.TemplateReply, ana)
}

func TestLanguageIsKeptPerRequester(t *testing.T) {
	b := open(t, func(s *settings.Settings) { s.Language = "en" })
	m := b.take(letter{from: ana, to: support, subject: "12345", text: "12345\n"})
	if got := b.ticket(m.Ticket).Language; got != "en" {
		t.Errorf("the first undecided mail is in %q, want the desk's en", got)
	}
	reply := b.last(notify.TemplateAcknowledgement, ana)
	b.take(letter{from: ana, to: reply.answer(), subject: "Re: 12345", text: frenchText})
	if got := b.ticket(m.Ticket).Language; got != "fr" {
		t.Errorf("after a French mail the ticket is in %q", got)
	}
	m = b.take(letter{from: ana, to: support, subject: "67890", text: "67890\n"})
	if got := b.last(notify.TemplateAcknowledgement, ana); b.ticket(m.Ticket).Language != "fr" || got.Language != "fr" {
		t.Errorf("the next undecided mail is acknowledged in %q", got.Language)
	}
	m = b.take(letter{from: ana, to: support, subject: "Drucker", text: "Guten Tag, der Drucker im zweiten Stock geht seit heute früh nicht mehr. Können Sie mir bitte helfen?\n"})
	if got := b.ticket(m.Ticket).Language; got != "de" {
		t.Errorf("a German mail is in %q", got)
	}
	m = b.take(letter{from: "ben@example.net", to: support, subject: "67890", text: "67890\n", header: "Content-Language: es\n"})
	if got := b.ticket(m.Ticket).Language; got != "es" {
		t.Errorf("an undecided mail that declares es is in %q", got)
	}
}

// A few words that several languages have are taken for the one that their writer wrote
// before, or for that of the desk: never for one in which it has no words.
func TestFewWordsFallBack(t *testing.T) {
	long := map[string]string{
		"en": "Good morning, since yesterday the lamp of dock three has been dark, and nobody can read the labels. Could you please send somebody?",
		"de": "Guten Morgen, seit gestern ist die Lampe an Tor drei dunkel, und niemand kann die Etiketten lesen. Können Sie bitte jemanden schicken?",
		"fr": "Bonjour, depuis hier la lampe du quai trois est éteinte et personne ne peut lire les étiquettes. Pouvez-vous envoyer quelqu'un ?",
		"es": "Buenos días, desde ayer la lámpara del muelle tres está apagada y nadie puede leer las etiquetas. ¿Podrían enviar a alguien?",
		"it": "Buongiorno, da ieri la lampada della banchina tre è spenta e nessuno riesce a leggere le etichette. Potete mandare qualcuno?",
		"nl": "Goedemorgen, sinds gisteren is de lamp van dok drie donker en niemand kan de etiketten lezen. Kunt u alstublieft iemand sturen?",
		"pt": "Bom dia, desde ontem a lâmpada do cais três está apagada e ninguém consegue ler as etiquetas. Podem enviar alguém, por favor?",
		"pl": "Dzień dobry, od wczoraj lampa przy rampie trzy nie świeci i nikt nie może odczytać etykiet. Czy mogą Państwo kogoś przysłać?",
	}
	short := map[string][]string{
		"en": {"Lamp 3 is dark.", "Dock 3 is dark", "It beeps.", "Alarm on"},
		"de": {"Lampe 3 defekt", "Tür klemmt", "Kamera tot", "Alarm an"},
		"fr": {"Lampe 3 cassée", "Porte bloquée", "Panne", "Badge HS"},
		"es": {"Lámpara 3 rota", "Puerta atascada", "Sin internet", "Alarma"},
		"it": {"Lampada 3 spenta.", "Porta 4 bloccata", "Password scaduta", "Schermo nero"},
		"nl": {"Lamp 3 is uit.", "Deur klemt", "Alarm aan", "Scanner kapot"},
		"pt": {"Lâmpada 3 apagada.", "Badge perdido", "Sem internet", "Alarme"},
		"pl": {"Lampa 3 zepsuta.", "Drzwi zacięte", "Alarm", "Kasa 4 stoi"},
	}
	for language, texts := range short {
		b := open(t, func(s *settings.Settings) { s.Limits = settings.Limits{} })
		b.take(letter{from: ana, to: support, subject: long[language][:12], text: long[language] + "\n"})
		if got := b.ticket(1).Language; got != language {
			t.Fatalf("%q is %q", long[language], got)
		}
		for i, text := range texts {
			known := b.take(letter{from: ana, to: support, subject: text, text: text + "\n"})
			if got := b.ticket(known.Ticket).Language; got != language {
				t.Errorf("%q of somebody who writes %s is %q", text, language, got)
			}
			unknown := b.take(letter{from: fmt.Sprintf("new%d@example.net", i), to: support, subject: text, text: text + "\n"})
			if got := b.ticket(unknown.Ticket).Language; got != language && got != "" {
				t.Errorf("%q of somebody new is %q, want %s or that of the desk, which is not set here", text, got, language)
			}
		}
	}
	b := open(t)
	b.take(letter{from: ana, to: support, subject: long["fr"][:12], text: long["fr"] + "\n"})
	m := b.take(letter{from: ana, to: support, subject: "Drucker", text: "Der Drucker druckt nicht mehr.\n"})
	if got := b.ticket(m.Ticket).Language; got != "de" {
		t.Errorf("a clear sentence in another language is %q, want de", got)
	}
}
