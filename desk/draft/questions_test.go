package draft_test

import (
	"cmp"
	"fmt"
	"hash/crc32"
	"regexp"
	"slices"
	"strings"
	"time"

	"maildesk/ticket"
)

var (
	nextAt   = regexp.MustCompile(`NextAt:\S+ \S+ \S+ \S+ `)
	priority = regexp.MustCompile(`Priority:\d `)
)

// ask makes a question of a method of one argument.
func ask[A, T any](method string, of A, call func(ticket.Reader, A) (T, error)) question {
	return question{method, of, func(r ticket.Reader) (any, error) { return call(r, of) }}
}

// questions returns what a decision may ask: all of some tickets, and what is of none.
func (w *world) questions(of []ticket.ID) (all []question) {
	for _, t := range of {
		all = append(all, w.ofTicket(t)...)
	}
	for _, p := range w.people[max(0, len(w.people)-2):] {
		all = append(all, ask("Participant", p.ID, ticket.Reader.Participant),
			ask("LatestSent", p.ID, func(r ticket.Reader, p ticket.ParticipantID) (sums []string, err error) {
				sent, err := r.LatestSent(p, 3)
				for _, bytes := range sent {
					sums = append(sums, sum(bytes))
				}
				return sums, err
			}))
	}
	for _, m := range w.outgoing[max(0, len(w.outgoing)-5):] {
		all = append(all, ask("Attempts", m, ticket.Reader.Attempts),
			ask("Outgoing", m, func(r ticket.Reader, m ticket.OutboxID) (ticket.OutboxMail, error) { return unhashed(r.Outgoing(m)) }),
			ask("OutboxMail", m, func(r ticket.Reader, m ticket.OutboxID) (ticket.OutboxMail, error) {
				kept, err := unhashed(r.OutboxMail(m))
				kept.Bytes = []byte(sum(kept.Bytes)) // short enough to be compared as text
				return kept, err
			}))
	}
	for _, m := range []ticket.MailID{w.mails[0], w.mails[1], w.mails[w.IntN(len(w.mails))]} {
		all = append(all, ask("Mail", m, func(r ticket.Reader, id ticket.MailID) (ticket.Mail, error) {
			found, err := r.Mail(id)
			found.Place = 0 // it is given with the commit
			return found, err
		}), ask("DuplicatesOf", m, func(r ticket.Reader, id ticket.MailID) ([]ticket.Mail, error) { return placeless(r.DuplicatesOf(id)) }),
			ask("OtherCopies", m, func(r ticket.Reader, id ticket.MailID) ([]ticket.Mail, error) { return placeless(r.OtherCopies(id)) }))
	}
	for _, a := range addresses {
		all = append(all, ask("History", a, ticket.Reader.History),
			ask("Suppressions", a, func(r ticket.Reader, a string) ([]ticket.Suppression, error) { return r.Suppressions(a) }))
	}
	for _, a := range agents {
		all = append(all, ask("ThanksFor", a, func(r ticket.Reader, a string) (map[ticket.ID]ticket.MailID, error) { return r.ThanksFor(a, 2) }))
	}
	for _, q := range queues {
		all = append(all, ask("Rotation", q, ticket.Reader.Rotation))
	}
	for _, id := range ids {
		all = append(all, ask("FindMessageID", id, ticket.Reader.FindMessageID))
	}
	all = append(all, ask("Tickets", "all", func(r ticket.Reader, _ string) ([]ticket.Ticket, error) { return r.Tickets(ticket.Filter{}) }))
	filters := w.filters()
	for range 3 {
		f := filters[w.IntN(len(filters))]
		all = append(all, ask("Tickets", f, ticket.Reader.Tickets))
	}
	return append(append(all, w.ofOutbox()...), w.ofNone()...)
}

