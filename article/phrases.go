package article

// words are what a draft says by itself, in one language.
type words struct {
	problem, solution    string // headings
	name, address, phone string // what stands in the place of what was removed, in brackets
	number, ip, link     string
	closings             []string // with which letters end, in lower case
	greetings            []string // with which they begin
	numbered             string   // what stands before the number of a customer, a contract, a device: a regular expression
	requests             string   // what a request is called, likewise: "request 1042"
	owned                string   // what has a number that is somebody's, likewise: "order no. 1042"
	honorifics           string   // before a surname, likewise
}

// wordsIn has the words of each language.
var wordsIn = map[string]words{
	"en": {
		problem: "Problem", solution: "Solution",
		name: "name", address: "address", phone: "telephone number", number: "number", ip: "IP address", link: "link",
		closings:   []string{"best regards", "kind regards", "warm regards", "regards", "best wishes", "yours sincerely", "sincerely", "yours faithfully", "yours truly", "many thanks", "thanks in advance", "thank you in advance", "thank you", "thanks", "cheers", "best"},
		greetings:  []string{"dear", "hi", "hello", "hey", "good morning", "good afternoon", "good evening"},
		numbered:   `(?:customer|client|contract|employee|staff|personnel|member|account|invoice|order|asset|inventory|serial|ticket|badge|passport|insurance|social security|tax)(?: (?:number|no\.?|nr\.?|id|tag|#))?|case (?:number|no\.?|nr\.?|id|#)|s/n|ssn`,
		requests:   `tickets?|requests?|cases?|incidents?|inquiry|enquiry`,
		owned:      `customer|client|contract|employee|order|invoice|account|asset|device|member|policy`,
		honorifics: `mr|mrs|ms|miss|dr|prof`,
	},
	"de": {
		problem: "Problem", solution: "Lösung",
		name: "Name", address: "Adresse", phone: "Telefonnummer", number: "Nummer", ip: "IP-Adresse", link: "Link",
		closings:   []string{"mit freundlichen grüßen", "mit freundlichem gruß", "mit freundlichen gruessen", "freundliche grüße", "viele grüße", "beste grüße", "herzliche grüße", "liebe grüße", "schöne grüße", "gruß", "grüße", "mfg", "vg", "lg", "vielen dank im voraus", "vielen dank", "danke im voraus", "besten dank", "danke"},
		greetings:  []string{"sehr geehrte", "sehr geehrter", "hallo", "guten tag", "guten morgen", "guten abend", "liebe", "lieber", "liebes", "moin", "servus", "grüß gott", "grüezi"},
		numbered:   `(?:kunden|vertrags|personal|mitarbeiter|mitglieds|konto|rechnungs|bestell|inventar|serien|geräte|ticket|fall|ausweis|versicherungs|steuer|sozialversicherungs)-?(?:nummer|nr\.?|id)|seriennr\.?`,
		requests:   `tickets?|anfragen?|vorg(?:ang|ängen?|angs)|fall|störungsmeldung|meldung|anliegen`,
		owned:      `kunden?|kundin|vertrag|auftrag|bestellung|rechnung|konto|gerät|inventar|mitglied|ausweis|akte|aktenzeichen`,
		honorifics: `herrn?|frau|dr|prof`,
	},
	"fr": {
		problem: "Problème", solution: "Solution",
		name: "nom", address: "adresse", phone: "numéro de téléphone", number: "numéro", ip: "adresse IP", link: "lien",
		closings:   []string{"cordialement", "bien cordialement", "très cordialement", "bien à vous", "sincères salutations", "meilleures salutations", "salutations", "bonne journée", "merci d'avance", "merci beaucoup", "merci"},
		greetings:  []string{"bonjour", "bonsoir", "madame", "monsieur", "cher", "chère", "chers", "salut"},
		numbered:   `(?:n° ?|numéro |no |réf(?:érence|\.)? )(?:de |d')?(?:client|contrat|matricule|commande|facture|compte|dossier|ticket|série|inventaire|sécurité sociale)e?|matricule`,
		requests:   `tickets?|demandes?|dossiers?|incidents?|requêtes?`,
		owned:      `clients?|cliente|contrat|commande|facture|compte|matricule|appareil|série|adhérent`,
		honorifics: `m\.|mme|mlle|monsieur|madame|dr|pr`,
	},
	"es": {
		problem: "Problema", solution: "Solución",
		name: "nombre", address: "dirección", phone: "número de teléfono", number: "número", ip: "dirección IP", link: "enlace",
		closings:   []string{"un saludo", "saludos", "saludos cordiales", "cordiales saludos", "un cordial saludo", "atentamente", "muchas gracias", "gracias de antemano", "gracias"},
		greetings:  []string{"hola", "buenos días", "buenas tardes", "buenas noches", "buenas", "estimado", "estimada", "estimados", "querido", "querida"},
		numbered:   `(?:n\.?º ?|núm(?:ero|\.)? )(?:de )?(?:cliente|contrato|empleado|pedido|factura|cuenta|serie|inventario|ticket|seguridad social)|dni|nif`,
		requests:   `tickets?|solicitud(?:es)?|casos?|incidencias?|consultas?|peticiones|petición`,
		owned:      `clientes?|clienta|contrato|pedido|factura|cuenta|empleado|serie|socio|expediente`,
		honorifics: `sr\.?|sra\.?|srta\.?|don|doña|dr\.?|dra\.?`,
	},
	"it": {
		problem: "Problema", solution: "Soluzione",
		name: "nome", address: "indirizzo", phone: "numero di telefono", number: "numero", ip: "indirizzo IP", link: "link",
		closings:   []string{"cordiali saluti", "distinti saluti", "un saluto", "saluti", "cordialmente", "grazie mille", "grazie in anticipo", "molte grazie", "grazie"},
		greetings:  []string{"buongiorno", "buonasera", "gentile", "gentili", "ciao", "salve", "caro", "cara", "egregio", "spett.le"},
		numbered:   `(?:n\.? ?|num(?:ero|\.)? )(?:di |del )?(?:cliente|contratto|matricola|ordine|fattura|conto|serie|inventario|ticket|pratica)|codice (?:cliente|fiscale)|matricola`,
		requests:   `ticket|richiest[ae]|cas[oi]|pratic(?:a|he)|segnalazion[ei]|chiamata`,
		owned:      `clienti|cliente|contratto|ordine|fattura|conto|matricola|serie|socio|dipendente`,
		honorifics: `sig\.?|sig\.ra|signor|signora|dott\.?|dott\.ssa|ing\.?`,
	},
	"nl": {
		problem: "Probleem", solution: "Oplossing",
		name: "naam", address: "adres", phone: "telefoonnummer", number: "nummer", ip: "IP-adres", link: "link",
		closings:   []string{"met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "vriendelijke groeten", "hartelijke groet", "groeten", "groet", "mvg", "alvast bedankt", "bedankt", "dank u wel", "dank je wel"},
		greetings:  []string{"beste", "geachte", "hallo", "goedemorgen", "goedemiddag", "goedenavond", "dag", "hoi"},
		numbered:   `(?:klant|contract|personeels|medewerkers|lid|rekening|factuur|order|bestel|serie|inventaris|ticket|dossier|burgerservice)-?(?:nummer|nr\.?|id)|bsn`,
		requests:   `tickets?|verzoek(?:en)?|meldingen|melding|zaak|aanvraag|aanvragen`,
		owned:      `klant|contract|order|bestelling|factuur|rekening|medewerker|lid|toestel|dossier`,
		honorifics: `dhr\.?|mevr\.?|mw\.?|meneer|mevrouw|dr\.?|ir\.?`,
	},
	"pl": {
		problem: "Problem", solution: "Rozwiązanie",
		name: "imię i nazwisko", address: "adres", phone: "numer telefonu", number: "numer", ip: "adres IP", link: "link",
		closings:   []string{"z poważaniem", "pozdrawiam", "pozdrawiam serdecznie", "z pozdrowieniami", "serdecznie pozdrawiam", "z góry dziękuję", "dziękuję", "dzięki"},
		greetings:  []string{"dzień dobry", "szanowny", "szanowna", "szanowni", "witam", "cześć", "drogi", "droga"},
		numbered:   `(?:nr|numer) (?:klienta|umowy|pracownika|zamówienia|faktury|konta|seryjny|inwentarzowy|zgłoszenia|sprawy)|pesel|nip`,
		requests:   `ticket|zgłosze(?:nie|nia|niu|niem|ń)|spraw[aęyie]|wnios(?:ek|ku)`,
		owned:      `klient[a]?|umow[ay]|zamówieni[ea]|faktur[ay]|kont[oa]|pracownika?|urządzeni[ea]`,
		honorifics: `pan|pana|panu|pani|panią|dr|prof`,
	},
	"pt": {
		problem: "Problema", solution: "Solução",
		name: "nome", address: "endereço", phone: "número de telefone", number: "número", ip: "endereço IP", link: "ligação",
		closings:   []string{"com os melhores cumprimentos", "melhores cumprimentos", "cumprimentos", "atenciosamente", "atentamente", "abraço", "muito obrigado", "muito obrigada", "obrigado", "obrigada", "desde já agradeço"},
		greetings:  []string{"olá", "oi", "bom dia", "boa tarde", "boa noite", "caro", "cara", "prezado", "prezada", "prezados", "estimado", "estimada"},
		numbered:   `(?:n\.?º ?|número |num\.? )(?:de |do |da )?(?:cliente|contrato|funcionário|encomenda|pedido|fatura|conta|série|inventário|chamado|processo)|nif|cpf`,
		requests:   `tickets?|pedidos?|chamados?|casos?|incidentes?|solicitações|solicitação`,
		owned:      `clientes?|contrato|encomenda|fatura|conta|funcionário|série|sócio|processo`,
		honorifics: `sr\.?|sra\.?|dr\.?|dra\.?|eng\.?`,
	},
}

// in returns the words of a language, or those of English.
func in(language string) words {
	if w, known := wordsIn[language]; known {
		return w
	}
	return wordsIn["en"]
}

// Removed is something that was taken out of a draft.
type Removed struct {
	Kind Kind
	Text string
}

// Kind is what was taken out. Closed set.
type Kind string

// The kinds.
const (
	Quote     Kind = "quote" // of older mail
	Greeting  Kind = "greeting"
	Signature Kind = "signature" // with the words before it, as "Best regards"
	Name      Kind = "name"
	Address   Kind = "address" // of mail
	Phone     Kind = "telephone number"
	Number    Kind = "number" // that names somebody or something of theirs: an account, a customer, a device, a request
	IP        Kind = "IP address"
	Link      Kind = "link" // with somebody's secret in it
)

// Kinds lists every kind.
var Kinds = []Kind{Quote, Greeting, Signature, Name, Address, Phone, Number, IP, Link}
