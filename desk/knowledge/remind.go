package knowledge

import (
	"context"
	"hash/crc32"
	"slices"
	"time"

	"maildesk/calendar"
	"maildesk/desk/decision"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/ticket"
)

// morning is from what time of the day on owners are reminded where no hours of work are
// known.
const morning = 8 * time.Hour

// RemindDue shows articles to their owners whose day of review has come, once for each
// day. An owner who is away gets them afterwards; those of nobody go to the admins.
func RemindDue(ctx context.Context, m *decision.Maker, now time.Time) (sent int, err error) {
	set := m.Settings()
	var all []ticket.Article
	err = m.Store.View(ctx, func(r ticket.Reader) (err error) {
		all, err = r.ArticlesDue(set.Today(now))
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, a := range all {
		at := dueAt(set, a.Review)
		if now.Before(at) {
			continue
		}
		made := false
		err := m.Decide(ctx, ticket.InTurn, func(tx ticket.Draft) (err error) {
			made, err = remind(m.ChangeAt(ctx, tx, now), a.Slug, at)
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

// dueAt returns when the owner of an article is reminded of a day of review: when work
// begins.
func dueAt(set *settings.Settings, review string) time.Time {
	day, err := calendar.ParseDay(review, set.Zone())
	if err != nil { // it was checked
		return time.Time{}
	}
	if hours := set.Rules.Calendar(); hours != nil {
		return hours.Next(day)
	}
	return day.Add(morning)
}

// remind shows an article to whom it concerns, unless they were reminded meanwhile.
func remind(c *decision.Change, slug string, at time.Time) (sent bool, err error) {
	a, err := c.Tx.Article(slug)
	if err != nil {
		return false, err
	}
	known, err := c.Tx.ArticleReminded(slug)
	if err != nil || known == a.Review || a.State != ticket.ArticlePublished {
		return false, err
	}
	agents := c.Set.Admins()
	if owner, is := c.Set.AgentNamed(a.Owner); is {
		if away, err := c.Away(owner); err != nil || away {
			return false, err
		}
		agents = []settings.Agent{owner}
	}
	if err := c.Tx.SetArticleReminded(slug, a.Review); err != nil {
		return false, err
	}
	agents = slices.DeleteFunc(slices.Clone(agents), func(agent settings.Agent) bool { return len(agent.Mail) == 0 })
	for _, agent := range agents {
		if err := showDue(c, a, agent, at); err != nil {
			return false, err
		}
	}
	return len(agents) > 0, nil
}

// causeOf returns the number of a day of review, which tells the mails of several articles
// of a day apart.
func causeOf(a ticket.Article, at time.Time) int64 {
	return decision.CauseAt(at) + int64(crc32.ChecksumIEEE([]byte(a.Slug))%1_000_000)
}

// showDue sends an article to an agent: as a mail of its ticket, whose answer is a review,
// or where it has none as one that only tells.
func showDue(c *decision.Change, a ticket.Article, agent settings.Agent, at time.Time) error {
	if a.Ticket == 0 {
		return notices.SendAside(c, agent, notice(a, notify.ReasonDue), causeOf(a, at))
	}
	t, err := c.Tx.Ticket(a.Ticket)
	if err != nil {
		return err
	}
	p, err := c.Participant(t.ID, ticket.RoleAgent, agent.Mail[0], agent.Name)
	if err != nil {
		return err
	}
	n := notice(a, notify.ReasonDue)
	if len(agent.Languages) > 0 {
		n.Language = agent.Languages[0]
	}
	c.CauseEvent = causeOf(a, at)
	return notices.Send(c, t, p, n)
}