func (w *world) ofTicket(t ticket.ID) []question {
	return []question{
		ask("Ticket", t, ticket.Reader.Ticket),
		ask("Participants", t, ticket.Reader.Participants),
		ask("Correspondence", t, func(r ticket.Reader, t ticket.ID) ([]ticket.Entry, error) { return unnumbered(r.Correspondence(t)) }),
		ask("LatestEntries", t, func(r ticket.Reader, t ticket.ID) ([]ticket.Entry, error) { return unnumbered(r.LatestEntries(t, 2)) }),
		ask("ThreadOf", t, ticket.Reader.ThreadOf),
		ask("Events", t, func(r ticket.Reader, t ticket.ID) ([]ticket.Event, error) { return r.Events(t) }),
		ask("Events", t, func(r ticket.Reader, t ticket.ID) ([]ticket.Event, error) {
			return r.Events(t, ticket.EventQueue, ticket.EventAnswered)
		}),
		ask("Judgement", t, ticket.Reader.Judgement),
		ask("OutboxOf", t, func(r ticket.Reader, t ticket.ID) ([]ticket.OutboxMail, error) { return allUnhashed(r.OutboxOf(t)) }),
		ask("OutboxOf", t, func(r ticket.Reader, t ticket.ID) ([]ticket.OutboxMail, error) {
			return allUnhashed(r.OutboxOf(t, ticket.OutboxReady))
		}),
		ask("OutboxWith", t, func(r ticket.Reader, t ticket.ID) ([]ticket.OutboxMail, error) {
			return allUnhashed(r.OutboxWith(t, "reply"))
		}),
		ask("LatestTo", t, func(r ticket.Reader, t ticket.ID) ([]ticket.OutboxMail, error) {
			people, err := r.Participants(t)
			if err != nil || len(people) == 0 {
				return nil, err
			}
			return allUnhashed(r.LatestTo(people[0].ID, 2))
		}),
		ask("IncidentOf", t, ticket.Reader.IncidentOf),
		ask("Reports", t, ticket.Reader.Reports),
		ask("CountReports", t, ticket.Reader.CountReports),
		ask("IsQueued", ticket.OutboxMail{Ticket: t, Template: "reply", Recipient: addresses[1]}, ticket.Reader.IsQueued),
	}
}

func (w *world) filters() []ticket.Filter {
	return []ticket.Filter{
		{Newest: true, Limit: 3}, {Limit: 2}, {After: 1003},
		{Status: []ticket.Status{ticket.StatusOpen, ticket.StatusNew}}, {Queue: queues[0], Category: "network"}, {Assignee: agents[0]}, {Requester: addresses[0]},
		{NotInformed: true}, {Informed: true}, {ResolvedBy: w.now}, {WakeBy: w.now, Limit: 3}, {TargetBy: w.now.Add(2 * time.Second), Limit: 3}, {DueFirst: true, Limit: 3}, {DueFirst: true, LateAt: w.now.Add(time.Second)},
	}
}

func (w *world) ofOutbox() (all []question) {
	outboxOf := func(r ticket.Reader, s []ticket.OutboxState) ([]ticket.OutboxMail, error) {
		return allUnhashed(r.OutboxOf(0, s...))
	}
	all = append(all, ask("OutboxOf", []ticket.OutboxState{ticket.OutboxReady, ticket.OutboxClaimed}, outboxOf))
	held := func(r ticket.Reader, f ticket.HeldFilter) ([]ticket.OutboxMail, error) {
		return allUnhashed(r.HeldOutbox(f))
	}
	for _, f := range []ticket.HeldFilter{
		{}, {Held: "budget", Limit: 2}, {Key: addresses[0], Latest: true, Limit: 1}, {DueBy: w.now, Limit: 3}, {DueAfter: w.now}, {Key: addresses[0], Any: true},
	} {
		all = append(all, ask("HeldOutbox", f, held))
	}
	for _, q := range []ticket.OutboxCount{
		{Most: 2}, {Mailbox: "ana@example.net", Most: 2, Since: w.now.Add(-time.Minute), Limit: 5}, {Domain: "example.net", Least: 1, Most: 1},
	} {
		all = append(all, ask("CountOutbox", q, ticket.Reader.CountOutbox))
		n := 1 + w.IntN(6)
		all = append(all, ask("AllowedBack", q, func(r ticket.Reader, q ticket.OutboxCount) (time.Time, error) { return r.AllowedBack(q, n) }))
	}
	return all
}

