package author

import (
	"strings"
	"testing"

	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// TestAuthorBehindSender: whose mail it is that a list or a form sends.
func TestAuthorBehindSender(t *testing.T) {
	s := &settings.Settings{
		Addresses: []settings.Address{{Mail: "support@example.org"}},
		Agents:    []settings.Agent{{Name: "alice", Mail: []string{"alice@example.org"}}},
	}
	const (
		marta = "marta@clinic.example.com"
		list  = "it@lists.example.net"
		reply = "Reply-To: Marta <" + marta + ">\n"
	)
	for _, tt := range []struct{ name, sender, header, want string }{
		{"a list that puts itself into From", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\n" + reply + "List-Id: IT <it.lists.example.net>\nPrecedence: list\n", marta},
		{"the same by its List-Post", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\n" + reply + "List-Id: <4711.example.net>\nList-Post: <mailto:" + list + ">\n", marta},
		{"the same by X-BeenThere", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\n" + reply + "X-BeenThere: " + list + "\n", marta},
		{"an answer on that list", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\n" + reply + "List-Id: <it.lists.example.net>\nIn-Reply-To: <1@clinic.example.com>\n", marta},
		{"a list that leaves its author in From", "it-bounces@lists.example.net", "From: Marta <" + marta + ">\nReply-To: <" + list + ">\nList-Id: <it.lists.example.net>\n", marta},
		{"a list with its author nowhere", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\nList-Id: <it.lists.example.net>\n", list},
		{"the list beside its author in Reply-To", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\nReply-To: IT <" + list + ">, Marta <" + marta + ">\nList-Id: IT <it.lists.example.net>\n", marta},
		{"two fields of Reply-To", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\nReply-To: IT <" + list + ">\n" + reply + "List-Id: IT <it.lists.example.net>\n", marta},
		{"an author with two addresses", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\nReply-To: Office <office@clinic.example.com>, Marta <" + marta + ">\nList-Id: IT <it.lists.example.net>\n", marta},
		{"two people in Reply-To", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\nReply-To: Eva <eva@clinic.example.com>, Office <office@clinic.example.com>\nList-Id: IT <it.lists.example.net>\n", list},
		{"its author in Cc by name", "it-bounces@lists.example.net", "From: Marta Oliva via IT <" + list + ">\nReply-To: IT <" + list + ">\nCc: Ben <ben@example.net>, \"Oliva, Marta\" <" + marta + ">\nList-Id: <it.lists.example.net>\n", marta},
		{"others in Cc", "it-bounces@lists.example.net", "From: Marta Oliva via IT <" + list + ">\nReply-To: IT <" + list + ">\nCc: Ben <ben@example.net>\nList-Id: <it.lists.example.net>\n", list},
		{"its author in X-Original-From", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\nReply-To: <" + list + ">\nX-Original-From: Marta <" + marta + ">\nList-Id: <it.lists.example.net>\n", marta},
		{"its author in Author", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\nReply-To: <" + list + ">\nAuthor: Marta <" + marta + ">\nList-Id: <it.lists.example.net>\n", marta},
		{"its author in X-Original-Sender", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\nX-Original-Sender: " + marta + "\nList-Id: <it.lists.example.net>\n", marta},
		{"its author in X-MailFrom", "it-bounces@lists.example.net", "From: Marta via IT <" + list + ">\nX-MailFrom: " + marta + "\nList-Id: <it.lists.example.net>\n", marta},
		{"its author spoken in From", "it-bounces@lists.example.net", "From: \"'marta at clinic.example.com' via IT\" <" + list + ">\nReply-To: <" + list + ">\nList-Id: <it.lists.example.net>\n", marta},
		{"its author's address in From", "it-bounces@lists.example.net", "From: \"'marta@clinic.example.com' via IT\" <" + list + ">\nList-Id: <it.lists.example.net>\n", marta},
		{"the same without quotation marks", "it-bounces@lists.example.net", "From: marta@clinic.example.com via IT <" + list + ">\nList-Id: <it.lists.example.net>\n", marta},
		{"name and address, as Sympa has them", "it-owner@lists.example.net", "From: \"Marta (marta@clinic.example.com via it Mailing List)\" <" + list + ">\nList-Id: <it.lists.example.net>\n", marta},
		{"in German", "it-bounces@lists.example.net", "From: Marta =?utf-8?q?=C3=BCber?= IT <" + list + ">\n" + reply + "List-Id: <4711.lists.example.net>\n", marta},
		{"in Italian", "it-bounces@lists.example.net", "From: Marta tramite IT <" + list + ">\n" + reply + "List-Id: <4711.lists.example.net>\n", marta},
		{"groups.io", "bounce@groups.io", "From: \"Marta via groups.io\" <marta=clinic.example.com@groups.io>\nReply-To: it@example.groups.io\nList-Id: <it.example.groups.io>\nList-Post: <mailto:it@example.groups.io>\n", marta},
		{"the lists of the IETF", "it-bounces@ietf.org", "From: Marta <marta=40clinic.example.com@dmarc.ietf.org>\nReply-To: it@ietf.org\nList-Id: <it.ietf.org>\n", marta},
		{"an agent through a list", "it-bounces@lists.example.net", "From: Alice via IT <" + list + ">\nReply-To: <" + list + ">, Alice <alice@example.org>\nList-Id: <it.lists.example.net>\n", "alice@example.org"},
		{"a service that has the name before its own", "bounce@forward.example.net", "From: Marta via Forward <hello@forward.example.net>\n" + reply, marta},
		{"a service with somebody else in Reply-To", "bounce@forward.example.net", "From: Ben via Forward <hello@forward.example.net>\n" + reply, "hello@forward.example.net"},
		{"a service with an agent in Reply-To", "bounce@forward.example.net", "From: Alice via Forward <hello@forward.example.net>\nReply-To: Alice <alice@example.org>\n", "hello@forward.example.net"},
		{"a person whose name has the word", "ana@example.net", "From: Ana Via <ana@example.net>\nReply-To: Ben <ben@example.net>\nList-Id: <x.example.net>\n", "ana@example.net"},
		{"somebody who is not a list", "otto@lists.example.net", "From: Otto <otto@lists.example.net>\n" + reply + "List-Id: <it.lists.example.net>\n", "otto@lists.example.net"},
		{"a form in the name of the house", "www-data@web1.example.org", "From: Web <web@example.org>\n" + reply, marta},
		{"a form in an agent's name", "www-data@web1.example.org", "From: Alice <alice@example.org>\n" + reply, marta},
		{"an agent's own mail", "alice@example.org", "From: Alice <alice@example.org>\n" + reply, "alice@example.org"},
		{"an agent's own mail from elsewhere", "alice@post.example.net", "From: Alice <alice@example.org>\n" + reply, "alice@example.org"},
		{"an agent's answer", "www-data@web1.example.org", "From: Alice <alice@example.org>\n" + reply + "In-Reply-To: <1@example.org>\n", "alice@example.org"},
	} {
		raw := []byte(tt.header + "To: support@example.org\nSubject: Scanner\nMessage-ID: <2@clinic.example.com>\n\nThe scanner is dark.\n")
		msg, _ := Parse(s, ticket.Mail{Envelope: ticket.Envelope{ReversePath: tt.sender, ForwardPaths: []string{"support@example.org"}}}, raw)
		if msg.From.Address != tt.want {
			t.Errorf("%s: the author is %s, want %s", tt.name, msg.From.Address, tt.want)
		}
	}
}

// TestGuessedAuthor: agents are told whom a mail was taken to be of where that is a guess.
func TestGuessedAuthor(t *testing.T) {
	s := &settings.Settings{Addresses: []settings.Address{{Mail: "support@example.org"}}}
	for _, tt := range []struct{ name, header, who, in string }{
		{"an author in Reply-To", "Reply-To: Ana Berg <ana@example.net>\n", "ana@example.net", ""},
		{"without a name", "Reply-To: ana@example.net\n", "ana@example.net", ""},
		{"a list for discussions", "Reply-To: IT talk <talk@lists.example.com>\n", "talk@lists.example.com", "Reply-To"},
		{"a service that delivers mail", "Reply-To: it@lists.example.net\nX-MailFrom: 0102018abc-000000@eu-west-1.amazonses.com\n", "0102018abc-000000@eu-west-1.amazonses.com", "X-MailFrom"},
		{"who sent it beside the list in Reply-To", "Reply-To: it@lists.example.net, ana@example.net, ben@example.net\nX-MailFrom: ana@example.net\n", "ana@example.net", ""},
		{"a robot through a list that is not ours", "X-Original-From: nagios@ops.example\n", "", ""},
	} {
		raw := "From: Ana Berg via IT <it@lists.example.net>\nList-Id: <it.lists.example.net>\n" + tt.header + "\nHello\n"
		list, is := Lists(s, mailparse.Parse([]byte(raw), mailparse.Envelope{}))
		if !is || list.Who.Address != tt.who || list.In != tt.in {
			t.Errorf("%s: %q in %q, want %q in %q", tt.name, list.Who.Address, list.In, tt.who, tt.in)
		}
	}
}

// TestAuthorInForm: whoever filled in a form stands in its text alone.
func TestAuthorInForm(t *testing.T) {
	s := &settings.Settings{
		Addresses: []settings.Address{{Mail: "support@example.org"}},
		Agents:    []settings.Agent{{Name: "alice", Mail: []string{"alice@example.org"}}},
	}
	const (
		ana  = "ana@example.net"
		own  = "noreply@example.org"
		text = "Name: Ana Berg\nE-Mail: ana@example.net\nMessage: The app says that the session is over.\n"
	)
	for _, tt := range []struct{ name, sender, from, header, text, want, called string }{
		{"an address that reads nothing", own, own, "", text, ana, "Ana Berg"},
		{"the same, that calls itself automatic", own, own, "Auto-Submitted: auto-generated\n", text, ana, "Ana Berg"},
		{"that of a provider of forms", "bounce@forms.example.com", "no-reply@forms.example.com", "", text, ana, "Ana Berg"},
		{"a web server", "www-data@web1.example.org", "wordpress@example.org", "", text, ana, "Ana Berg"},
		{"a web server in the name of a mailbox", "www-data@web1.example.org", "info@example.org", "", text, ana, "Ana Berg"},
		{"a program of the web", "info@example.org", "info@example.org", "X-Mailer: PHPMailer 6.9\n", text, ana, "Ana Berg"},
		{"a web server in the name of an agent", "www-data@web1.example.org", "alice@example.org", "", text, ana, "Ana Berg"},
		{"with a Reply-To that reads nothing", own, own, "Reply-To: no-reply2@example.org\n", text, ana, "Ana Berg"},
		{"with a Reply-To", own, own, "Reply-To: Eva <eva@example.com>\n", text, "eva@example.com", "Eva"},
		{"labels on lines of their own", own, own, "", "*Your name*\nAna Berg\n\n*Email address:*\nana@example.net\n\n*Message*\nIt is dark.\n", ana, "Ana Berg"},
		{"a table", own, own, "", "Name | Ana Berg\nE-mail | ana@example.net\n", ana, "Ana Berg"},
		{"with a link", own, own, "", "Name: Ana\nEmail: ana@example.net <mailto:ana@example.net>\n", ana, "Ana"},
		{"as a header", own, own, "", "From: Ana Berg <ana@example.net>\nSubject: App\n\nMessage Body:\nIt is dark.\n", ana, "Ana Berg"},
		{"in German", own, own, "", "Ihr Name: Ana Berg\nE-Mail-Adresse: ana@example.net\nNachricht: Die App ist dunkel.\n", ana, "Ana Berg"},
		{"in French", own, own, "", "Nom : Ana Berg\nCourriel : ana@example.net\n", ana, "Ana Berg"},
		{"in Japanese", own, own, "", "お名前：山田\nメールアドレス：ana@example.net\n", ana, "山田"},
		{"without an address", own, own, "", "Name: Ana Berg\nMessage: It is dark.\n", own, ""},
		{"with several addresses", own, own, "", text + "Email: eva@example.com\n", own, ""},
		{"the same address twice", own, own, "", text + "Email: ANA@example.net\n", ana, "Ana Berg"},
		{"the desk's address", own, own, "", "Name: Ana\nE-mail: support@example.org\n", own, ""},
		{"an agent's address", own, own, "", "Name: Ana\nE-mail: alice@example.org\n", own, ""},
		{"fields parted by dashes", own, own, "", "Name - Ana Berg\nE-mail - ana@example.net\nMessage - It is dark.\n", ana, "Ana Berg"},
		{"by long dashes", own, own, "", "Name – Ana Berg\nE-mail — ana@example.net\nMessage – It is dark.\n", ana, "Ana Berg"},
		{"by long dashes without blanks", own, own, "", "Name—Ana Berg\nE-mail—ana@example.net\n", ana, "Ana Berg"},
		{"by arrows", own, own, "", "Name -> Ana Berg\nE-mail → ana@example.net\n", ana, "Ana Berg"},
		{"by tabs", own, own, "", "Name\tAna Berg\nE-mail\tana@example.net\n", ana, "Ana Berg"},
		{"by dashes, in German", own, own, "", "Ihr Name - Ana Berg\nE-Mail-Adresse - ana@example.net\n", ana, "Ana Berg"},
		{"by dashes, in French", own, own, "", "Nom – Ana Berg\nAdresse e-mail – ana@example.net\n", ana, "Ana Berg"},
		{"by a dash, with a colon in the value", own, own, "", "Name - Ana Berg\nE-mail - ana@example.net\nMessage - The app says: out\n", ana, "Ana Berg"},
		{"labels that say what must be filled in", own, own, "", "Name (required): Ana Berg\nE-mail address (required): ana@example.net\n", ana, "Ana Berg"},
		{"hours and the address of a shop", "no-reply@shop.example", "no-reply@shop.example", "", "Your order is on its way.\n\nMo–Fr 9–17 Uhr\nE-Mail: info@shop.example.net\n", "no-reply@shop.example", ""},
		{"a line of tabs without end", own, own, "", strings.Repeat("\t", 1<<19) + "\n" + text, ana, "Ana Berg"},
		{"a line of dashes without end", own, own, "", strings.Repeat("a - ", 1<<17) + "\n" + text, ana, "Ana Berg"},
		{"a long line behind a label", own, own, "", text + "Message – " + strings.Repeat("It is dark – ", 1<<10) + "\n", ana, "Ana Berg"},
		{"a sentence with a dash", own, own, "", "It is dark in here - ana@example.net\nAnd nobody in it knows - why\n", own, ""},
		{"dashes of another house", "otto@example.com", "otto@example.com", "", "Name - Ana\nE-mail - ana@example.net\n", "otto@example.com", ""},
		{"itself and the visitor in Reply-To", own, own, "Reply-To: " + own + ", Ana <ana@example.net>\n", "It is dark.\n", ana, "Ana"},
		{"two fields of Reply-To", own, own, "Reply-To: support@example.org\nReply-To: Ana <ana@example.net>\n", "It is dark.\n", ana, "Ana"},
		{"an agent and the visitor in Reply-To", own, own, "Reply-To: alice@example.org, Ana <ana@example.net>\n", "It is dark.\n", ana, "Ana"},
		{"the visitor twice in Reply-To", own, own, "Reply-To: ana@example.net, Ana <ANA@example.net>\n", "It is dark.\n", "ana@example.net", "Ana"},
		{"two visitors in Reply-To, one in the text", own, own, "Reply-To: Eva <eva@example.com>, Ana <ana@example.net>\n", text, ana, "Ana Berg"},
		{"two visitors in Reply-To", own, own, "Reply-To: Eva <eva@example.com>, Ana <ana@example.net>\n", "It is dark.\n", own, ""},
		{"a sentence", own, own, "", "Your mail: ana@example.net\n", own, ""},
		{"a person", "otto@example.com", "otto@example.com", "", text, "otto@example.com", ""},
		{"a person of the house", "otto@example.org", "otto@example.org", "", text, "otto@example.org", ""},
		{"an agent", "alice@example.org", "alice@example.org", "", text, "alice@example.org", ""},
		{"a machine that speaks of itself", "root@web1.example.org", "root@web1.example.org", "", text, "root@web1.example.org", ""},
		{"anybody's mailbox that is called so", "web@forms.example.net", "web@forms.example.net", "", text, "web@forms.example.net", ""},
		{"anybody's program of the web", "otto@example.com", "otto@example.com", "X-PHP-Originating-Script: 1000:mail.php\nX-Mailer: PHPMailer 6.9\n", "It is dark.\n\nTel.: 1\nE-Mail: info@example.net\n", "otto@example.com", ""},
		{"their own address", "info@example.org", "info@example.org", "X-Mailer: PHPMailer 6.9\n", "Name: Info\nE-Mail: info@example.org\n", "info@example.org", ""},
		{"an empty field", own, own, "", "Name:\nMessage: It is dark\nE-mail: ana@example.net\n", ana, ""},
		{"in the name of the sender", own, `"Ana Berg (ana@example.net)" <` + own + ">", "", "It is dark.\n", ana, "Ana Berg"},
		{"its address alone in the name", own, `"ana@example.net via web" <` + own + ">", "", "It is dark.\n", ana, ""},
		{"two addresses in the name", own, `"ana@example.net, eva@example.com" <` + own + ">", "", "It is dark.\n", own, "ana@example.net, eva@example.com"},
		{"in a sentence", own, own, "", "You have received a message from Ana Berg (ana@example.net):\n\nIt is dark.\n", ana, ""},
		{"in a sentence with angles", own, own, "", "Ana Berg <ana@example.net> wrote:\n\nIt is dark.\n", ana, ""},
		{"in a German sentence", own, own, "", "Neue Nachricht von ana@example.net:\n\nEs ist dunkel.\n", ana, ""},
		{"in a French sentence", own, own, "", "Nouveau message de Ana Berg <ana@example.net>.\n\nC'est noir.\n", ana, ""},
		{"in a French sentence, behind an article", own, own, "", "Formulaire de contact : message d'ana@example.net\n\nC'est noir.\n", ana, ""},
		{"an alarm about somebody", own, own, "", "Virus found in a message from ana@example.net.\n", own, ""},
		{"a log-in of somebody", own, own, "", "Failed login: request from ana@example.net\n", own, ""},
		{"in a sentence, beside another", own, own, "", "Message from ana@example.net:\n\nPlease write to eva@example.com.\n", own, ""},
		{"in a sentence, beside the house", own, own, "", "Message from ana@example.net:\n\nPlease write to otto@example.org.\n", ana, ""},
		{"a sentence about somebody", own, own, "", "The account ana@example.net was locked.\n", own, ""},
		{"a sentence far below", own, own, "", "1\n2\n3\n4\nMessage from ana@example.net:\n", own, ""},
		{"a sentence of another house", "no-reply@forms.example.com", "no-reply@forms.example.com", "", "Message from ana@example.net:\nIt is dark.\n", "no-reply@forms.example.com", ""},
		{"a person's sentence", "otto@example.org", "otto@example.org", "", "Message from ana@example.net:\nIt is dark.\n", "otto@example.org", ""},
		{"an answer", own, own, "In-Reply-To: <1@example.org>\n", text, own, ""},
	} {
		from := tt.from
		if !strings.Contains(from, "<") {
			from = "<" + from + ">"
		}
		raw := []byte("From: " + from + "\n" + tt.header + "To: support@example.org\nSubject: Contact form\nMessage-ID: <2@example.org>\nContent-Type: text/plain; charset=utf-8\n\n" + tt.text)
		msg, _ := Parse(s, ticket.Mail{Envelope: ticket.Envelope{ReversePath: tt.sender, ForwardPaths: []string{"support@example.org"}}}, raw)
		if msg.From.Address != tt.want || msg.From.Name != tt.called {
			t.Errorf("%s: the author is %q <%s>, want %q <%s>", tt.name, msg.From.Name, msg.From.Address, tt.called, tt.want)
		}
	}
}
