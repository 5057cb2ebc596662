package desk_test

import (
	"flag"
	"fmt"
	"mime"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

var updateStory = flag.Bool("update", false, "write the mails of the story anew")

// storyFolder has every mail that the desk sends in the story, as its reader reads it: the
// text and, in a file of its own, the outline of the HTML. How that looks is in looks.txt.
const storyFolder = "testdata/story"

// character is somebody of the story, with the mail program that they use.
type character struct{ name, address, client string }

// The people of the story. The requester's colleague stands in copy, the boss approves,
// the vendor is asked, and the intruder has seen mails that are none of hers.
var (
	elodie   = character{"Élodie Marchand", "elodie@moulin.example", "thunderbird"}
	paul     = character{"Paul Petit", "paul@moulin.example", "outlook-new"}
	roux     = character{"Bernard Roux", "roux@moulin.example", "outlook-classic"}
	agentOne = character{"Alice Ames", "alice@example.org", "mutt"}
	agentTwo = character{"Carol Weber", "carol@example.org", "neomutt"}
	veraV    = character{"Vera Vogel", "vera@supplier.example", "s-nail"}
	intruder = character{"Mallory", "mallory@evil.example", "mutt"}
)

// storybook plays a story and keeps what was sent.
type storybook struct {
	*bench
	read    int // mails that were looked at
	written int
	pages   map[string]string // by the name of the file
	html    *outline
}

// writes lets somebody answer a mail with their program, at its Reply-To or another address.
func (b *storybook) writes(who character, to sent, address, typed string) ticket.Mail {
	b.t.Helper()
	b.written++
	raw := replyOf(b.t, who.client, b.written, to, who.address, who.name, address, typed)
	m := b.takeRaw(letter{from: who.address, to: address, subject: typed}, raw)
	b.turnPages(who, typed)
	return m
}

// answers lets somebody answer the last mail of a template that they got.
func (b *storybook) answers(who character, template notify.Template, typed string) ticket.Mail {
	b.t.Helper()
	to := b.last(template, who.address)
	return b.writes(who, to, to.answer(), typed)
}

// acts lets somebody write to the address of an action in the last mail of a template.
func (b *storybook) acts(who character, template notify.Template, action, typed string) ticket.Mail {
	b.t.Helper()
	to := b.last(template, who.address)
	return b.writes(who, to, actionOf(b.t, to, action), typed)
}

// begins lets somebody write a mail that answers nothing.
func (b *storybook) begins(who character, l letter) ticket.Mail {
	b.t.Helper()
	b.written++
	l.from = fmt.Sprintf("%s <%s>", who.name, who.address)
	l.envelope = &who.address
	l.header += "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
	m := b.take(l)
	b.turnPages(who, l.text)
	return m
}

// waits lets time pass.
func (b *storybook) waits(until string) {
	b.t.Helper()
	b.until(until)
	b.turnPages(character{name: "the clock"}, until)
}

// signedParts are what differs from run to run: the signatures of addresses.
var signedParts = regexp.MustCompile(`\+([tc]\d+)-[a-z0-9]+`)

// turnPages lets everything leave, and keeps a page of each mail.
func (b *storybook) turnPages(who character, typed string) {
	b.t.Helper()
	b.deliver()
	all := b.outbox()
	for _, m := range all[b.read:] {
		b.read++
		page := fmt.Sprintf("%s: %s\n\n", who.name, strings.Join(strings.Fields(typed), " "))
		page = "# After " + page
		for _, name := range []string{"From", "To", "Cc", "Reply-To", "Subject"} {
			if value := strings.Join(strings.Fields(decoded(b.t, m.msg.Header.Get(name))), " "); value != "" {
				page += name + ": " + value + "\n"
			}
		}
		page += "\n" + strings.TrimSpace(m.msg.Text) + "\n"
		page = signedParts.ReplaceAllString(page, "+$1-…")
		local, _, _ := strings.Cut(m.Recipient, "@")
		name := fmt.Sprintf("%02d-%s-%s", b.read, m.Template, local)
		b.pages[name+".txt"] = page
		if m.msg.HTML != "" {
			b.pages[name+".html.txt"] = signedParts.ReplaceAllString(b.html.of(m.msg.HTML), "+$1-…")
		}
	}
}

func decoded(t *testing.T, value string) string {
	t.Helper()
	plain, err := new(mime.WordDecoder).DecodeHeader(value)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// TestStorybook plays a matter from the first mail to the last, with mail programs as
// people have them, and holds each mail that the desk sends against the page that was read
// by eye: -update writes them anew.
func TestStorybook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &storybook{bench: open(t, storyDesk), pages: map[string]string{}, html: &outline{t: t, looks: map[string]bool{}}}
		b.until("2026-11-23 09:00")
		theRequest(b)
		theIntruder(b)
		theSecondLevel(b)
		theEnd(b)
		if all := b.read + b.written; all < 60 {
			t.Errorf("the story has %d mails, want 60", all)
		}
		b.sound()
		b.sameRebuilt()
		b.pages["looks.txt"] = b.html.sheet()
		b.compare()
	})
}

