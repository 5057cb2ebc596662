package digest

import (
	"context"
	"time"

	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// latest is how long after its time a digest is still worth sending, as when the desk did
// not run then.
const latest = 6 * time.Hour

// SendDue sends the digests whose time has come, and returns their number. Whether an
// agent has got theirs on a day is kept with it, in one transaction: a restart sends none
// twice.
func SendDue(ctx context.Context, m *decision.Maker, now time.Time) (sent int, err error) {
	set := m.Settings()
	for _, a := range set.Agents {
		at := dueAt(set, a, now)
		if at.IsZero() {
			continue
		}
		decided := false
		err := m.Store.View(ctx, func(r ticket.Reader) error {
			s, err := r.Storm(fact(a), dayOf(at))
			decided = s.Count > 0
			return err
		})
		if err != nil {
			return sent, err
		}
		if decided {
			continue
		}
		made := false
		err = m.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) (err error) {
			made, err = send(m.ChangeAt(ctx, tx, now), a, at)
			return err
		})
		if err != nil {
			return sent, err
		}
		if made {
			sent++
			decision.Signal(m.Posted)
		}
	}
	return sent, nil
}

// fact is what the store keeps by which it knows that the digest of a day was decided on.
func fact(a settings.Agent) string { return "digest " + a.Name }

// dayOf returns the beginning of a day, at the desk.
func dayOf(at time.Time) time.Time { return settings.Clock{Set: true}.On(at) }

// dueAt returns since when the digest of an agent is due; zero: it is not, as it is not
// their time, or no working day.
func dueAt(set *settings.Settings, a settings.Agent, now time.Time) time.Time {
	if !a.Digest.Set || len(a.Mail) == 0 || !set.WorksOn(now) {
		return time.Time{}
	}
	at := a.Digest.On(now.In(set.Zone()))
	if quiet := set.QuietUntil(a, at); !quiet.IsZero() {
		at = quiet
	}
	if now.Before(at) || !now.Before(at.Add(latest)) || dayOf(at) != dayOf(now.In(set.Zone())) {
		return time.Time{}
	}
	return at
}

// send decides on the digest of an agent on a day. One who is away, and one of whom there
// is nothing to say, gets none.
func send(c *decision.Change, a settings.Agent, at time.Time) (sent bool, err error) {
	s, err := c.Tx.CountStorm(fact(a), dayOf(at))
	if err != nil || s.Count > 1 {
		return false, err
	}
	if away, err := c.Away(a); err != nil || away {
		return false, err
	}
	reachable, err := notices.Working(c, []settings.Agent{a})
	if err != nil || len(reachable) == 0 {
		return false, err
	}
	since, err := lastBefore(c, a, at)
	if err != nil {
		return false, err
	}
	n, err := collect(c, a, since)
	if err != nil || len(n.Answers) == 0 && len(n.Thanks) == 0 {
		return false, err
	}
	if err := addAway(c, a, &n); err != nil {
		return false, err
	}
	if err := notices.ShowLinks(c, a, n.Answers); err != nil {
		return false, err
	}
	return true, notices.SendAside(c, a, n, decision.CauseAt(at))
}

// longest bounds how far back a digest tells of ratings.
const longest = 7 // days

// lastBefore returns when the digest before that of a time was due.
func lastBefore(c *decision.Change, a settings.Agent, at time.Time) (time.Time, error) {
	for i := 1; i <= longest; i++ {
		day := at.AddDate(0, 0, -i)
		s, err := c.Tx.Storm(fact(a), dayOf(day))
		if err != nil || s.Count > 0 {
			return day, err
		}
	}
	return at.AddDate(0, 0, -longest), nil
}

// addAway adds who of the colleagues in an agent's queues is away.
func addAway(c *decision.Change, a settings.Agent, n *notify.Notice) error {
	list := notify.Answer{Name: "away"}
	for _, other := range c.Set.Agents {
		if other.Name == a.Name || !shareQueue(c.Set, a, other) {
			continue
		}
		away, err := c.Away(other)
		if err != nil {
			return err
		}
		if away {
			list.People = append(list.People, notify.Colleague{Name: other.Name, Known: other.Display, Away: true, Until: c.AwayUntil(other)})
		}
	}
	if len(list.People) > 0 {
		n.Answers = append(n.Answers, list)
	}
	return nil
}

func shareQueue(set *settings.Settings, a, b settings.Agent) bool {
	for _, q := range set.Rules.QueueNames() {
		if set.IsOf(a, q) && set.IsOf(b, q) {
			return true
		}
	}
	return false
}
