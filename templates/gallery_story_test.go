package templates

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pelletier/go-toml/v2"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// story is what people write in the mails of the gallery, in one language.
type story struct {
	Subject   string   `toml:"subject"`
	Request   string   `toml:"request"`
	More      string   `toml:"more"`
	Learnt    []string `toml:"learnt"` // words of Request
	Question  string   `toml:"question"`
	Answer    string   `toml:"answer"`
	Solution  string   `toml:"solution"`
	Article   string   `toml:"article"`
	Note      string   `toml:"note"`
	Works     string   `toml:"works"`
	Escalated string   `toml:"escalated"`
	Returned  string   `toml:"returned"`
	Handover  string   `toml:"handover"`
	Thanks    string   `toml:"thanks"`
	Reports   []string `toml:"reports"`
	Subjects  []string `toml:"other-subjects"`

	language string
	berlin   *time.Location
}

func readStory(t *testing.T, language string) story {
	t.Helper()
	s := story{language: language}
	raw, err := os.ReadFile("testdata/gallery/" + language + ".toml")
	if err == nil {
		err = toml.NewDecoder(strings.NewReader(string(raw))).DisallowUnknownFields().Decode(&s)
	}
	if err == nil {
		s.berlin, err = time.LoadLocation("Europe/Berlin")
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// clock returns a moment of the day on which the request came.
func (s story) clock(hour, minute int) time.Time {
	return time.Date(2026, time.March, 3, hour, minute, 0, 0, s.berlin)
}

const galleryAddress = "support+t1042-abcdefgh23456777@example.org"

// shot is one mail of the gallery.
type shot struct {
	template notify.Template
	variant  string // "" for the first one of a template, of which the HTML is shown
	when     string // it is sent
	set      func(n *notify.Notice, s story)
}

func (s shot) name() string {
	if s.variant == "" {
		return string(s.template)
	}
	return string(s.template) + "-" + s.variant
}

// notice returns the notice of a shot: the request as it was on the first morning,
// with what the shot is about.
func (s shot) notice(story story) notify.Notice {
	n := notify.Notice{
		Template: s.template, Language: story.language, Desk: "Example IT", Support: "support@example.org", Now: story.clock(9, 6),
		Ticket: ticket.Ticket{
			ID: 1042, Subject: story.Subject, Requester: "ana@example.net", Name: "Ana Berg", Language: story.language,
			Status: ticket.StatusOpen, Category: "printing", Kind: "incident", Priority: "high", Queue: "first-line", Level: 1,
			CreatedAt: story.clock(9, 5), DueFirstResponse: story.clock(11, 5), DueResolution: story.clock(11, 5).AddDate(0, 0, 1),
		},
		Recipient: ticket.Participant{Address: "alice@example.org", Name: "alice", Role: ticket.RoleAgent},
		Actor:     "Ana Berg", CloseAfter: 10 * 24 * time.Hour,
	}
	if s.template.Audience() == notify.AudienceRequester {
		n.Recipient = ticket.Participant{Address: "ana@example.net", Name: "Ana Berg", Role: ticket.RoleRequester, Proven: true}
		n.Actor = "Alice Adams"
	}
	if s.set != nil {
		s.set(&n, story)
	}
	if s.template.TellsStory() && n.Correspondence == nil {
		n.Correspondence = story.sofar(story.clock(11, 0))
	}
	if s.template.Audience() == notify.AudienceRequester {
		n.Actions = n.Wishes(notify.Mailto{Subject: "[Example IT #1042]", For: func(action string) string { return "support+t1042-example-" + action + "@example.org" }})
	}
	if s.template.Audience() == notify.AudienceAgent {
		n.Actions = n.Offer(notify.Mailto{Address: galleryAddress, Subject: "[Example IT #1042]"}, 7)
	} else if n.Unwritten(n.Recipient.Role) {
		n.Bare, n.Subject = true, story.Subject
	}
	return n
}

// sofar returns what was written until a moment.
func (s story) sofar(until time.Time) []ticket.Entry {
	all := []ticket.Entry{
		{Kind: ticket.EntryMessage, Author: "ana@example.net", Name: "Ana Berg", Text: s.Request, At: s.clock(9, 5)},
		{Kind: ticket.EntryReply, Author: "alice@example.org", Name: "Alice Adams", Text: s.Question, At: s.clock(9, 40)},
		{Kind: ticket.EntryMessage, Author: "ana@example.net", Name: "Ana Berg", Text: s.More, At: s.clock(10, 2)},
		{Kind: ticket.EntryNote, Author: "bob@example.org", Name: "Bob Brown", Text: s.Note, At: s.clock(10, 20)},
	}
	var told []ticket.Entry
	for _, e := range all {
		if e.At.Before(until) {
			told = append(told, e)
		}
	}
	return told
}
