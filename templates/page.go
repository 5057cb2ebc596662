package templates

import (
	"cmp"
	htmltemplate "html/template"
	"slices"
	"strconv"
	"strings"
	"time"

	"maildesk/desk/notify"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Page is the data of layouts, sentences and an admin's own files: the notice, and its
// texts in the reader's language. Fields that layouts use most come first, as a
// template searches for a field from the first one on.
type Page struct {
	// The words.
	Lang      string            // the language that was found
	Colon     string            // between a label and its value
	Labels    map[string]string // of the language's file
	Subject   string            // of the mail, without the ticket tag
	Preheader string            // what a list of mails shows beside the subject
	Title     string
	Before    []string // paragraphs at the beginning
	Lead      string   // says who wrote Text
	After     []string // paragraphs after Text
	Who       string   // the requester, as people say
	Readers   string   // the same, with those in copy
	By        string   // who acted, as people say
	Facts     []Fact
	Way       []string        // through the levels, oldest first
	Earlier   []Earlier       // the correspondence, newest first
	Others    []Other         // the requester's other tickets, or those that report an incident
	OthersAre string          // the heading of Others
	MoreOther int             // how many more there are
	Solved    []Solved        // solved tickets that are like it, best first
	Articles  []Article       // that may solve it: of an acknowledgement
	AlsoDue   []Other         // further tickets on which something is due
	MoreDue   int             // how many more there are
	Thanks    []Thank         // for tickets that the reader had
	Links     []notify.Action // by which an agent acts
	Help      string          // the link that asks for all commands
	Commands  []Command
	Answers   []Answer // to what an agent asked the desk

	// The notice, as far as its reader may know.
	Template     notify.Template
	Desk         string // the desk's name
	Support      string // the address people write to
	Ticket       ticket.Ticket
	Recipient    ticket.Participant
	Text         string            // what a person wrote
	Formatted    htmltemplate.HTML // the same in HTML, as an agent formatted it; empty: there is none
	Reason       string            // of an escalation, a return, a failure
	Known        bool              // others report the same, and it is worked on
	Unproven     bool              // nobody knows that By wrote it
	Told         string            // the agent who was asked about it; empty: nobody was
	Reported     int               // people who report the same incident
	Lines        []Line            // of an agent's mail: each command, or what is asked about, and what became of it
	Attachments  []string
	Pictures     []notify.Picture // those that the HTML shows where Text has their names
	LeftOut      []File           // files of the mail that do not go with it, by the number to ask for them
	CloseAfter   time.Duration
	PendingUntil time.Time
	AsRequest    bool      // of a mail not done: it was taken as anybody's request
	LastReceipt  bool      // of an acknowledgement, or a mail not done or held: further ones are not announced for now
	AnswerBy     string    // by when the requester is answered: "Tuesday 10:00"; empty: nothing is promised
	Channel      string    // "As agreed by phone,": how the reader of an acknowledgement came to the desk, empty: by mail
	SolvedBy     string    // likewise, by when the matter is to be solved
	Late         string    // what is late, and since when
	Soon         string    // what is due soon, and when
	HandedTo     string    // the queue to which it was handed on since it is late
	Confirm      string    // the address at which the agent confirms that they wrote it, good for an hour; empty: there is none
	Anyway       bool      // the agent can have a mail that was not done carried out
	Did          string    // what By, a colleague, did: "has answered this request"
	When         string    // when they did it, or when the requester wrote what By passed on
	Behalf       string    // of a new ticket, or a mail not done: how By's mail opened it for Who: forwarded, addressed, named; empty: it is Who's own mail
	Said         string    // how their answer begins
	Vendor       string    // to whom an answer goes in place of the requester
	Doubt        string    // vendor: what speaks against its writer: another address, unproven, automatic; empty: nothing
	Vote         string    // vote: what By says, empty: nothing; decided: what the votes came to: approved, rejected
	Asked        string    // vote: the address of the one who was asked
	Outcome      string    // vote: what the votes came to with it
	Rating       string    // rated: how By rates the answer: good, bad
	Asks         bool      // of a list: its reader can ask the desk in reply
	Guide        bool      // the reader of an acknowledgement is told how to go on by mail
	Rates        bool      // the reader is asked how they rate the answer
	Asking       string    // approval: who asks, where no agent does; empty: an agent
	Awaits       bool      // acknowledgement: it has to be approved first
	InPlace      string    // approval: in whose place its reader is asked; empty: nobody's
	Expected     string    // vendor-late, approval, approval-late: by when the answer was expected
	Accept       bool      // the writer of a note can be accepted
	To           string    // to whom an agent's text goes that leaves in
	Seconds      int       // so many seconds
	Held         string    // why an agent's mail waits: language, command, behind, unclear, parts, forward
	Written      string    // the language of an answer that was held back
	Reads        string    // the language of the requester
	Into         ticket.ID // of a merge: the other ticket
	Same         bool      // merged: the other one is the reader's, too
	NewSubject   string    // under which the requester goes on, where it is another one
	SameAs       *Other    // which may be about the same matter
}

// Line is one command of an agent and what became of it.
type Line struct {
	Command string
	OK      bool
	Message string
}

// File is a file that can be asked for by its number.
type File struct {
	Number int
	Name   string
	Size   string // "24.1 MB"
}

// Fact is one line of what is known about a ticket.
type Fact struct {
	Label, Value string
	Alarm        bool // late, or urgent
	Next         bool // begins another line
	More         bool // another one follows in the line
}

// Earlier is one entry of the correspondence.
type Earlier struct {
	Heading, Date, Text string
	Internal            bool
}

// Other is another ticket, of the requester or, with its own one, of an incident.
type Other struct {
	Number          ticket.ID
	Subject, Status string
	Who             string // of an incident: who reports
	Words           string // likewise: how the report begins
}

// Solved is a solved ticket that is like the one of a mail.
type Solved struct {
	Other         // Who solved it, and how their answer begins
	Label  string // "#1042"
	Shared string // words that both have
	Show   string // the link that asks to see it
}

// Article is an article that may solve the request.
type Article struct {
	Title, Text string
	Links       []notify.Action // by which the reader says that it did
}

// Thank is what somebody wrote who only says thanks for a ticket.
type Thank struct {
	Other
	Links []notify.Action
}

// What a mail shows at most: its size must not depend on what a stranger sent.
// An agent's answer is never cut.
const (
	maxLine    = 80      // characters of a subject or a name
	maxWhole   = 1000    // characters of the subject where agents read all of it: some write their matter there
	maxText    = 100_000 // bytes
	maxEntry   = 4_000   // bytes
	maxEntries = 10
	maxStory   = 50  // entries, where a ticket is handed on
	maxAlsoDue = 20  // tickets
	maxReason  = 500 // bytes, of an earlier stage
	maxReports = 500 // of an incident: all of them, but for a flood
)

// page fills the page of one mail.
func (l *language) page(m *mail, n notify.Notice) (*Page, error) {
	n = presentable(permitted(n))
	p := &Page{
		Template: n.Template, Desk: n.Desk, Support: n.Support, Ticket: n.Ticket, Recipient: n.Recipient,
		Text: n.Text, Formatted: htmltemplate.HTML(n.Formatted), Reason: n.Reason, Known: n.Known, Unproven: n.Unproven, Told: n.Told, Reported: notify.PeopleIn(n.Reports), Lines: l.lines(n), Attachments: n.Attachments, Pictures: n.Pictures,
		CloseAfter: n.CloseAfter, PendingUntil: n.PendingUntil, AsRequest: n.AsRequest, LastReceipt: n.LastReceipt,
		Lang: l.tag, Colon: l.Colon, Labels: l.Labels,
		Who: cmp.Or(n.Ticket.Name, n.Ticket.Requester, l.label("the-requester")),
		By:  cmp.Or(n.Actor, l.label("somebody")),
	}
	p.Readers = readers(p.Who, n.Participants)
	if n.Did != "" {
		p.Did, p.Said = strings.ReplaceAll(l.label("did-"+string(n.Did)), "NUMBER", number(n.Into)), oneLine(n.Said)
	}
	p.Into, p.Same, p.NewSubject = n.Into, n.Same, oneLine(n.NewSubject)
	if n.SameAs.ID != 0 {
		p.SameAs = &Other{Number: n.SameAs.ID, Subject: oneLine(n.SameAs.Subject)}
	}
	p.Asked = cmp.Or(n.Asked, l.label("somebody"))
	p.Vote, p.Outcome, p.Rating, p.Rates, p.Guide, p.Asks = n.Vote, n.Outcome, n.Rating, n.Rates, n.Guide, n.Asks
	p.Accept, p.Doubt, p.Vendor = n.Accept, n.Doubt, cmp.Or(vendorOf(n), l.label("somebody"))
	l.fill(p, n)
	if !n.Says.IsZero() && !saysApart(n) {
		l.says(p, n)
	}
	var err error
	for _, s := range []struct {
		sentence
		to *string
	}{{m.words.subject, &p.Subject}, {m.words.preheader, &p.Preheader}, {m.words.title, &p.Title}, {m.words.lead, &p.Lead}} {
		if *s.to, err = s.say(p); err != nil {
			return nil, err
		}
	}
	if n.Template.Audience() == notify.AudienceAgent { // one conversation a ticket: the title says what the mail is about
		p.Subject = cmp.Or(oneLine(n.Ticket.Subject), p.Subject, l.label("untitled"))
	}
	if p.Before, err = sayAll(m.words.before, p); err != nil {
		return nil, err
	}
	if !n.Careful.IsZero() && (saysApart(n) || n.Template.TellsStory()) {
		p.Before = slices.Insert(p.Before, 0, clip(mailparse.Visible(l.phrase(n.Careful, n.Now)), maxReason))
	}
	if !n.Says.IsZero() && saysApart(n) {
		p.Before = append(p.Before, l.said(n))
	}
	for _, says := range n.Learnt {
		p.Before = append(p.Before, clip(mailparse.Visible(l.phrase(says, n.Now)), maxEntry))
	}
	p.After, err = sayAll(m.words.after, p)
	return p, err
}

// presentable makes one line each of the names in a notice, and bounds its text.
func presentable(n notify.Notice) notify.Notice {
	subject := n.Ticket.Subject
	n.Ticket.Subject, n.Ticket.Name, n.Actor = oneLine(n.Ticket.Subject), oneLine(n.Ticket.Name), oneLine(n.Actor)
	n.Attachments = slices.Clone(n.Attachments)
	for i, name := range n.Attachments {
		n.Attachments[i] = oneLine(name)
	}
	n.Text = trim(n.Text)
	if n.Template.Audience() == notify.AudienceAgent {
		n.Text = shorten(mailparse.Visible(n.Text), maxText)
		n.Ticket.Subject = line(subject, maxWhole)
	}
	return n
}

// permitted takes from a notice what its reader must not see, so that no
// template and no admin's file can show it. A bare one shows nothing of the
// requester's: not the name either, or it would carry a stranger's words to
// whatever address they forged (RELIABILITY T124, T165).
func permitted(n notify.Notice) notify.Notice {
	if n.Template.Audience() == notify.AudienceAgent {
		return n
	}
	if n.Template.Audience() == notify.AudienceVendor {
		return notify.Notice{
			Template: n.Template, Language: n.Language, Desk: n.Desk, Support: n.Support, Recipient: n.Recipient, Now: n.Now,
			Ticket: ticket.Ticket{ID: n.Ticket.ID, Subject: n.Ticket.Subject}, Actions: n.Actions, Expected: n.Expected, At: n.At, InPlace: n.InPlace, Asking: n.Asking, Careful: n.Careful, Text: n.Text, Formatted: n.Formatted, Pictures: n.Pictures,
		}
	}
	confirm := n.Reason
	n.Reason, n.Lines, n.Correspondence, n.OtherTickets, n.Participants, n.Reports, n.Thanks = "", nil, nil, nil, nil, nil, nil
	n.Actions = slices.DeleteFunc(slices.Clone(n.Actions), func(a notify.Action) bool {
		return !slices.Contains([]string{notify.ActGood, notify.ActBad, notify.ActClose, notify.ActReopen}, a.Name)
	})
	n.Says, n.Learnt, n.Solved = ticket.Phrase{}, nil, nil
	if n.Template != notify.TemplateAcknowledgement {
		n.Articles = nil
	}
	n.Late, n.Soon, n.AlsoDue = nil, nil, nil
	if n.Template != notify.TemplateAcknowledgement {
		n.Ticket.DueFirstResponse, n.Ticket.DueUpdate, n.Ticket.DueResolution = time.Time{}, time.Time{}, time.Time{}
	}
	n.Ticket.Tags, n.Ticket.Rules = nil, nil
	n.Answers = slices.DeleteFunc(slices.Clone(n.Answers), func(a notify.Answer) bool {
		return n.Template != notify.TemplateOpen || a.Name != notify.AnswerYours
	})
	if n.Template == notify.TemplateLanguage && confirm == notify.LanguageUnknown {
		n.Reason = confirm
	}
	if n.Template == notify.TemplateConfirm && (confirm == notify.ConfirmClose || confirm == notify.ConfirmReopen) {
		n.Reason = confirm
	}
	if n.Template.Bare() {
		n.Bare = true
		n.Text, n.Formatted, n.Actor, n.Attachments, n.Pictures = "", "", "", nil, nil
	}
	if n.Bare {
		n.Ticket.Subject, n.Ticket.Name, n.Recipient.Name = "", "", ""
	}
	return n
}

// reports names the tickets of an incident with their first words.
func (l *language) reports(reports []notify.Report) []Other {
	var all []Other
	for _, r := range reports[:min(len(reports), maxReports)] {
		all = append(all, Other{Number: r.ID, Who: oneLine(cmp.Or(r.Name, r.Requester)), Subject: oneLine(r.Subject), Status: l.status(r.Status), Words: oneLine(r.Text)})
	}
	return all
}

// links returns the actions of an agent, named in their language.
func (l *language) links(actions []notify.Action) []notify.Action {
	var links []notify.Action
	for _, a := range actions {
		links = append(links, notify.Action{Name: cmp.Or(l.Actions[a.Name], a.Name), URL: a.URL})
	}
	return links
}

// earlier returns the correspondence, newest first, without what the mail
// itself shows.
func (l *language) earlier(n notify.Notice) []Earlier {
	entries := n.Correspondence
	if last := len(entries) - 1; last >= 0 && mailparse.Visible(trim(entries[last].Text)) == n.Text {
		entries = entries[:last]
	}
	bound := maxEntries
	if n.Template.TellsWay() {
		bound = maxStory
	}
	entries = entries[max(0, len(entries)-bound):]
	most := min(maxEntry, maxText/max(1, len(entries)))
	var earlier []Earlier
	for _, e := range slices.Backward(entries) {
		earlier = append(earlier, Earlier{
			Heading:  l.heading(e),
			Date:     l.when(e.At),
			Text:     clip(mailparse.Visible(trim(e.Text)), most),
			Internal: e.Kind == ticket.EntryNote || e.Kind == ticket.EntrySystem,
		})
	}
	return earlier
}

// heading says who wrote an entry, and what it is.
func (l *language) heading(e ticket.Entry) string {
	who := cmp.Or(e.Name, e.Author)
	if e.Mark == ticket.Unverified {
		who = mailbox(e.Name, e.Author)
	}
	said := oneLine(who) + l.Entries[string(e.Kind)]
	if e.Mark == ticket.Unverified || e.Mark == ticket.Unsent {
		said += ", " + l.label(string(e.Mark))
	}
	return said
}

// way returns who had the ticket before, for how long, and why it was handed on, but
// not where it is now.
func (l *language) way(stages []notify.Stage) []string {
	var way []string
	for _, s := range stages[:max(0, len(stages)-1)] {
		line := oneLine(s.Queue)
		if s.Level > 0 {
			line += " (" + l.label("level") + " " + strconv.Itoa(s.Level) + ")"
		}
		line += l.Colon + " " + cmp.Or(oneLine(strings.Join(s.Agents, ", ")), l.label("nobody"))
		if took := l.took(s.Until.Sub(s.From)); took != "" {
			line += ", " + took
		}
		if late := l.overdue(notify.Notice{Late: s.Late}); late != "" {
			line += " – " + late
		} else if s.Reason != "" {
			line += " – " + clip(trim(s.Reason), maxReason)
		}
		way = append(way, line)
	}
	return way
}

// vendorOf returns how agents call the vendor to whom an answer goes, "" where it goes to
// none.
func vendorOf(n notify.Notice) string {
	if name := oneLine(n.Vendor.Name); name != "" && !strings.ContainsAny(name, "@<>\"") {
		return name
	}
	return n.Vendor.Address
}

// answersTo returns the name of the address at which an agent answers a notice: it
// says where the answer goes, as the composer shows it. Empty: a reader's mail.
func (l *language) answersTo(n notify.Notice) string {
	if n.Template.Audience() != notify.AudienceAgent || n.Ticket.ID == 0 {
		return ""
	}
	who := oneLine(n.Ticket.Name)
	if who == "" || strings.ContainsAny(who, "@<>\"") { // a name that looks like an address is none
		who = cmp.Or(n.Ticket.Requester, l.label("the-requester"))
	}
	says := l.label("answer-to")
	switch {
	case n.Vendor.ID != 0:
		says = l.label("answer-vendor")
	case n.Internal():
		says = l.label("answer-inside")
	}
	return strings.NewReplacer("VENDOR", vendorOf(n), "NUMBER", strconv.FormatInt(int64(n.Ticket.ID), 10), "WHO", who, "DESK", n.Desk).Replace(says)
}
