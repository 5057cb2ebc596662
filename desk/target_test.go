package desk_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"maildesk/calendar"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/routing"
	"maildesk/ticket"
)

// promises gives the desk of the tests working hours in Berlin and targets.
func promises(s *settings.Settings) {
	s.Routing.Calendars = []calendar.Calendar{{Name: "office", Timezone: "Europe/Berlin", Hours: []string{"mon-fri 09:00-17:00"}, Country: "DE"}}
	s.Routing.Targets = []routing.Target{
		{Name: "urgent", Priority: []string{"urgent"}, FirstResponse: "1h", Resolution: "4h", Calendar: calendar.AroundTheClock, OutsideHours: true},
		{Name: "night", Priority: []string{"low"}, FirstResponse: "1h", Calendar: calendar.AroundTheClock},
		{Name: "high", Priority: []string{"high"}, FirstResponse: "2h", NextUpdate: "1d", Resolution: "2d", Escalate: true},
		{Name: "others", FirstResponse: "4h"},
	}
	s.Location = zone(nil, "Europe/Berlin")
}

func zone(t *testing.T, name string) *time.Location {
	location, err := time.LoadLocation(name)
	if err != nil {
		if t == nil {
			panic(err)
		}
		t.Fatal(err)
	}
	return location
}

// until lets the time go on to a moment in Berlin; the clock strikes every
// quarter of an hour.
func (b *bench) until(moment string) {
	b.t.Helper()
	end, err := time.ParseInLocation("2006-01-02 15:04", moment, zone(b.t, "Europe/Berlin"))
	if err != nil {
		b.t.Fatal(err)
	}
	if quiet := end.Add(-8 * 24 * time.Hour); time.Now().Before(quiet) {
		time.Sleep(time.Until(quiet))
	}
	for {
		b.due(time.Now())
		if !time.Now().Before(end) {
			return
		}
		time.Sleep(min(time.Until(end), 15*time.Minute))
	}
}

// dues returns when things are due on a ticket, in Berlin.
func (b *bench) dues(id ticket.ID) string {
	b.t.Helper()
	opened := b.ticket(id)
	var said []string
	for _, k := range ticket.TargetKinds {
		if due := opened.Due(k); !due.IsZero() {
			said = append(said, fmt.Sprintf("%s %s", k, due.In(zone(b.t, "Europe/Berlin")).Format("Mon 02 15:04")))
		}
	}
	return strings.Join(said, ", ")
}

func (b *bench) wantDues(id ticket.ID, what, want string) {
	b.t.Helper()
	if got := b.dues(id); got != want {
		b.t.Errorf("%s, due are %q, want %q", what, got, want)
	}
}

// ofTargets returns the events of a ticket's targets, without times.
func (b *bench) ofTargets(id ticket.ID) []string {
	b.t.Helper()
	list := []string{}
	for _, e := range b.events(id) {
		what, detail, _ := strings.Cut(e, ": ")
		if slices.Contains([]string{"warned", "breached", "met", "escalated", "not escalated"}, what) {
			kind, _, _ := strings.Cut(detail, ", due")
			list = append(list, what+" "+kind)
		}
	}
	return list
}

