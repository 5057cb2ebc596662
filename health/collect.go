package health

import (
	"context"
	"maildesk/ticket"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"maildesk/desk"
)

// What is read from the store at every scrape: it is right after a restart
// too, and is what the listings of the commands say.
var (
	mailsDesc      = describe("maildesk_mails", "Mails taken since the beginning, by what became of them; pending ones are not handled yet.", "disposition")
	ticketsDesc    = describe("maildesk_tickets", "Tickets by status.", "status")
	uninformedDesc = describe("maildesk_tickets_not_informed", "Resolved tickets whose requester was not told yet.")
	outboxDesc     = describe("maildesk_outbox_mails", "Outgoing mails by state.", "state")
	backlogDesc    = describe("maildesk_backlog_age_seconds", "Age of the oldest mail that is not handled; 0: none waits.")
	untriedDesc    = describe("maildesk_outbox_untried_age_seconds", "Age of the oldest outgoing mail that nobody has tried to send; 0: none waits.")
	freeDesc       = describe("maildesk_disk_free_bytes", "Bytes that may be written to the file system of the data folder.")
	reserveDesc    = describe("maildesk_disk_reserve_bytes", "Free bytes under which no new mail is taken.")
	openDesc       = describe("maildesk_connections", "Connections open now, by door.", "door")
	refusedDesc    = describe("maildesk_refused_total", "What doors refused since the start: connections over a limit, recipients, mails after DATA, mails that have gone round; idle: a place given to another.", "door", "what")
	keptDesc       = describe("maildesk_kept_total", "Mails taken since the start, by door.", "door")
	degradedDesc   = describe("maildesk_degraded", "1 for each thing that is amiss, as /readyz lists them.", "reason")
	mailboxDesc    = describe("maildesk_mailbox_up", "1 while a mailbox is fetched, 0 while no mail comes from it.", "account", "mailbox")
	fetchedDesc    = describe("maildesk_mailbox_fetched_total", "Mails taken from a mailbox since the start.", "account", "mailbox")
	blockedDesc    = describe("maildesk_mailbox_blocked", "Mails of a mailbox that cannot be fetched.", "account", "mailbox")
	openTicketDesc = describe("maildesk_open_tickets", "Tickets that are not resolved, by queue, level and age: made less than an hour, a day, a week ago, or before.", "queue", "level", "age")
	breachedDesc   = describe("maildesk_targets_breached", "Open tickets of which a promised time is over, by what was promised.", "target")
	incidentsDesc  = describe("maildesk_incidents", "Incidents that are not solved.")
	heldDesc       = describe("maildesk_outbox_held", "Automatic mails that wait until a budget has room.", "budget")
	heldAnswerDesc = describe("maildesk_answers_held", "Agents' mails that wait until their writer has said what they mean.")
	deferredDesc   = describe("maildesk_outbox_deferred_age_seconds", "Age of the oldest outgoing mail that was tried and is not accepted yet; 0: none waits.")
	troubleDesc    = describe("maildesk_trouble", "1 while a trouble of a kind stands, which the admin was told of.", "kind")
	upDesc         = describe("maildesk_store_up", "1 while the store can be read.")
)

// states lists the states of the outbox, so that a scrape has a zero for each.
var states = []ticket.OutboxState{ticket.OutboxReady, ticket.OutboxClaimed, ticket.OutboxSent, ticket.OutboxFailed, ticket.OutboxCancelled}

// statuses lists those of tickets.
var statuses = []ticket.Status{ticket.StatusNew, ticket.StatusOpen, ticket.StatusPending, ticket.StatusOnHold, ticket.StatusResolved, ticket.StatusClosed}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Door is a door in with what it has seen since the start.
type Door struct {
	Name                                                      string // "smtp 127.0.0.1:25"
	Open                                                      int
	Kept, RefusedConnections, RefusedRecipients, RefusedMails int64
	Evicted                                                   int64 // connections that brought nothing while others waited
	Loops                                                     int64 // of RefusedMails: gone round
}

// Mailbox is a mailbox that is fetched.
type Mailbox struct {
	Account, Name string
	Up            bool
	Fetched       int64 // since the start
	Blocked       int   // cannot be fetched
}

// Describe names no metric: what is collected is checked at each scrape.
func (s *Server) Describe(chan<- *prometheus.Desc) {}

// Collect reads the figures of this moment.
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
	for _, budget := range desk.BudgetReasons {
		gauge(heldDesc, float64(c.Held[budget]), budget)
	}
	gauge(heldAnswerDesc, float64(c.HeldAnswers))
	gauge(deferredDesc, ageOf(c.OldestDeferred, now).Seconds())
	gauge(backlogDesc, ageOf(c.OldestPending, now).Seconds())
	gauge(untriedDesc, ageOf(c.OldestUntried, now).Seconds())
}