func (w *world) ofNone() []question {
	return []question{
		ask("OpenPerAgent", "", func(r ticket.Reader, _ string) (map[string]int, error) { return r.OpenPerAgent() }),
		ask("AgentAddresses", "", func(r ticket.Reader, _ string) ([]ticket.AgentAddress, error) { return r.AgentAddresses() }),
		ask("AgentAt", strings.ToUpper(addresses[0]), ticket.Reader.AgentAt),
		ask("TakesPart", strings.ToUpper(addresses[0]), ticket.Reader.TakesPart),
		ask("TakesPart", addresses[1], ticket.Reader.TakesPart),
		ask("WantedLanguage", strings.ToUpper(addresses[0]), ticket.Reader.WantedLanguage),
		ask("Article", "vpn", ticket.Reader.Article),
		ask("Articles", ticket.ArticleFilter{}, ticket.Reader.Articles),
		ask("Articles", ticket.ArticleFilter{State: ticket.ArticlePublished, Audience: ticket.AudiencePublic}, ticket.Reader.Articles),
		ask("ArticleHistory", "vpn", ticket.Reader.ArticleHistory),
		ask("ArticleReminded", "vpn", ticket.Reader.ArticleReminded),
		ask("Duties", "", func(r ticket.Reader, _ string) ([]ticket.Duty, error) { return r.Duties() }),
		ask("Invitations", "", func(r ticket.Reader, _ string) ([]ticket.Invitation, error) { return r.Invitations() }),
		ask("Away", "", func(r ticket.Reader, _ string) ([]ticket.Absence, error) { return r.Away() }),
		ask("OpenIncidents", "", func(r ticket.Reader, _ string) ([]ticket.Incident, error) { return r.OpenIncidents() }),
		ask("LatestRequests", 5, ticket.Reader.LatestRequests),
		ask("Suppressions", "", func(r ticket.Reader, _ string) ([]ticket.Suppression, error) { return r.Suppressions() }),
		ask("Storm", "bounces", func(r ticket.Reader, kind string) (ticket.Storm, error) { return r.Storm(kind, noon) }),
		ask("Storm", "budget", func(r ticket.Reader, kind string) (ticket.Storm, error) { return r.Storm(kind, noon) }),
		ask("Troubles", "", func(r ticket.Reader, _ string) ([]ticket.TroubleState, error) { return r.Troubles() }),
		ask("Troubles", ticket.TroubleRule, func(r ticket.Reader, k ticket.TroubleKind) ([]ticket.TroubleState, error) { return r.Troubles(k) }),
		ask("Search", "printer", func(r ticket.Reader, words string) (ticket.Found, error) {
			found, err := r.Search(ticket.Query{All: []ticket.Term{{Words: words}}, Limit: 100})
			for i := range found.Hits {
				found.Hits[i].Score = 0 // a draft does not know the ranks of what it changes
			}
			slices.SortFunc(found.Hits, func(a, b ticket.Hit) int { return cmp.Compare(a.Ticket.ID, b.Ticket.ID) }) // those of one rank come in any order
			return found, err
		}),
		ask("Pending", 5, func(r ticket.Reader, n int) ([]ticket.Mail, error) { return placeless(r.Pending(3, n)) }),
		ask("Mails", 5, func(r ticket.Reader, n int) ([]ticket.Mail, error) {
			return placeless(r.Mails(ticket.DispositionSpam, 0, n))
		}),
		ask("Mails", "all", func(r ticket.Reader, _ string) ([]ticket.Mail, error) { return placeless(r.Mails("", 20, 5)) }),
	}
}

// placeless returns mails without the place that each gets with the commit.
func placeless(mails []ticket.Mail, err error) ([]ticket.Mail, error) {
	for i := range mails {
		mails[i].Place = 0
	}
	return mails, err
}

// committed returns what only the store answers once it is committed.
func (w *world) committed() []question {
	return []question{
		ask("Tally", "", func(r ticket.Reader, _ string) (ticket.Tally, error) { return r.Tally() }),
		ask("Condition", w.now, ticket.Reader.Condition),
		ask("NextOutboxAt", "", func(r ticket.Reader, _ string) (time.Time, error) { return r.NextOutboxAt() }),
		ask("SentBefore", w.now, ticket.Reader.SentBefore),
		ask("Judgements", 0, func(r ticket.Reader, _ int) ([]ticket.Judgement, error) { return r.Judgements(0, noon, 100) }),
		ask("EntriesBefore", 0, func(r ticket.Reader, _ int) ([]ticket.Entry, error) { return r.EntriesBefore(1, 1<<40, 3) }),
		ask("CountJudgements", noon, ticket.Reader.CountJudgements),
		ask("ReportsToTell", 2, ticket.Reader.ReportsToTell),
		ask("TicketMarked", "mark 0", ticket.Reader.TicketMarked),
		ask("ArticlesDue", "2027-02-01", ticket.Reader.ArticlesDue),
		ask("ArticleUses", "", ticket.Reader.ArticleUses),
	}
}

// searched returns what the store finds once it is committed.
func (w *world) searched() []question {
	return []question{ask("SearchArticles", ticket.ArticleQuery{Any: []ticket.Term{{Words: "stop"}, {Words: "printer", Subject: true}}}, ticket.Reader.SearchArticles)}
}

// sum stands for bytes.
func sum(bytes []byte) string { return fmt.Sprintf("%d %08x", len(bytes), crc32.ChecksumIEEE(bytes)) }

func unhashed(m ticket.OutboxMail, err error) (ticket.OutboxMail, error) {
	m.SHA256 = [32]byte{} // a draft has not kept it yet
	return m, err
}

func allUnhashed(all []ticket.OutboxMail, err error) ([]ticket.OutboxMail, error) {
	for i := range all {
		all[i].SHA256 = [32]byte{}
	}
	return all, err
}

func unnumbered(all []ticket.Entry, err error) ([]ticket.Entry, error) {
	for i := range all {
		all[i].ID = 0
	}
	return all, err
}
