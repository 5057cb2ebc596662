package desk_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk"
	"maildesk/desk/notify"
	"maildesk/desk/recover"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// watchful is a desk that takes four alike requests within half an hour for an outage.
func watchful(s *settings.Settings) {
	s.Outages = settings.Outages{Requests: 4, Within: 30 * time.Minute, Priority: "urgent", Page: true}
}

var outageReports = []struct{ from, subject, text string }{
	{"ana@example.net", "Remote access", "Hello,\n\nsince this morning the gateway shows error 4711 and I cannot connect from home.\n"},
	{"ben@example.net", "gateway", "Hi, the gateway says error 4711 when I try to connect. Is it just me?\n"},
	{"cleo@example.net", "Verbindung geht nicht", "Guten Tag, seit heute morgen kommt beim Verbinden mit dem Gateway der Fehler 4711. Können Sie mir bitte helfen?\n"},
	{"dan@example.net", "error 4711", "Dear team, what is error 4711? I get it from the gateway and cannot work.\n"},
}

// report sends the n-th report.
func (b *bench) report(n int) ticket.Ticket {
	b.t.Helper()
	r := outageReports[n%len(outageReports)]
	if n >= len(outageReports) {
		r.from = fmt.Sprintf("person%d@example.net", n)
	}
	return b.ticket(b.take(letter{from: r.from, to: support, subject: r.subject, text: r.text}).Ticket)
}

// reports returns the numbers of the tickets of an incident.
func (b *bench) reports(lead ticket.ID) []ticket.ID {
	b.t.Helper()
	var ids []ticket.ID
	if err := b.View(b.ctx, func(r ticket.Reader) error {
		all, err := r.Reports(lead)
		for _, t := range all {
			ids = append(ids, t.ID)
		}
		return err
	}); err != nil {
		b.t.Fatal(err)
	}
	return ids
}

func sameTickets(t *testing.T, what string, got, want []ticket.ID) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s has the tickets %v, want %v", what, got, want)
	}
}

func TestOutageBecomesIncident(t *testing.T) {
	b := open(t, watchful)
	b.take(letter{from: "eve@example.net", to: support, subject: "A new chair", text: "I need a chair, please.\n"})
	for n := range 3 {
		b.report(n)
	}
	before := len(b.summary())
	last := b.report(3)
	sameTickets(t, "the incident", b.reports(2), []ticket.ID{2, 3, 4, 5})
	lead := b.ticket(2)
	if lead.Level != 2 || lead.Queue != "network" || lead.Priority != "urgent" || last.Priority != "urgent" || last.Level != 1 {
		t.Errorf("the lead is %s at level %d in %s, the last report %s at level %d; want the lead urgent at level 2 and the report urgent at level 1",
			lead.Priority, lead.Level, lead.Queue, last.Priority, last.Level)
	}
	equal(t, "told", b.since(before), []string{
		"incident carol@example.org", "incident alice@example.org", "incident bob@example.org", "acknowledgement dan@example.net",
	})
	notice := b.last(notify.TemplateIncident, "alice@example.org").msg
	for _, want := range []string{"4 people report the same", "#2 ana@example.net: Remote access", "#5 dan@example.net: error 4711", "the gateway shows error 4711"} {
		if !strings.Contains(notice.Text, want) {
			t.Errorf("the notice does not tell %q:\n%s", want, notice.Text)
		}
	}
	if known := b.last(notify.TemplateAcknowledgement, "dan@example.net").msg.Text; !strings.Contains(known, "Several people report the same") {
		t.Errorf("the acknowledgement does not say that the matter is known:\n%s", known)
	} else if strings.Contains(known, "What happens next") {
		t.Errorf("somebody is promised to read the report; that is the lead's only:\n%s", known)
	}

	before = len(b.summary())
	b.report(4)
	equal(t, "told of a fifth report", b.since(before), []string{"acknowledgement person4@example.net"})
	other := b.take(letter{from: "fay@example.net", to: support, subject: "Chair", text: "My chair is broken.\n"})
	sameTickets(t, "the incident", b.reports(2), []ticket.ID{2, 3, 4, 5, 6})
	if told := b.last(notify.TemplateAcknowledgement, "fay@example.net").msg.Text; strings.Contains(told, "Several people") {
		t.Errorf("ticket %d has nothing to do with the incident; its acknowledgement says\n%s", other.Ticket, told)
	}
	before = len(b.summary())
	for n := 5; n < 8; n++ {
		b.report(n)
	}
	equal(t, "told when the reports have doubled", b.since(before)[2:], []string{
		"incident carol@example.org", "acknowledgement person7@example.net", // the eighth
	})
}