func storyDesk(s *settings.Settings) {
	promises(s)
	s.Control = control
	s.Agents[0].Display, s.Agents[0].Languages = agentOne.name, []string{"en", "fr"}
	s.Agents[2].Display, s.Agents[2].Languages = agentTwo.name, []string{"de", "fr"}
	s.Agents = slices.Delete(s.Agents, 1, 2)
	s.Routing.Queues = []routing.Queue{
		{Name: "first-line", Level: 1, Agents: []string{"alice"}},
		{Name: "network", Level: 2, Agents: []string{"carol"}},
	}
	s.Addresses = s.Addresses[:1]
	s.Routing.Rules[0].When = `subject contains "badge"`
	s.LanguageCheck, s.Limits.Participants = true, 5
}

// theRequest: a request in French with a colleague in copy, and the first answers.
func theRequest(b *storybook) {
	b.begins(elodie, letter{to: support, rcpt: []string{support}, subject: "Le lecteur de badges de l'accueil", id: "<badge@moulin.example>",
		header: "Cc: Paul Petit <paul@moulin.example>\n",
		text:   "Bonjour,\n\ndepuis ce matin, le lecteur de badges de l'accueil n'ouvre plus la porte. Les visiteurs attendent dehors.\n\nCordialement,\nÉlodie Marchand\n"})
	b.answers(agentOne, notify.TemplateNewTicket, "#take\n\nBonjour Madame Marchand,\n\nle voyant du lecteur est-il rouge ou éteint ?\n\nAlice")
	b.answers(paul, notify.TemplateReply, "Il clignote en rouge, toutes les deux secondes environ.")
	b.answers(elodie, notify.TemplateReply, "Et le badge de M. Roux ne marche pas non plus, sur aucune porte.")
	b.answers(agentOne, notify.TemplateMessage, "Thank you. I am going to look at the reader at noon, please keep the door open until then.")
	b.answers(agentOne, notify.TemplateHeld, "Merci. Je viens voir le lecteur à midi ; laissez la porte ouverte jusque-là, s'il vous plaît.")
	b.acts(agentOne, notify.TemplateMessage, "note", "The controller behind it is of 2014, I think that it is dead.")
}

// theIntruder knows the number, the name of an agent and an address of the requester's.
func theIntruder(b *storybook) {
	b.begins(intruder, letter{to: support, subject: "Re: [Example IT #1] Le lecteur de badges de l'accueil", text: "Please send me all that was written about this.\n"})
	b.begins(character{agentOne.name, agentOne.address, ""}, letter{to: support, subject: "Re: [Example IT #1] Le lecteur de badges de l'accueil", text: "#resolve\n\nAll is well.\n"})
	stolen := b.last(notify.TemplateReply, elodie.address)
	b.writes(intruder, stolen, stolen.answer(), "C'est Élodie, de chez moi. Donnez-moi le code de la porte, s'il vous plaît.")
	b.answers(agentOne, notify.TemplateNote, "Madame Marchand, est-ce bien vous ?")
	b.answers(agentOne, notify.TemplateHeld, "#note\nI have called her: it is not her.")
}

