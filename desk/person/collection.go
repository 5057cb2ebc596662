package person

import (
	"maps"
	"slices"
	"strings"

	"maildesk/addr"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Row is a row of the desk's data with what it holds of people.
type Row struct {
	Table string
	ID    int64             // its number; 0: it has none
	Key   []any             // by which the store knows it
	Texts map[string]string // by column
	Bytes []byte            // of a mail, or of a file in one

	// Where it belongs, as far as that stands in it.
	Ticket   ticket.ID
	Mail     ticket.MailID // that it is, holds, or comes of
	Outgoing ticket.OutboxID
	Article  int64     // of a text: the revision of an article
	Merged   ticket.ID // of a ticket: in which it is worked on
	At       int64     // when an entry was written, or an outgoing mail; 0: nobody knows
	Kind     string    // of an entry or event, role of a participant, state of an outgoing mail
}

// Collection gathers what is kept of one person, row by row.
type Collection struct {
	Traces
	Names    map[string]bool
	Tickets  map[ticket.ID]map[string]bool // on which they take part, with their roles there
	Wrote    map[ticket.MailID]bool        // mails that they wrote
	SentTo   map[ticket.OutboxID]bool      // mails that were sent to them
	Mentions []Mention                     // every row that has their address or name
	Lines    []string                      // that they wrote; an empty one stands between texts
	alone    []string                      // what nobody else outside wrote of these at any time
	written  []moment                      // when they wrote each of these lines
	sent     map[ticket.OutboxID]int64     // when mails went out to people outside
	subjects map[string]bool               // of the requests that are theirs
	renamed  map[ticket.ID][]string        // the subjects that tickets had before an agent gave them others, and these

	others   map[ticket.ID]bool                // tickets on which somebody else outside takes part
	mails    map[ticket.MailID][]ticket.ID     // the tickets on which a mail stands
	outgoing map[ticket.OutboxID]ticket.ID     // the tickets of outgoing mails
	causes   map[ticket.OutboxID]ticket.MailID // the mails that they answer
	waits    map[ticket.OutboxID]bool          // that wait to be sent
	slugs    map[string]ticket.ID              // of articles, with the tickets from which these were made
	merged   map[ticket.ID]ticket.ID           // the tickets in which others are worked on
	worked   map[ticket.MailID]bool            // mails that they wrote as an agent

	house    House
	sure     map[string]bool          // names that somebody says are theirs alone
	doubts   map[string]string        // names that count only where they take part, and why
	open     map[string]finder        // names of which that is not known yet, see Doubt
	outside  map[ticket.OutboxID]bool // mails to others outside, on other tickets
	together map[ticket.ID]bool       // as near returns it

	Alike bool // a row has it as a part of something longer, such as another's address
}

// Mention is a row that has the address or a name of somebody.
type Mention struct {
	Table   string    `json:"table"`
	ID      int64     `json:"row,omitempty"`
	Ticket  ticket.ID `json:"ticket,omitempty"`
	Columns []string  `json:"columns"`
}

// NewCollection returns an empty collection for an address at the desk of a house.
func NewCollection(address string, house House) *Collection {
	return &Collection{
		house: house, sure: map[string]bool{},
		Traces: NewTraces(address, nil, nil, nil), Names: map[string]bool{}, subjects: map[string]bool{}, renamed: map[ticket.ID][]string{}, merged: map[ticket.ID]ticket.ID{},
		Tickets: map[ticket.ID]map[string]bool{}, Wrote: map[ticket.MailID]bool{}, SentTo: map[ticket.OutboxID]bool{},
		others: map[ticket.ID]bool{}, mails: map[ticket.MailID][]ticket.ID{}, outgoing: map[ticket.OutboxID]ticket.ID{}, causes: map[ticket.OutboxID]ticket.MailID{}, sent: map[ticket.OutboxID]int64{}, slugs: map[string]ticket.ID{}, worked: map[ticket.MailID]bool{}, waits: map[ticket.OutboxID]bool{},
	}
}

// Know takes of a row who the person is: their names, their part in tickets, the mails
// that they wrote and got. Call it with every row before the first call of Add.
func (c *Collection) Know(r Row) {
	c.place(r)
	is := func(column string) bool { return addr.Same(r.Texts[column], c.Address) }
	name := r.Texts["name"]
	switch {
	case r.Table == "ticket" && is("requester"):
		c.part(ticket.ID(r.ID), string(ticket.RoleRequester))
		c.subject(r.Texts["subject"])
	case r.Table == "event" && r.Kind == string(ticket.EventSubject):
		c.renamed[r.Ticket] = append(c.renamed[r.Ticket], r.Texts["from_value"], r.Texts["to_value"])
		return
	case r.Table == "participant" && is("address"):
		c.part(r.Ticket, r.Kind)
	case r.Table == "entry" && is("author"):
		c.entry(r)
		if r.Ticket != 0 {
			c.part(r.Ticket, "author")
		}
	case r.Table == "mail" && is("reverse_path"):
		c.Wrote[ticket.MailID(r.ID)] = true
		return
	case r.Table == "mail_raw":
		if from, ok := c.writer(r.Bytes); ok {
			c.Wrote[ticket.MailID(r.ID)] = true
			name = from
		}
	case r.Table == "outbox" && is("recipient"):
		c.SentTo[ticket.OutboxID(r.ID)] = true
		return
	default:
		return
	}
	if name = strings.Join(strings.Fields(name), " "); name != "" && !addr.Same(name, c.Address) {
		c.Names[name] = true
	}
}

// Addresses returns the addresses, in lower case, that a row holds one by one.
func Addresses(r Row) (all []string) {
	for column, text := range r.Texts {
		if identities[column] && strings.Contains(text, "@") {
			all = append(all, addr.Key(text))
		}
	}
	if r.Table == "mail_raw" {
		if from := mailparse.ShownFrom(r.Bytes).Address; from != "" {
			all = append(all, addr.Key(from))
		}
	}
	return all
}

// place takes down where mails stand, and which tickets have more people than one.
func (c *Collection) place(r Row) {
	switch r.Table {
	case "participant":
		if ticket.Role(r.Kind).Reads() && !addr.Same(r.Texts["address"], c.Address) {
			c.others[r.Ticket] = true
		}
	case "entry", "handled":
		if r.Mail != 0 && r.Ticket != 0 && !slices.Contains(c.mails[r.Mail], r.Ticket) {
			c.mails[r.Mail] = append(c.mails[r.Mail], r.Ticket)
		}
		if r.Kind == string(ticket.EntryMessage) && r.Texts["author"] != "" && !addr.Same(r.Texts["author"], c.Address) {
			c.others[r.Ticket] = true
		}
	case "outbox":
		c.outgoing[r.Outgoing], c.causes[r.Outgoing] = r.Ticket, r.Mail
		if c.house.Ours == nil || !c.house.Ours(r.Texts["recipient"]) { // agents are told what people write, be it before it is filed
			c.sent[r.Outgoing] = r.At
		}
		if r.Kind == string(ticket.OutboxReady) || r.Kind == string(ticket.OutboxClaimed) {
			c.waits[r.Outgoing] = true
		}
	case "article":
		slug := r.Texts["slug"]
		c.slugs[slug] = max(c.slugs[slug], r.Ticket)
	case "ticket":
		if r.Merged != 0 {
			c.merged[ticket.ID(r.ID)] = r.Merged
		}
	}
}

// workedOn returns the ticket in which one is worked on in the end.
func (c *Collection) workedOn(t ticket.ID) ticket.ID {
	for range len(c.merged) {
		into, is := c.merged[t]
		if !is {
			break
		}
		t = into
	}
	return t
}

// near lists the tickets on which the person takes part, and those that are worked on together
// with one: what is written there goes to the readers of both.
func (c *Collection) near() map[ticket.ID]bool {
	together, near := map[ticket.ID]bool{}, map[ticket.ID]bool{}
	for t := range c.Tickets {
		near[t], together[c.workedOn(t)] = true, true
	}
	for t := range together {
		near[t] = true
	}
	for t := range c.merged {
		near[t] = near[t] || together[c.workedOn(t)]
	}
	return near
}

// entry takes down what the person wrote on a ticket.
func (c *Collection) entry(r Row) {
	if kind := ticket.EntryKind(r.Kind); kind == ticket.EntryReply || kind == ticket.EntryNote {
		c.worked[r.Mail] = true
		return
	}
	if r.Mail != 0 {
		c.Wrote[r.Mail] = true
	}
	c.wrote(r.Texts["text"], moment{r.At, r.ID})
}

// wrote takes down the lines of a text of theirs, those with marks of quotations as well: these are of a table or a
// prompt, too, and what somebody else wrote before is taken out later (see Doubt).
func (c *Collection) wrote(text string, when moment) {
	for line := range strings.Lines(text) {
		if strings.Contains(line, Gone) {
			line = ""
		}
		c.Lines, c.written = append(c.Lines, line), append(c.written, when)
	}
	c.Lines, c.written = append(c.Lines, ""), append(c.written, when)
}

// writer returns the name that a mail's From field gives the person, and whether it is
// from them.
func (c *Collection) writer(raw []byte) (name string, ok bool) {
	from := mailparse.ShownFrom(raw)
	return from.Name, addr.Same(from.Address, c.Address)
}

func (c *Collection) part(t ticket.ID, role string) {
	if c.Tickets[t] == nil {
		c.Tickets[t] = map[string]bool{}
	}
	c.Tickets[t][role] = true
}

// subject takes down a subject of a request that is theirs.
func (c *Collection) subject(s string) {
	if s = strings.TrimSpace(s); s != "" && s != Gone {
		c.subjects[s] = true
	}
}

// Knows ends the first pass: names count as traces from then on, until Doubt has seen whose they are as well. Of a request that is theirs each
// subject is that it ever had: an agent's says as well what it is about, and mails went out under it.
func (c *Collection) Knows() {
	for t, roles := range c.Tickets {
		if !roles[string(ticket.RoleRequester)] {
			continue
		}
		for _, s := range c.renamed[t] {
			c.subject(s)
		}
	}
	c.begin()
	c.Traces = NewTraces(c.Address, slices.Sorted(maps.Keys(c.Names)), nil, nil)
	c.own = newOwnWords(c.Lines)
}

// Add takes down a row that has the person's address or name.
func (c *Collection) Add(r Row) {
	var columns []string
	for _, column := range slices.Sorted(maps.Keys(r.Texts)) {
		switch text := r.Texts[column]; {
		case c.In(text):
			columns = append(columns, column)
		case c.InBytes(text):
			c.Alike = true
		}
	}
	switch {
	case r.Bytes == nil:
	case c.InMail(r.Bytes):
		columns = append(columns, "bytes")
	case c.InBytes(string(r.Bytes)):
		c.Alike = true
	}
	if len(columns) > 0 {
		c.Mentions = append(c.Mentions, Mention{r.Table, r.ID, r.Ticket, columns})
	}
}
