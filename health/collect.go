package health

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"maildesk/desk/settings"
	"maildesk/ticket"
)

// Metrics that are read from the store at every scrape. They are right after a
// restart too, and agree with the lists that the commands print.
var (
	mailsDesc      = describe("maildesk_mails", "Mails accepted since the beginning, by disposition; pending ones are not handled yet.", "disposition")
	ticketsDesc    = describe("maildesk_tickets", "Tickets by status.", "status")
	awaitedDesc    = describe("maildesk_tickets_awaiting_answer", "Tickets on which a vendor is expected to answer by a time.")
	plannedDesc    = describe("maildesk_tickets_with_planned_mail", "Tickets on which an agent has planned a mail for later, or only if nobody answers.")
	uninformedDesc = describe("maildesk_tickets_not_informed", "Resolved tickets whose requester has not been informed yet.")
	outboxDesc     = describe("maildesk_outbox_mails", "Outgoing mails by state.", "state")
	backlogDesc    = describe("maildesk_backlog_age_seconds", "Age of the oldest mail that is not handled yet; 0: none waits.")
	untriedDesc    = describe("maildesk_outbox_untried_age_seconds", "Age of the oldest outgoing mail that has not been tried yet; 0: none waits.")
	freeDesc       = describe("maildesk_disk_free_bytes", "Bytes available on the file system of the data folder.")
	reserveDesc    = describe("maildesk_disk_reserve_bytes", "Free bytes below which no new mail is accepted.")
	openDesc       = describe("maildesk_connections", "Open connections, by listener.", "door")
	refusedDesc    = describe("maildesk_refused_total", "Refused since the start, by listener: connections over a limit, recipients, mails after DATA, mails in a loop; idle: idle connections closed in favour of others.", "door", "what")
	keptDesc       = describe("maildesk_kept_total", "Mails accepted since the start, by listener.", "door")
	degradedDesc   = describe("maildesk_degraded", "1 for each problem that /readyz lists.", "reason")
	mailboxDesc    = describe("maildesk_mailbox_up", "1 while a mailbox is fetched, 0 while no mail comes from it.", "account", "mailbox")
	fetchedDesc    = describe("maildesk_mailbox_fetched_total", "Mails fetched from a mailbox since the start.", "account", "mailbox")
	blockedDesc    = describe("maildesk_mailbox_blocked", "Mails of a mailbox that cannot be fetched.", "account", "mailbox")
	openTicketDesc = describe("maildesk_open_tickets", "Tickets that are not resolved, by queue, level and age: made less than an hour, a day, a week ago, or before.", "queue", "level", "age")
	breachedDesc   = describe("maildesk_targets_breached", "Open tickets that have missed a target, by target.", "target")
	incidentsDesc  = describe("maildesk_incidents", "Incidents that are not solved.")
	heldDesc       = describe("maildesk_outbox_held", "Automatic mails held back by a budget, and notices that wait to come as one mail, by reason.", "budget")
	undoableDesc   = describe("maildesk_outbox_undoable", "Outgoing mails that agents can still take back.")
	heldAnswerDesc = describe("maildesk_answers_held", "Agents' mails held until their author confirms them.")
	deferredDesc   = describe("maildesk_outbox_deferred_age_seconds", "Age of the oldest outgoing mail that was tried and is not accepted yet; 0: none waits.")
	troubleDesc    = describe("maildesk_trouble", "1 while there is a trouble of this kind of which the admin was notified.", "kind")
	upDesc         = describe("maildesk_store_up", "1 while the store can be read.")
)

// states lists the states of the outbox, so that a scrape includes those with 0 mails.
var states = []ticket.OutboxState{ticket.OutboxReady, ticket.OutboxClaimed, ticket.OutboxSent, ticket.OutboxFailed, ticket.OutboxCancelled}

