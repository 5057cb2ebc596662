package article_test

import (
	"fmt"
	"strings"
	"testing"

	"maildesk/article"
)

func known(language string) article.Known {
	return article.Known{Names: []string{"Ana Lima", "Bob Brown-Smith"}, Addresses: []string{"ana.lima@example.net", "info@example.net"}, Ours: []string{"support@example.org"}, Language: language}
}

// TestAnonymise: what names people goes and is listed, what solves problems stays.
func TestAnonymise(t *testing.T) {
	for _, tt := range []struct {
		name, language, text, want string
		removed                    string // kinds and texts
	}{
		{"plain", "en", "The printer on tray 2 jams.", "The printer on tray 2 jams.", ""},
		{"greeting", "en", "Hello Bob,\n\nit jams.", "it jams.", "greeting: Hello Bob,"},
		{"greeting and more on its line", "en", "Hi Bob, it jams\nagain.", "it jams\nagain.", "greeting: Hi Bob,"},
		{"a line alone is no greeting", "en", "Hello world program fails", "Hello world program fails", ""},
		{"signature", "en", "It jams.\n\nBest regards,\nAna Lima\nExample Ltd", "It jams.", "signature: Best regards,\nAna Lima\nExample Ltd"},
		{"dashes", "en", "It jams.\n-- \nAna", "It jams.", "signature: --\nAna"},
		{"thanks within the text", "en", "Thanks to the update\nit works.", "Thanks to the update\nit works.", ""},
		{"quote", "en", "Yes.\n> Which tray?\nTray 2.", "Yes.\nTray 2.", "quote: > Which tray?"},
		{"German", "de", "Sehr geehrte Damen und Herren,\n\nder Drucker steht.\n\nMit freundlichen Grüßen\nAna Lima", "der Drucker steht.", "greeting: Sehr geehrte Damen und Herren,|signature: Mit freundlichen Grüßen\nAna Lima"},
		{"French", "fr", "Bonjour,\n\nça marche.\n\nCordialement,\nAna", "ça marche.", "greeting: Bonjour,|signature: Cordialement,\nAna"},
		{"Polish", "pl", "Dzień dobry,\n\nnie działa.\n\nPozdrawiam\nAna", "nie działa.", "greeting: Dzień dobry,|signature: Pozdrawiam\nAna"},

		{"name", "en", "Ana Lima and Lima, Ana sit in B 12.", "[name] and [name] sit in B 12.", "name: Ana Lima|name: Lima, Ana"},
		{"part of a name", "en", "Ana's laptop; bananas stay.", "[name]'s laptop; bananas stay.", "name: Ana"},
		{"somebody else with a title", "en", "Please ask Mr. Miller or Dr Ines Roth.", "Please ask [name] or [name].", "name: Mr. Miller|name: Dr Ines Roth"},
		{"title in German", "de", "Frau Weber weiß es.", "[Name] weiß es.", "name: Frau Weber"},
		{"log-in", "en", "The account ana.lima is locked.", "The account [name] is locked.", "name: ana.lima"},
		{"general address", "en", "The info is wrong.", "The info is wrong.", ""},
		{"path", "en", `See C:\Users\alima\Desktop and /home/alima/x, not C:\Users\Public\x.`, `See C:\Users\[name]\Desktop and /home/[name]/x, not C:\Users\Public\x.`, "name: alima"},

		{"addresses", "en", "From carl@example.com to support@example.org.", "From [address] to support@example.org.", "address: carl@example.com"},
		{"international number", "en", "Ring me: +49 30 1234567 any time", "Ring me: [telephone number] any time", "telephone number: +49 30 1234567"},
		{"national number", "de", "Ich bin unter 030/1234567-8 da.", "Ich bin unter [Telefonnummer] da.", "telephone number: 030/1234567-8"},
		{"extension", "en", "My ext. 4711 is dead.", "My ext. [telephone number] is dead.", "telephone number: 4711"},
		{"French number", "fr", "Appelez le 06 12 34 56 78.", "Appelez le [numéro de téléphone].", "telephone number: 06 12 34 56 78"},

		{"IBAN", "en", "Pay to DE89 3704 0044 0532 0130 00 please", "Pay to [number] please", "number: DE89 3704 0044 0532 0130 00"},
		{"no IBAN", "en", "Part AB12 3456 7890 1234 fits", "Part AB12 3456 7890 1234 fits", ""},
		{"card", "en", "4111 1111 1111 1111 is refused", "[number] is refused", "number: 4111 1111 1111 1111"},
		{"serial number", "en", "Serial number: CND1234XYZ, S/N 5CG-0341.", "Serial number: [number], S/N [number].", "number: CND1234XYZ|number: 5CG-0341"},
		{"customer number", "de", "Kundennummer 4711-8 und Seriennr. X99.", "Kundennummer [Nummer] und Seriennr. [Nummer].", "number: 4711-8|number: X99"},
		{"customer number in French", "fr", "numéro de client 12345", "numéro de client [numéro]", "number: 12345"},
		{"request", "en", "As in [Example IT #1042] and #1043.", "As in [number] and [number].", "number: [Example IT #1042]|number: #1043"},
		{"request with a word", "en", "As in request 1042, request no. 1043, ticket number 1044, case No. 7 and No. 1045.", "As in request [number], request no. [number], ticket number [number], case No. [number] and No. [number].", "number: 1044|number: 7|number: 1042|number: 1043|number: 1045"},
		{"request with a mark and a sign", "de", "Wie bei Nr. #1042 und Ticket #1043.", "Wie bei Nr. [Nummer] und Ticket [Nummer].", "number: #1042|number: #1043"},
		{"request in German", "de", "Wie in Anfrage Nr. 1042, Vorgang 1043, Kunde Nr. 7 und Nr. 1044.", "Wie in Anfrage Nr. [Nummer], Vorgang [Nummer], Kunde Nr. [Nummer] und Nr. [Nummer].", "number: 1042|number: 1043|number: 7|number: 1044"},
		{"request in French", "fr", "Comme la demande n° 1042, le ticket 1043, la commande nº\u00a077 et le n°\u00a01044.", "Comme la demande n° [numéro], le ticket [numéro], la commande nº\u00a0[numéro] et le n°\u00a0[numéro].", "number: 1042|number: 1043|number: 77|number: 1044"},
		{"request in Spanish", "es", "Como la solicitud n.º 1042, el caso núm. 1043, el pedido n.º 77 y el n.º 1044.", "Como la solicitud n.º [número], el caso núm. [número], el pedido n.º [número] y el n.º [número].", "number: 1042|number: 1043|number: 77|number: 1044"},
		{"request in Italian", "it", "Come la richiesta n. 1042, il ticket 1043, l'ordine n. 77 e il n. 1044.", "Come la richiesta n. [numero], il ticket [numero], l'ordine n. [numero] e il n. [numero].", "number: 1042|number: 1043|number: 77|number: 1044"},
		{"request in Dutch", "nl", "Zoals verzoek nr. 1042, melding 1043, klant nr. 77 en nr. 1044.", "Zoals verzoek nr. [nummer], melding [nummer], klant nr. [nummer] en nr. [nummer].", "number: 1042|number: 1043|number: 77|number: 1044"},
		{"request in Polish", "pl", "Jak zgłoszenie nr 1042, zgłoszenie 1043, klient nr 77 i nr 1044.", "Jak zgłoszenie nr [numer], zgłoszenie [numer], klient nr [numer] i nr [numer].", "number: 1042|number: 1043|number: 77|number: 1044"},
		{"request in Portuguese", "pt", "Como o pedido n.º 1042, o chamado 1043, a encomenda nº 77 e o n.º 1044.", "Como o pedido n.º [número], o chamado [número], a encomenda nº [número] e o n.º [número].", "number: 1042|number: 1043|number: 77|number: 1044"},
		{"numbers that help", "en", "Error no. 1042, error code No. 1603, tray no. 2, request 404 times? No. 3 of 100 pages; in case 12 fails.", "Error no. 1042, error code No. 1603, tray no. 2, request 404 times? No. 3 of 100 pages; in case 12 fails.", ""},
		{"requests with letters and dates", "en", "Case CAS-01042-XYZ, case AB-1042, as in case 1042. No. 12-34567 and no. 12/345.", "Case [number], case [number], as in case [number]. No. [number] and no. [number].", "number: CAS-01042-XYZ|number: AB-1042|number: 1042|number: 12-34567|number: 12/345"},
		{"requests with letters and dates in German", "de", "Ref. Nr. 2024.1042, Aktenzeichen Nr. 12/345, Vorgang A-2024-42.", "Ref. Nr. [Nummer], Aktenzeichen Nr. [Nummer], Vorgang [Nummer].", "number: 12/345|number: A-2024-42|number: 2024.1042"},
		{"a number that begins a sentence", "en", "No. 1045 was solved.", "No. [number] was solved.", "number: 1045"},
		{"numbers that help, 1", "en", "Does it work now? No.\n\n500 users wait.", "Does it work now? No.\n\n500 users wait.", ""},
		{"numbers that help, 2", "en", "No. 2019 servers have it. No. 500 users.", "No. 2019 servers have it. No. 500 users.", ""},
		{"numbers that help, 3", "en", "In that case 1024 MB; try the request 500 times, in some cases 2048 bits, in this case 8080.", "In that case 1024 MB; try the request 500 times, in some cases 2048 bits, in this case 8080.", ""},
		{"numbers that help, 4", "en", "See RFC no. 5321, option no. 1500 and no. 1.2.3 of it.", "See RFC no. 5321, option no. 1500 and no. 1.2.3 of it.", ""},
		{"numbers that help, 5", "de", "Nimm in diesem Fall 8080, auf jeden Fall 8443.", "Nimm in diesem Fall 8080, auf jeden Fall 8443.", ""},
		{"numbers that help, 6", "it", "In caso 8080, in questo caso 8443.", "In caso 8080, in questo caso 8443.", ""},
		{"numbers that help, 7", "es", "En caso 8080, en este caso 8443.", "En caso 8080, en este caso 8443.", ""},
		{"numbers that help in German", "de", "Fehler Nr. 1042, Ereignis Nr. 7036, Fach Nr. 2, Anfrage 3.", "Fehler Nr. 1042, Ereignis Nr. 7036, Fach Nr. 2, Anfrage 3.", ""},
		{"a word that ends as a sign does", "it", "Il piano. 1042 pagine, Milano n. 2", "Il piano. 1042 pagine, Milano n. 2", ""},
		{"MAC", "en", "Card 00:1A:2b:3c:4d:5e is new", "Card [number] is new", "number: 00:1A:2b:3c:4d:5e"},

		{"public IP", "en", "It comes from 93.184.216.34 and 2a00:1450:4001:81b::200e.", "It comes from [IP address] and [IP address].", "IP address: 93.184.216.34|IP address: 2a00:1450:4001:81b::200e"},
		{"private IP", "en", "Gateway 192.168.1.1, mask 255.255.255.0, proxy 10.0.0.8:8080, fe80::1, 127.0.0.1", "Gateway 192.168.1.1, mask 255.255.255.0, proxy 10.0.0.8:8080, fe80::1, 127.0.0.1", ""},
		{"versions", "en", "Version 6.1.7.60 and firmware 80.2.1.9 and Windows 10.0.19045.3570", "Version 6.1.7.60 and firmware 80.2.1.9 and Windows 10.0.19045.3570", ""},
		{"codes", "en", "Error 0x80070005, KB5034441, ORA-01017, HTTP 404, port 8443, exit code 137", "Error 0x80070005, KB5034441, ORA-01017, HTTP 404, port 8443, exit code 137", ""},
		{"dates and times", "en", "On 2026-11-29 at 08:15 and 01.12.2026 and 12/01/2026, 10:30:15", "On 2026-11-29 at 08:15 and 01.12.2026 and 12/01/2026, 10:30:15", ""},
		{"sizes", "en", "It took 1234567 bytes, 0.123456789 s", "It took 1234567 bytes, 0.123456789 s", ""},
		{"link", "en", "See https://docs.example.com/vpn?lang=en and https://x.example/reset?token=abc.", "See https://docs.example.com/vpn?lang=en and [link]", "link: https://x.example/reset?token=abc."},
	} {
		got, removed := article.Anonymise(tt.text, known(tt.language))
		if got != tt.want {
			t.Errorf("%s: %q\nwant %q", tt.name, got, tt.want)
		}
		var all []string
		for _, r := range removed {
			all = append(all, fmt.Sprintf("%s: %s", r.Kind, r.Text))
		}
		if got := strings.Join(all, "|"); got != tt.removed {
			t.Errorf("%s removes %q\nwant    %q", tt.name, got, tt.removed)
		}
	}
}

// FuzzAnonymise: no known address is left, and nothing is gone without a word of it.
func FuzzAnonymise(f *testing.F) {
	f.Add("Hello Ana,\ncall +49 30 1234567 or mail ana.lima@example.net\n-- \nx")
	f.Fuzz(func(t *testing.T, text string) {
		got, removed := article.Anonymise(text, known("en"))
		if strings.Contains(got, "ana.lima@example.net") {
			t.Errorf("%q keeps an address: %q", text, got)
		}
		if got == "" && len(removed) == 0 && strings.Trim(text, " \t\r\n") != "" && strings.TrimSpace(text) != "" {
			t.Errorf("%q is gone without a word", text)
		}
	})
}
