package health

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"maildesk/desk/incoming"
	"maildesk/ticket"
)

// seconds are the upper bounds of the latency histograms.
var seconds = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300}

// Metrics are the metrics that parts of the daemon update while they work.
type Metrics struct {
	registry *prometheus.Registry
	accept   prometheus.Histogram
	handle   *prometheus.HistogramVec
	reloads  *prometheus.CounterVec
	failed   atomic.Pointer[failure] // nil: the last mail was accepted
}

// New returns metrics that are all zero.
func New() *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		accept: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "maildesk_accept_seconds", Buckets: seconds,
			Help: "Time to accept a mail: until it is on stable storage.",
		}),
		handle: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "maildesk_handle_seconds", Buckets: seconds,
			Help: "Time from accepting a mail to its disposition, by disposition.",
		}, []string{"disposition"}),
		reloads: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "maildesk_config_reloads_total",
			Help: "Configurations read since the start: put into force (ok), or refused.",
		}, []string{"result"}),
	}
	for _, d := range ticket.Dispositions[1:] {
		m.handle.WithLabelValues(string(d))
	}
	m.reloads.WithLabelValues("ok")
	m.reloads.WithLabelValues("refused")
	m.registry.MustRegister(m.accept, m.handle, m.reloads, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Handled counts a mail that got its disposition; see [desk.Desk.Watch].
func (m *Metrics) Handled(mail ticket.Mail, v incoming.Verdict) {
	m.handle.WithLabelValues(string(v.Disposition)).Observe(time.Since(mail.ReceivedAt).Seconds())
}

// Reloaded counts a reload of the configuration; refused: it was not put into force.
func (m *Metrics) Reloaded(refused bool) {
	if refused {
		m.reloads.WithLabelValues("refused").Inc()
		return
	}
	m.reloads.WithLabelValues("ok").Inc()
}

// CountPlans shows how many decisions were to be committed since the start, and how many
// of them others had overtaken.
func (m *Metrics) CountPlans(plans func() (all, overtaken int64)) {
	count := func(name, help string, n func() int64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(n()) }))
	}
	count("maildesk_plans_total", "Decisions made on a snapshot since the start.", func() int64 { all, _ := plans(); return all })
	count("maildesk_plans_overtaken_total", "Decisions since the start that were made again, as others had overtaken them.",
		func() int64 { _, overtaken := plans(); return overtaken })
}

// Accepter is the part of the desk that SMTP and LMTP servers use.
type Accepter interface {
	CheckRecipient(ctx context.Context, forwardPath string) error
	Room(ctx context.Context, size int64) error
	Accept(ctx context.Context, env ticket.Envelope, raw []byte) (ticket.MailID, error)
}

// Timed returns a desk that records how long accepting a mail takes, and its
// failures for [Metrics.NotTaken].
func (m *Metrics) Timed(a Accepter) Accepter { return &timed{a, m} }

type timed struct {
	Accepter
	metrics *Metrics
}

func (t *timed) Accept(ctx context.Context, env ticket.Envelope, raw []byte) (ticket.MailID, error) {
	begun := time.Now()
	id, err := t.Accepter.Accept(ctx, env, raw)
	switch {
	case err == nil:
		t.metrics.accept.Observe(time.Since(begun).Seconds())
		t.metrics.failed.Store(nil)
	case !errors.Is(err, ticket.ErrRejected) && ctx.Err() == nil:
		t.metrics.failed.Store(&failure{time.Now(), err})
	}
	return id, err
}

// failure is the last mail that could not be accepted for a reason of ours.
type failure struct {
	at  time.Time
	err error
}

// failureCounts is for how long a failure means that no mail is accepted, if no other
// mail arrives.
const failureCounts = 5 * time.Minute

// NotTaken is a [Check]: it returns a reason when the last mail could not be accepted.
func (m *Metrics) NotTaken() []Reason {
	f := m.failed.Load()
	if f == nil || time.Since(f.at) > failureCounts {
		return nil
	}
	return []Reason{{Database, "the last mail could not be taken, " + time.Since(f.at).Round(time.Second).String() + " ago: " + f.err.Error(), true}}
}
