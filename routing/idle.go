package routing

import "time"

// checkIdle reads how long the owners of tickets may let their requesters wait.
func (c *checking) checkIdle() {
	c.rules.idle = map[string]time.Duration{}
	if c.rules.deskHours().Week() == 0 {
		return // said of the calendar
	}
	for i, q := range c.desk.Queues {
		if q.OwnerIdle == "" {
			continue
		}
		d, err := c.rules.deskHours().ParseDuration(q.OwnerIdle)
		if err != nil {
			c.mistake(SectionQueue, i, q.Name, "owner_idle", -1, err.Error(), `write working time as "4h", "1d" (a working day) or "1d4h", or leave owner_idle out`)
			continue
		}
		c.rules.idle[q.Name] = d
	}
}

// IdleAt returns when the owner of a ticket in a queue loses it, where the requester waits
// since a moment; zero: never.
func (r *Rules) IdleAt(queue string, since time.Time) time.Time {
	q, _ := r.Queue(queue)
	d := r.idle[q.Name]
	if d == 0 {
		return time.Time{}
	}
	return r.deskHours().Add(since, d)
}