func TestTargetsOverAWeekEndAndTheChangeOfTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises)
		b.until("2026-03-27 16:00") // Friday; the clock is put forward on Sunday
		opened := b.request()
		b.wantDues(opened.ID, "after the request", "first response Mon 30 10:00, resolution Tue 31 16:00")
		before := len(b.summary())
		b.until("2026-03-30 09:15")
		equal(t, "until a quarter past nine on Monday", b.since(before), []string{})
		b.until("2026-03-30 09:30")
		equal(t, "half an hour before", b.since(before), []string{"due-soon alice@example.org", "due-soon bob@example.org"})
		if got := b.last(notify.TemplateDueSoon, "bob@example.org").msg.Text; !strings.Contains(got, "first response, 10:00 today") {
			t.Errorf("the warning does not say until when:\n%s", got)
		}
		before = len(b.summary())
		b.until("2026-03-30 10:00")
		equal(t, "when the time is over", b.since(before), []string{
			"escalation carol@example.org", "overdue alice@example.org", "overdue bob@example.org"})
		if got := b.last(notify.TemplateOverdue, "alice@example.org").msg.Text; !strings.Contains(got, "It has been passed on to network.") {
			t.Errorf("alice is not told where it went:\n%s", got)
		}
		if got := b.ticket(opened.ID); got.Level != 2 || got.Queue != "network" {
			t.Errorf("the ticket is at level %d in %s, want 2 in network", got.Level, got.Queue)
		}
		if got := b.last(notify.TemplateEscalation, "carol@example.org").msg.Text; !strings.Contains(got, "Die zugesagte Frist ist abgelaufen: erste Antwort") {
			t.Errorf("carol is not told why:\n%s", got)
		}
		before = len(b.summary())
		b.until("2026-03-31 11:00") // a warning of the resolution: a quarter of 16 hours before
		equal(t, "until Tuesday noon", b.since(before), []string{})
		b.agentWrites("carol@example.org", notify.TemplateEscalation, "Wir sehen es uns an.\n")
		b.wantDues(opened.ID, "after the answer", "next update Wed 01 11:00, resolution Tue 31 16:00")
		before = len(b.summary())
		b.until("2026-03-31 12:00")
		equal(t, "a quarter before the resolution", b.since(before), []string{"due-soon carol@example.org"})
		b.agentWrites("carol@example.org", notify.TemplateEscalation, "#resolve\nSolved.\n")
		b.wantDues(opened.ID, "after the solution", "")
		equal(t, "events", b.ofTargets(opened.ID), []string{
			"warned first response", "breached first response", "escalated the time is over for first response", "warned resolution", "met resolution"})
	})
}

func TestTargetsStandWhileWaitingAndBeginAnewWhenReopened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises)
		b.until("2026-10-22 09:00") // Thursday; the clock is put back on Sunday
		opened := b.request()
		b.wantDues(opened.ID, "after the request", "first response Thu 22 11:00, resolution Fri 23 17:00")
		b.until("2026-10-22 10:00")
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#pending\nWhich client do you use?\n")
		b.wantDues(opened.ID, "while it waits", "")
		before := len(b.summary())
		b.until("2026-10-26 09:00") // Monday
		reply := b.last(notify.TemplateReply, ana)
		b.take(letter{from: ana, to: reply.answer(), subject: "Re: x", text: "AnyConnect 4.10\n"})
		b.wantDues(opened.ID, "15 of 16 hours before the end", "next update Mon 26 17:00, resolution Tue 27 16:00")
		equal(t, "over the weekend", b.since(before), []string{"message alice@example.org"})
		b.until("2026-10-26 10:00")
		b.agentWrites("alice@example.org", notify.TemplateMessage, "#hold\n")
		b.wantDues(opened.ID, "on hold", "")
		b.until("2026-10-26 12:00")
		b.agentWrites("alice@example.org", notify.TemplateMessage, "#reopen\n")
		b.wantDues(opened.ID, "after two hours on hold", "next update Tue 27 11:00, resolution Wed 28 10:00")
		b.agentWrites("alice@example.org", notify.TemplateMessage, "#resolve\nDone.\n")
		b.deliver()
		b.until("2026-10-29 10:00")
		resolution := b.last(notify.TemplateResolution, ana)
		b.take(letter{from: ana, to: resolution.answer(), subject: "Re: x", text: "It drops again.\n"})
		b.wantDues(opened.ID, "after the reopening", "next update Fri 30 10:00, resolution Mon 02 10:00")
		equal(t, "events", b.ofTargets(opened.ID), []string{"met first response", "met resolution"})
		before = len(b.summary())
		b.until("2026-10-30 10:00")
		equal(t, "a day after the reopening", b.since(before), []string{
			"due-soon alice@example.org", "escalation carol@example.org", "overdue alice@example.org", "overdue bob@example.org"})
	})
}

func TestTargetOfAChangedPriority(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises)
		b.until("2026-12-23 16:30") // Wednesday; the 25th is a holiday
		opened := b.request()
		b.wantDues(opened.ID, "high", "first response Thu 24 10:30, resolution Mon 28 16:30")
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#priority normal\n")
		b.wantDues(opened.ID, "normal", "first response Thu 24 12:30")
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#priority urgent\n")
		b.wantDues(opened.ID, "urgent, around the clock", "first response Wed 23 17:30, resolution Wed 23 20:30")
		before := len(b.summary())
		b.until("2026-12-23 20:30")
		equal(t, "on that evening", b.since(before), []string{
			"due-soon alice@example.org", "due-soon bob@example.org", "overdue alice@example.org", "overdue bob@example.org",
			"due-soon alice@example.org", "due-soon bob@example.org", "overdue alice@example.org", "overdue bob@example.org"})
		if got := b.ticket(opened.ID); got.Level != 1 {
			t.Errorf("without escalate the ticket went to level %d", got.Level)
		}
	})
}