// theSecondLevel asks the vendor, and the boss for his approval.
func theSecondLevel(b *storybook) {
	b.answers(agentOne, notify.TemplateMessage, "#escalate\nThe reader gets power, but the controller does not answer.")
	b.acts(agentTwo, notify.TemplateEscalation, "take", "")
	b.answers(agentTwo, notify.TemplateEscalation, "#hold\n#ask vera@supplier.example by Thursday\n\nGuten Tag Frau Vogel,\n\nunser Controller AC-4 meldet sich nicht mehr. Gibt es noch Ersatz, und was kostet er?\n\nCarol Weber")
	b.answers(veraV, notify.TemplateQuestion, "Guten Tag Frau Weber,\n\nden AC-4 gibt es nicht mehr; der AC-5 passt und kostet 480 Euro. Lieferung in zwei Tagen.\n\nVera Vogel")
	b.answers(agentTwo, notify.TemplateVendor, "Vielen Dank, bitte reservieren Sie einen.")
	b.answers(agentTwo, notify.TemplateEscalation, "#approve roux@moulin.example within 2d\n\nBonjour Monsieur Roux,\n\nle contrôleur de l'accueil est en panne. Un nouveau coûte 480 euros. Êtes-vous d'accord ?\n\nCarol Weber")
	vote := b.last(notify.TemplateApproval, roux.address)
	b.writes(intruder, vote, actionOf(b.t, vote, "reject"), "Non.")
	b.acts(roux, notify.TemplateApproval, "approve", "D'accord, mais que ce soit fait cette semaine.")
	b.answers(agentTwo, notify.TemplateVote, "#pending 3d\n\nBonjour Madame Marchand,\n\nle nouveau contrôleur arrive mercredi. Nous le posons mercredi à 14 heures.\n\nCarol Weber")
	b.answers(agentTwo, notify.TemplateHeld, "#reply")
	b.waits("2026-11-26 10:00")
	b.answers(agentTwo, notify.TemplateWoken, "#return\nIt is in place; please make new badges and tell them.")
}

// theEnd: a typing error, a solution, a colleague who leaves, a request that is opened
// again, thanks, and the end.
func theEnd(b *storybook) {
	b.answers(agentOne, notify.TemplateReturned, "#cc compta@moulin.example\n#resolv\n\nLe nouveau lecteur est posé.")
	b.answers(agentOne, notify.TemplateRefusal, "#cc compta@moulin.example\n#resolve\n\nBonjour,\n\nle nouveau contrôleur est posé et tous les badges sont à jour. La facture de 480 euros suit.\n\nAlice")
	leave := b.last(notify.TemplateResolution, paul.address)
	b.writes(paul, leave, strings.TrimPrefix(strings.Trim(leave.msg.Header.Get("List-Unsubscribe"), "<>"), "mailto:"), "")
	b.answers(elodie, notify.TemplateResolution, "Le badge de M. Roux ne marche toujours pas à la porte du garage.")
	b.answers(agentOne, notify.TemplateReopened, "#resolve\n\nC'était une liste de portes à part. Le garage est ouvert à M. Roux maintenant.")
	b.answers(elodie, notify.TemplateResolution, "Parfait, merci beaucoup !")
	b.begins(agentOne, letter{to: control, subject: "?", text: "mine\n"})
	b.answers(agentOne, notify.TemplateAnswer, "mine")
	b.waits("2026-12-11 10:00")
	b.begins(elodie, letter{to: support, subject: "Le lecteur de badges de l'accueil", text: "Bonjour,\n\nil clignote de nouveau en rouge depuis une heure, et la porte reste fermée.\n\nÉlodie Marchand\n"})
	b.answers(agentOne, notify.TemplateNewTicket, "#link 1\n#take\n\nBonjour Madame Marchand,\n\nje m'en occupe tout de suite.\n\nAlice")
}

// compare holds the mails of the story against their pages.
func (b *storybook) compare() {
	b.t.Helper()
	if *updateStory {
		if err := os.RemoveAll(storyFolder); err != nil {
			b.t.Fatal(err)
		}
		if err := os.MkdirAll(storyFolder, 0o755); err != nil {
			b.t.Fatal(err)
		}
		for name, page := range b.pages {
			if err := os.WriteFile(filepath.Join(storyFolder, name), []byte(page), 0o644); err != nil {
				b.t.Fatal(err)
			}
		}
		return
	}
	files, err := os.ReadDir(storyFolder)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, file := range files {
		if _, sent := b.pages[file.Name()]; !sent {
			b.t.Errorf("%s is not sent any more", file.Name())
		}
	}
	for name, page := range b.pages {
		want, err := os.ReadFile(filepath.Join(storyFolder, name))
		if err != nil || string(want) != page {
			b.t.Errorf("%s (%v): sent is\n%s\nwant\n%s", name, err, page, want)
		}
	}
}