// statuses lists those of tickets.
var statuses = []ticket.Status{ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending, ticket.StatusOnHold, ticket.StatusResolved, ticket.StatusClosed}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Door is a listener for mail and its counters since the start.
type Door struct {
	Name                                                      string // "smtp 127.0.0.1:25"
	Open                                                      int
	Kept, RefusedConnections, RefusedRecipients, RefusedMails int64
	Evicted                                                   int64 // idle connections closed while others waited
	Loops                                                     int64 // of RefusedMails, those in a mail loop
}

// Mailbox is a mailbox that is fetched.
type Mailbox struct {
	Account, Name string
	Up            bool
	Fetched       int64 // since the start
	Blocked       int   // cannot be fetched
}

// Describe sends nothing: the metrics are then checked at each scrape.
func (s *Server) Describe(chan<- *prometheus.Desc) {}

// Collect sends the current metrics.
func (s *Server) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	gauge := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	count := func(d *prometheus.Desc, value int64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(value), labels...)
	}
	c, err := s.condition(ctx)
	if err != nil {
		gauge(upDesc, 0)
	} else {
		gauge(upDesc, 1)
		collectCondition(c, gauge)
	}
	if free, reserve, err := s.src.Disk(); err == nil {
		gauge(freeDesc, float64(free))
		gauge(reserveDesc, float64(reserve))
	}
	for _, d := range s.src.Doors() {
		gauge(openDesc, float64(d.Open), d.Name)
		count(keptDesc, d.Kept, d.Name)
		count(refusedDesc, d.RefusedConnections, d.Name, "connection")
		count(refusedDesc, d.RefusedRecipients, d.Name, "recipient")
		count(refusedDesc, d.RefusedMails-d.Loops, d.Name, "mail")
		count(refusedDesc, d.Loops, d.Name, "loop")
		count(refusedDesc, d.Evicted, d.Name, "idle")
	}
	for _, m := range s.src.Mailboxes() {
		up := 0.0
		if m.Up {
			up = 1
		}
		gauge(mailboxDesc, up, m.Account, m.Name)
		gauge(blockedDesc, float64(m.Blocked), m.Account, m.Name)
		count(fetchedDesc, m.Fetched, m.Account, m.Name)
	}
	amiss := map[string]float64{}
	for _, r := range s.reasons(c, err) {
		amiss[r.Name] = 1
	}
	for _, name := range Names {
		gauge(degradedDesc, amiss[name], name)
	}
}

func collectCondition(c ticket.Condition, gauge func(*prometheus.Desc, float64, ...string)) {
	now := time.Now()
	for _, d := range ticket.Dispositions {
		gauge(mailsDesc, float64(c.Mails[d]), string(d))
	}
	for _, st := range statuses {
		gauge(ticketsDesc, float64(c.Tickets[st]), string(st))
	}
	for _, st := range states {
		gauge(outboxDesc, float64(c.Outbox[st]), string(st))
	}
	gauge(awaitedDesc, float64(c.Awaited))
	gauge(plannedDesc, float64(c.Planned))
	gauge(uninformedDesc, float64(c.Uninformed))
	for _, o := range c.Open {
		gauge(openTicketDesc, float64(o.Tickets), o.Queue, strconv.Itoa(o.Level), o.Age)
	}
	for _, k := range ticket.TargetKinds {
		gauge(breachedDesc, float64(c.Breached[k]), string(k))
	}
	stands := map[ticket.TroubleKind]float64{}
	for _, t := range c.Troubles {
		stands[t.Kind] = 1
	}
	for _, k := range ticket.TroubleKinds {
		gauge(troubleDesc, stands[k], string(k))
	}
	gauge(incidentsDesc, float64(c.Incidents))
	for _, budget := range slices.Concat(settings.BudgetReasons, settings.WaitReasons) {
		gauge(heldDesc, float64(c.Held[budget]), budget)
	}
	gauge(undoableDesc, float64(c.Undoable))
	gauge(heldAnswerDesc, float64(c.HeldAnswers))
	gauge(deferredDesc, ageOf(c.OldestDeferred, now).Seconds())
	gauge(backlogDesc, ageOf(c.OldestPending, now).Seconds())
	gauge(untriedDesc, ageOf(c.OldestUntried, now).Seconds())
}