func TestNobodyIsWrittenToAtNight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises, func(s *settings.Settings) {
			s.Routing.Rules = append(s.Routing.Rules, routing.Rule{Name: "low", When: `subject contains "badge"`, Priority: "low"})
		})
		b.until("2026-11-24 18:00")
		var ids []ticket.ID
		for i := range 40 { // as many as nobody wants mails about
			m := b.take(letter{from: fmt.Sprintf("p%d@example.net", i), to: support, subject: fmt.Sprintf("New badge %d", i), text: "Please.\n"})
			ids = append(ids, m.Ticket)
		}
		b.wantDues(ids[0], "around the clock", "first response Tue 24 19:00")
		before := len(b.summary())
		b.until("2026-11-25 08:45")
		equal(t, "at night", b.since(before), []string{})
		b.until("2026-11-25 09:00")
		equal(t, "in the morning", b.since(before), []string{"overdue alice@example.org", "overdue bob@example.org"})
		text := b.last(notify.TemplateOverdue, "alice@example.org").msg.Text
		for _, want := range []string{"Request #1 is late", "first response, 19:00 on Tuesday, 24 November", "#2 New badge 1 (first response, 19:00", "#21 New badge 20", "… 19 more"} {
			if !strings.Contains(text, want) {
				t.Errorf("the one mail does not say %q:\n%s", want, text)
			}
		}
		for _, id := range ids {
			equal(t, "events", b.ofTargets(id), []string{"breached first response"})
		}
		b.until("2026-11-25 12:00")
		equal(t, "later", b.since(before), []string{"overdue alice@example.org", "overdue bob@example.org"})
	})
}

func TestWhatCameDueWhileTheDaemonWasDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises)
		b.until("2026-11-24 09:00")
		opened := b.request()
		b.agentWrites("bob@example.org", notify.TemplateNewTicket, "#take\n")
		before := len(b.summary())
		time.Sleep(10 * 24 * time.Hour) // both times pass: Friday, 9:00
		count := b.count
		b = openOn(t, b.db, "Example IT", promises)
		b.count = count
		b.due(time.Now())
		equal(t, "after ten days", b.since(before), []string{
			"escalation carol@example.org", "overdue alice@example.org", "overdue bob@example.org"})
		if text := b.last(notify.TemplateOverdue, "alice@example.org").msg.Text; !strings.Contains(text, "first response") || !strings.Contains(text, "solution") {
			t.Errorf("the mail does not tell of both times:\n%s", text)
		}
		equal(t, "events", b.ofTargets(opened.ID), []string{"breached first response", "breached resolution", "escalated the time is over for first response and resolution"})
	})
}

func TestAbsentAgentsAreNotWarned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises, func(s *settings.Settings) {
			s.Agents[0].Absent = []settings.Days{{First: "2026-11-24", Last: "2026-11-25"}}
		})
		b.until("2026-11-24 09:00")
		b.request()
		before := len(b.summary())
		b.until("2026-11-24 11:00")
		equal(t, "while alice is away", b.since(before), []string{"due-soon bob@example.org", "escalation carol@example.org", "overdue bob@example.org"})
	})
}

func TestNewTargetsAfterAReload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		b.until("2026-11-24 09:00")
		old, answered := b.request(), b.request()
		b.agentWrites("bob@example.org", notify.TemplateNewTicket, "We look into it.\n")
		b.wantDues(old.ID, "without targets", "")
		b.until("2026-11-24 12:00")
		young := b.request()
		before := len(b.summary())

		s := exampleIT(t, "Example IT")
		promises(s)
		var err error
		if s.Rules, err = routing.Compile(s.Routing); err != nil {
			t.Fatal(err)
		}
		b.Reload(s)
		b.due(time.Now())
		b.wantDues(young.ID, "with targets", "first response Tue 24 14:00, resolution Thu 26 12:00")
		b.wantDues(old.ID, "late before it was promised", "first response Tue 24 11:00, resolution Wed 25 17:00")
		b.wantDues(answered.ID, "answered before it was promised", "next update Wed 25 09:00, resolution Thu 26 09:00")
		b.until("2026-11-24 13:15")
		equal(t, "after the reload", b.since(before), []string{})
		equal(t, "events of the old one", b.ofTargets(old.ID), []string{"breached first response"})
		equal(t, "events of the answered one", b.ofTargets(answered.ID), []string{})

		s = exampleIT(t, "Example IT") // no targets again
		if s.Rules, err = routing.Compile(s.Routing); err != nil {
			t.Fatal(err)
		}
		b.Reload(s)
		b.until("2026-11-30 12:00")
		b.wantDues(young.ID, "without targets again", "")
		equal(t, "without targets again", b.since(before), []string{})
	})
}

