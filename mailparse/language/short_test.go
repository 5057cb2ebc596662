package language

import "testing"

// Sentences as short as people write them to a help desk.
var shortSentences = map[string][]string{
	"en": {
		"It drops every ten minutes.", "VPN drops\nIt drops every ten minutes.", "Screen flickers", "My laptop is slow.", "The printer does not print.",
		"No internet connection", "Where is my parcel?", "I forgot my password.", "The ten new phones came.", "Keyboard broken", "Please call me back.",
		"Mouse dead", "Two monitors for Monday", "The door does not open.", "Is the server down?", "Where is the file?", "Paper jam", "intranet gateway timeout 504", "It hangs once a day.", "The map does not load.",
	},
	"de": {
		"Bildschirm flackert", "Neuer Mitarbeiter ab Montag", "Der Drucker druckt nicht.", "Kein Internet", "Wo ist mein Paket?",
		"Ich habe mein Passwort vergessen.", "Tastatur kaputt", "Alle zehn Minuten bricht es ab.", "Bitte um Rückruf.", "Laptop startet nicht",
		"Zwei neue Telefone bitte", "WLAN langsam", "Server nicht erreichbar",
	},
	"fr": {
		"Écran cassé", "L'imprimante n'imprime pas.", "Pas d'internet", "Où est mon colis ?", "Mot de passe oublié", "Clavier cassé",
		"Ça coupe toutes les dix minutes.", "Nouvel employé lundi", "Mon ordinateur est lent.", "Rappelez-moi svp", "Le serveur est en panne",
	},
	"es": {
		"La impresora no imprime.", "¿Dónde está mi pedido?", "Pantalla rota", "No hay internet", "Olvidé mi contraseña", "Teclado roto",
		"Se corta cada diez minutos.", "Nuevo empleado el lunes", "Mi portátil va lento.", "Llámenme por favor", "El servidor no responde",
	},
	"it": {
		"Ho dimenticato la password", "La stampante non stampa.", "Non c'è internet", "Dov'è il mio pacco?", "Schermo rotto", "Tastiera rotta",
		"Cade ogni dieci minuti.", "Nuovo dipendente da lunedì", "Il mio portatile è lento.", "Richiamatemi per favore",
	},
	"nl": {
		"De printer print niet", "Geen internet", "Waar is mijn pakket?", "Wachtwoord vergeten", "Scherm kapot", "Toetsenbord kapot",
		"Het valt elke tien minuten weg.", "Nieuwe medewerker vanaf maandag", "Mijn laptop is traag.", "Graag terugbellen",
	},
	"pt": {
		"A impressora não imprime.", "Estou sem internet", "Onde está a minha encomenda?", "Esqueci a minha senha", "Tela quebrada", "Teclado avariado",
		"Cai a cada dez minutos.", "Novo funcionário na segunda-feira", "O meu portátil está lento.",
	},
	"pl": {
		"Drukarka nie drukuje.", "Brak internetu", "Gdzie jest moja paczka?", "Zapomniałem hasła", "Ekran migocze", "Ten komputer nie działa.",
		"Rozłącza się co dziesięć minut.", "Nowy pracownik od poniedziałku",
	},
	"sv": {
		"Skrivaren skriver inte ut.", "Inget internet", "Var är mitt paket?", "Jag har glömt mitt lösenord", "Skärmen flimrar", "Tangentbordet är trasigt",
		"Det bryts var tionde minut.",
	},
	"cs": {
		"Tiskárna netiskne.", "Nejde mi přihlášení", "Kde je můj balík?", "Zapomněl jsem heslo", "Přestal mi fungovat monitor", "Nový zaměstnanec od pondělí",
	},
	"tr": {
		"Yazıcı yazdırmıyor.", "İnternet yok", "Siparişim nerede?", "Şifremi unuttum", "Ekran kırıldı", "Bilgisayar çok yavaş",
	},
}

func TestDetectShortSentences(t *testing.T) {
	for want, sentences := range shortSentences {
		for _, sentence := range sentences {
			if got := Detect(sentence, "", ""); got != want {
				t.Errorf("Detect(%q) = %q, want %q", sentence, got, want)
			}
		}
	}
}

func BenchmarkDetectShortSentences(b *testing.B) {
	for b.Loop() {
		for _, sentences := range shortSentences {
			for _, sentence := range sentences {
				Detect(sentence, "", "")
			}
		}
	}
}