// TestOneReportsTwice: a person counts once, and both of their tickets are solved
// with the incident.
func TestOneReportsTwice(t *testing.T) {
	b := open(t, watchful)
	for _, n := range []int{0, 1, 0, 2} {
		b.report(n)
	}
	sameTickets(t, "of three people", b.reports(1), nil)
	b.report(3)
	sameTickets(t, "of four people", b.reports(1), []ticket.ID{1, 2, 3, 4, 5})
	if notice := b.last(notify.TemplateIncident, "alice@example.org").msg; !strings.Contains(notice.Text, "4 people report the same") {
		t.Errorf("the notice of four people says\n%s", notice.Text)
	}
}

func TestSolvedIncidentReachesAll(t *testing.T) {
	b := open(t, watchful)
	for n := range 5 {
		b.report(n)
	}
	b.agentWrites("carol@example.org", notify.TemplateIncident, "#split 5\n")
	sameTickets(t, "after the split", b.reports(1), []ticket.ID{1, 2, 3, 4})
	if got := b.ticket(5).Priority; got != "normal" {
		t.Errorf("after the split the priority is %s, want normal again", got)
	}
	b.last(notify.TemplateNewTicket, "alice@example.org")

	// One of the reports is solved by itself before.
	b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#note\nlooking\n")
	before := len(b.summary())
	b.agentWrites("carol@example.org", notify.TemplateIncident, "#resolve\nThe gateway was restarted.\n")
	if n, err := b.Due(b.ctx, time.Now()); err != nil || n != 3 {
		t.Fatalf("Due = %d, %v, want three reports resolved", n, err)
	}
	var told []string
	for _, s := range b.since(before) {
		if strings.HasPrefix(s, "resolution ") {
			told = append(told, strings.TrimPrefix(s, "resolution "))
		}
	}
	equal(t, "told of the solution", told, []string{"ana@example.net", "ben@example.net", "cleo@example.net", "dan@example.net"})
	german := b.last(notify.TemplateResolution, "cleo@example.net").msg.Text
	if !strings.Contains(german, "The gateway was restarted.") || !strings.Contains(german, "gelöst") {
		t.Errorf("the German requester reads\n%s", german)
	}
	if got := b.ticket(5); got.Status == ticket.StatusResolved {
		t.Error("the ticket that was split off is resolved as well")
	}
	if n, err := b.Due(b.ctx, time.Now()); err != nil || n != 0 {
		t.Errorf("a second Due = %d, %v, want nothing", n, err)
	}
	// It is over: the next one is a request of its own again.
	b.report(8)
	if told := b.last(notify.TemplateAcknowledgement, "person8@example.net").msg.Text; strings.Contains(told, "Several people") {
		t.Errorf("after the solution a report is acknowledged with\n%s", told)
	}
	// Whoever answers that it is not solved opens only their own.
	reply := b.last(notify.TemplateResolution, "ben@example.net")
	b.take(letter{from: "ben@example.net", to: reply.answer(), subject: "Re: x", text: "It still does not work.\n"})
	if _, err := b.Due(b.ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	if got := b.ticket(2).Status; got != ticket.StatusOpen {
		t.Errorf("the reopened report is %s, want open", got)
	}
}

// TestIncidentMadeAnew: the solution that each reporter got is known again.
func TestIncidentMadeAnew(t *testing.T) {
	b := open(t, watchful)
	for n := range 4 {
		b.report(n)
	}
	b.agentWrites("carol@example.org", notify.TemplateIncident, "#resolve\nThe gateway was restarted.\n")
	b.request() // numbers of events come in another order than where the clock runs at once
	if _, err := b.Due(b.ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	b.deliver()
	now := b.rebuilt()
	if err := recover.Compare(b.ctx, b.db, now.db, func(d recover.Difference) { t.Errorf("difference: %v", d) }); err != nil {
		t.Fatal(err)
	}
	if got := now.ticket(2); !got.Informed() {
		t.Error("the reporter of ticket 2 seems to know of no solution")
	}
}

func TestIncidentByHand(t *testing.T) {
	b := open(t) // no outages are looked for
	for n := range 3 {
		b.report(n)
	}
	other := b.take(letter{from: "eve@example.net", to: support, subject: "A new chair", text: "I need a chair, please.\n"})
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#incident 3\n") // the chair; #3 leads none
	if got := b.last(notify.TemplateRefusal, "alice@example.org").msg.Text; !strings.Contains(got, "#3 leads no incident") {
		t.Errorf("#incident 3 is answered\n%s", got)
	}
	var first sent
	for _, m := range b.outbox() {
		if m.Ticket == 1 && m.Recipient == "alice@example.org" {
			first = m
			break
		}
	}
	b.take(letter{from: "alice@example.org", to: first.answer(), subject: "Re: x", text: "#incident\nThe gateway is broken.\n"})
	sameTickets(t, "the incident", b.reports(1), []ticket.ID{1, 2, 3})
	b.report(3)
	sameTickets(t, "the incident", b.reports(1), []ticket.ID{1, 2, 3, 5})
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#incident 1\n") // the chair again
	sameTickets(t, "the incident", b.reports(1), []ticket.ID{1, 2, 3, other.Ticket, 5})
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#split\n")
	sameTickets(t, "the incident", b.reports(1), []ticket.ID{1, 2, 3, 5})
}

// TestOutageAfterRestart: a new daemon knows what came before.
func TestOutageAfterRestart(t *testing.T) {
	b := open(t, watchful)
	for n := range 3 {
		b.report(n)
	}
	count := b.count
	b = openOn(t, b.db, "Example IT", watchful)
	b.count = count
	b.report(3)
	sameTickets(t, "the incident", b.reports(1), []ticket.ID{1, 2, 3, 4})
	b = openOn(t, b.db, "Example IT", watchful)
	b.count = count + 1
	b.report(4)
	sameTickets(t, "the incident", b.reports(1), []ticket.ID{1, 2, 3, 4, 5})
}

// TestImportReportsNoOutage: an archive that is imported joins no incident
// that is declared by hand.
func TestImportReportsNoOutage(t *testing.T) {
	b := open(t, watchful)
	for n := range 5 {
		r := outageReports[n%4]
		b.take(letter{from: fmt.Sprintf("old%d@example.net", n), to: support, subject: r.subject, text: r.text, source: ticket.SourceImport})
	}
	count := b.count
	b = openOn(t, b.db, "Example IT", watchful)
	b.count = count
	first := b.report(0)
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#incident\n")
	sameTickets(t, "by hand", b.reports(first.ID), []ticket.ID{first.ID})
}

// TestImportIsNoOutage: the first request after an import finds no outage in it.
func TestImportIsNoOutage(t *testing.T) {
	b := open(t, watchful)
	for n := range 5 {
		r := outageReports[n%4]
		b.take(letter{from: fmt.Sprintf("old%d@example.net", n), to: support, subject: r.subject, text: r.text, source: ticket.SourceImport})
	}
	b.report(0)
	b.view(func(r ticket.Reader) error {
		if open, err := r.OpenIncidents(); err != nil || len(open) > 0 {
			t.Errorf("open incidents = %v, %v, want none", open, err)
		}
		return nil
	})
}

// TestExplainSeesNoOutage: mails that are only explained count for nothing.
func TestExplainSeesNoOutage(t *testing.T) {
	b := open(t, watchful)
	b.report(0)
	for n := 1; n < 6; n++ {
		r := outageReports[n%4]
		raw := letter{from: fmt.Sprintf("x%d@example.net", n), to: support, subject: r.subject, text: r.text, id: fmt.Sprintf("<%d@x>", n)}.bytes()
		if _, err := b.Explain(b.ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: fmt.Sprintf("x%d@example.net", n), ForwardPaths: []string{support}}, raw); err != nil {
			t.Fatal(err)
		}
	}
	b.report(1)
	sameTickets(t, "the incident", b.reports(1), nil)
}

// TestTwoIncidentsBecomeOne: #incident N on a lead moves all its reports, and
// both sorts of later reports join the one that is left.
func TestTwoIncidentsBecomeOne(t *testing.T) {
	b := open(t, watchful)
	for n := range 4 {
		b.report(n)
	}
	lift := []string{"the lift is stuck between the floors", "stuck lift between two floors", "lift stuck between floors again", "the lift hangs between floors, stuck"}
	for i, text := range lift {
		b.take(letter{from: fmt.Sprintf("l%d@example.net", i), to: support, subject: "Lift", text: text + "\n"})
	}
	if got := b.incidents(); len(got) != 2 {
		t.Fatalf("there are %d incidents, want 2", len(got))
	}
	first, second := b.incidents()[0].Lead, b.incidents()[1].Lead
	b.agentWrites("carol@example.org", notify.TemplateIncident, fmt.Sprintf("#incident %d\n", second))
	if got := b.last(notify.TemplateRefusal, "carol@example.org").msg.Text; !strings.Contains(got, "ist diese Anfrage selbst") {
		t.Errorf("#incident with the ticket's own number is answered\n%s", got)
	}
	before := len(b.summary())
	b.agentWrites("carol@example.org", notify.TemplateIncident, fmt.Sprintf("#incident %d\n", first))
	sameTickets(t, "the incident", b.reports(first), []ticket.ID{1, 2, 3, 4, 5, 6, 7, 8})
	sameTickets(t, "the other", b.reports(second), nil)
	if got := b.incidents(); len(got) != 1 {
		t.Errorf("there are %d incidents, want 1", len(got))
	}
	if told := b.since(before); !slices.Contains(told, "incident alice@example.org") || !slices.Contains(told, "incident carol@example.org") {
		t.Errorf("who holds the reports is not told: %v", told)
	}
	b.report(4)
	b.take(letter{from: "l9@example.net", to: support, subject: "Lift", text: "Is the lift stuck between the floors again?\n"})
	sameTickets(t, "with one report more of each", b.reports(first), []ticket.ID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
}

// TestSolutionInEveryLanguage: each reporter reads the part in their language.
func TestSolutionInEveryLanguage(t *testing.T) {
	b := open(t, watchful)
	for n := range 4 {
		b.report(n)
	}
	b.agentWrites("carol@example.org", notify.TemplateIncident, "#resolve\n[de]\nDas Gateway wurde neu gestartet.\n[en]\nThe gateway was restarted.\n")
	if _, err := b.Due(b.ctx, time.Now()); err != nil {
		t.Fatal(err)
	}
	for to, want := range map[string]string{"ana@example.net": "The gateway was restarted.", "cleo@example.net": "Das Gateway wurde neu gestartet.", "dan@example.net": "The gateway was restarted."} {
		text := b.last(notify.TemplateResolution, to).msg.Text
		if !strings.Contains(text, want) || strings.Contains(text, "[de]") || strings.Contains(text, "Gateway wurde") && strings.Contains(text, "gateway was") {
			t.Errorf("%s reads, instead of %q alone:\n%s", to, want, text)
		}
	}
}

// TestAnnounce: a word on the lead goes to all who report, each gets the part in
// their language, and nothing is resolved.
func TestAnnounce(t *testing.T) {
	b := open(t, watchful)
	for n := range 4 {
		b.report(n)
	}
	before := len(b.summary())
	b.agentWrites("carol@example.org", notify.TemplateIncident, "#announce\n")
	b.agentWrites("carol@example.org", notify.TemplateIncident, "#announce\n[en]\nWe are on it, until noon.\n")
	if n := b.made(notify.TemplateReply, before); n != 0 {
		t.Fatalf("%d answers went out though the mail says nothing, or cleo has no part in German", n)
	}
	held := b.last(notify.TemplateHeld, "carol@example.org").msg.Text
	if !strings.Contains(held, "#3 cleo@example.net [de]") || strings.Contains(held, "ana@example.net [") {
		t.Errorf("who has no part is not named, or others are:\n%s", held)
	}
	before = len(b.summary())
	b.agentWrites("carol@example.org", notify.TemplateIncident, "#announce\n[en]\nWe are on it, until noon.\n\n[de]\nWir sind dran, bis zum Mittag.\n")
	equal(t, "told", b.since(before), []string{"reply ana@example.net", "reply ben@example.net", "reply cleo@example.net", "reply dan@example.net"})
	if german := b.last(notify.TemplateReply, "cleo@example.net").msg.Text; !strings.Contains(german, "bis zum Mittag") || strings.Contains(german, "until noon") {
		t.Errorf("cleo reads\n%s", german)
	}
	for id := ticket.ID(1); id <= 4; id++ {
		if got := b.ticket(id); got.Status != ticket.StatusOpen {
			t.Errorf("ticket %d is %s, want open", id, got.Status)
		}
		entries := b.entries(id)
		if last := entries[len(entries)-1]; last.Kind != ticket.EntryReply || !strings.Contains(last.Text, "until noon") {
			t.Errorf("ticket %d does not keep the announcement: %+v", id, last)
		}
	}
	b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#announce\nto nobody\n") // on a report, if it is not the lead
	if got := b.last(notify.TemplateRefusal, "alice@example.org").msg.Text; !strings.Contains(got, "which leads it") {
		t.Errorf("#announce on a report is answered\n%s", got)
	}
}

// TestAnnounceToMany: where many report, a word on the lead goes to some at a time; each
// gets each word once, in the order in which they were written, also after a restart.
func TestAnnounceToMany(t *testing.T) {
	b := open(t, watchful)
	const many = 60
	for n := range many {
		b.report(n)
	}
	lead := b.reports(1)[0]
	before := len(b.summary())
	say := func(text string) {
		t.Helper()
		b.agentWrites("carol@example.org", notify.TemplateIncident, "#announce\n[en]\n"+text+"\n[de]\nDeutsch: "+text+"\n")
	}
	say("We are on it.")
	told := b.made(notify.TemplateReply, before)
	if told == 0 || told >= many {
		t.Fatalf("%d of %d were told at once, want some", told, many)
	}
	say("Almost done.")
	solved := b.reports(1)[many-1]
	b.Desk = desk.New(b.db, b.keys, b.Settings(), slog.New(slog.NewTextHandler(t.Output(), nil)))
	b.agentWrites("alice@example.org", notify.TemplateIncident, "#split "+fmt.Sprint(solved)+"\n")
	b.due(time.Now())
	for _, id := range b.reports(1) {
		if got := b.toldOn(id); got != "We are on it. Almost done. " {
			t.Errorf("on ticket %d was told %q, want both in order", id, got)
		}
	}
	if got := b.toldOn(solved); got != "" {
		t.Errorf("on ticket %d, which was taken out, was told %q", solved, got)
	}
	done := len(b.summary())
	b.due(time.Now())
	if n := b.made(notify.TemplateReply, done); n != 0 {
		t.Errorf("the next beat tells %d once more", n)
	}
	if i := b.incidentOf(lead); len(i.Announcements) != 0 {
		t.Errorf("announcements are left: %+v", i.Announcements)
	}
	now := b.rebuilt()
	now.due(time.Now())
	for _, id := range b.reports(1) {
		if got, want := now.toldOn(id), b.toldOn(id); got != want {
			t.Errorf("rebuilt, on ticket %d was told %q, want %q", id, got, want)
		}
	}
}

// toldOn returns what agents wrote on a ticket, in their order.
func (b *bench) toldOn(id ticket.ID) (all string) {
	b.t.Helper()
	for _, e := range b.entries(id) {
		if e.Kind != ticket.EntryReply {
			continue
		}
		for _, text := range []string{"We are on it.", "Almost done."} {
			if strings.Contains(e.Text, text) {
				all += text + " "
			}
		}
	}
	return all
}

func (b *bench) incidentOf(id ticket.ID) (i ticket.Incident) {
	b.t.Helper()
	b.view(func(r ticket.Reader) (err error) { i, err = r.IncidentOf(id); return err })
	return i
}