func TestImportedTicketsHaveNoTargets(t *testing.T) {
	b := open(t, promises)
	m := b.take(letter{from: ana, to: support, subject: "VPN drops", text: "Long ago.\n", source: ticket.SourceImport})
	b.wantDues(m.Ticket, "imported", "")
	before := len(b.summary())
	b.due(time.Now().AddDate(0, 0, 30))
	equal(t, "a month later", b.since(before), []string{})
	b.wantDues(m.Ticket, "a month later", "")
}

// Whoever reports a known incident is promised nothing of their own.
func TestReportsOfAnIncidentHaveNoTargets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises)
		b.until("2026-11-24 09:00")
		lead := b.request()
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, "#incident\n")
		second := b.take(letter{from: "ben@example.net", to: support, subject: "VPN drops", text: "It drops every ten minutes.\n"})
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, fmt.Sprintf("#incident %d\n", lead.ID))
		if b.dues(lead.ID) == "" {
			t.Error("nothing is due on the lead")
		}
		b.wantDues(second.Ticket, "of the report", "")
	})
}

// After days of standstill everything is late at once: one mail per agent, and
// few tickets are handed on.
func TestManyLateAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises)
		b.until("2026-11-24 12:00")
		created := time.Now().Add(-5 * 24 * time.Hour)
		err := b.db.Update(t.Context(), func(tx ticket.Tx) error {
			for i := range 1200 {
				_, err := tx.InsertTicket(ticket.Ticket{Subject: fmt.Sprintf("Request %d", i), Requester: ana, Address: support, Status: ticket.StatusNew, Category: "network",
					Priority: "high", Queue: "first-line", Level: 1, CreatedAt: created, UpdatedAt: created,
					DueFirstResponse: created.Add(time.Hour), DueResolution: created.Add(2 * time.Hour), TargetAt: created.Add(time.Hour)})
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		b.due(time.Now())
		sent := map[string]int{}
		for _, s := range b.summary() {
			sent[s]++
		}
		want := map[string]int{"overdue alice@example.org": 1, "overdue bob@example.org": 1, "escalation carol@example.org": 20}
		if !maps.Equal(sent, want) {
			t.Errorf("sent were %v, want %v", sent, want)
		}
		if got := b.last(notify.TemplateOverdue, "alice@example.org").msg.Text; !strings.Contains(got, "… 479 more") {
			t.Errorf("the mail does not tell how many more there are:\n%s", got)
		}
		equal(t, "events of the last", b.ofTargets(1200), []string{"breached first response", "breached resolution", "not escalated more than 20 tickets are late at once"})
		before := len(b.summary())
		b.until("2026-11-24 14:00")
		equal(t, "later", b.since(before), []string{})
	})
}

// A rebuild comes to the same times, escalations and answers that waited.
func TestRebuildWithTargets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t, promises, checked)
		b.until("2026-11-24 09:00")
		late := b.request()
		b.until("2026-11-24 15:00")
		french := b.take(letter{from: "claire@example.net", to: support, subject: "Imprimante", text: frenchText})
		b.agentWrites("alice@example.org", notify.TemplateNewTicket, englishText)
		b.agentWrites("alice@example.org", notify.TemplateHeld, "#anyway\n")
		b.deliver()
		now := b.rebuilt()
		for _, id := range []ticket.ID{late.ID, french.Ticket} {
			was, is := b.ticket(id), now.ticket(id)
			if is.Queue != was.Queue || is.Level != was.Level || is.Status != was.Status || now.dues(id) != b.dues(id) {
				t.Errorf("ticket %d was %s at level %d, %s, due %s; is %s at level %d, %s, due %s", id, was.Status, was.Level, was.Queue, b.dues(id), is.Status, is.Level, is.Queue, now.dues(id))
			}
			equal(t, "events", now.ofTargets(id), b.ofTargets(id))
		}
	})
}
