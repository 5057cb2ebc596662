package rota

import (
	"time"

	ics "github.com/arran4/golang-ical"
)

// Feed returns shifts as a calendar to subscribe to (RFC 5545). An event keeps its UID as
// long as its shift begins at the same time; host makes it the desk's own. known returns
// the name by which people know an agent.
func Feed(r Rota, shifts []Shift, known func(agent string) string, host string, now time.Time) []byte {
	c := ics.NewCalendar()
	c.SetProductId("-//maildesk//rota//EN")
	c.SetMethod(ics.MethodPublish)
	c.SetXWRCalName(r.Name)
	c.SetXPublishedTTL("PT1H")
	for _, s := range shifts {
		e := c.AddEvent(UID(r.Name, s.From, host))
		e.SetDtStampTime(now)
		e.SetStartAt(s.From)
		e.SetEndAt(s.Until)
		e.SetSummary(known(s.Agent) + " (" + r.Name + ")")
		e.SetTimeTransparency(ics.TransparencyTransparent) // who is on call is not busy
	}
	return []byte(c.Serialize(ics.WithNewLineWindows))
}

// token returns a name as it may stand in a UID, without what a mail address cannot have.
func token(name string) string {
	text := []byte(name)
	for i, b := range text {
		if b <= ' ' || b >= 0x7f || b == '@' || b == '<' || b == '>' {
			text[i] = '-'
		}
	}
	return string(text)
}
