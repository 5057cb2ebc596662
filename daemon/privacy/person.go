package privacy

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"maildesk/store/personal"

	"maildesk/daemon/localdesk"

	"maildesk/desk/person"
	"maildesk/ticket"
)

// Person is all that is kept of somebody, and where.
type Person struct {
	Address      string               `json:"address"`
	Names        []string             `json:"names"`
	Tickets      []PersonTicket       `json:"tickets"`
	Mails        []PersonMail         `json:"mails"`
	Outgoing     []PersonOutgoing     `json:"outgoing"`
	Suppressions []ticket.Suppression `json:"suppressions"`
	Rows         []person.Mention     `json:"rows"`  // every row with the address or a name
	Files        []string             `json:"files"` // of the data folder, with the address or a name in their bytes
}

// PersonTicket is a ticket on which somebody takes part.
type PersonTicket struct {
	Ticket    ticket.ID     `json:"ticket"`
	Roles     []string      `json:"roles"` // requester, participant, author …
	Subject   string        `json:"subject"`
	Status    ticket.Status `json:"status"`
	CreatedAt time.Time     `json:"created_at"`
}

// PersonMail is a mail of the journal that somebody wrote, or that names them.
type PersonMail struct {
	Mail        ticket.MailID      `json:"mail"`
	Wrote       bool               `json:"wrote"` // it is theirs; else it only names them
	ReceivedAt  time.Time          `json:"received_at"`
	Size        int64              `json:"size"`
	Disposition ticket.Disposition `json:"disposition"`
	Ticket      ticket.ID          `json:"ticket,omitempty"`
}

// PersonOutgoing is a mail of the desk to somebody, or one that names them.
type PersonOutgoing struct {
	Mail      ticket.OutboxID    `json:"outgoing"`
	To        bool               `json:"to"` // it is theirs; else it only names them
	Template  string             `json:"template"`
	State     ticket.OutboxState `json:"state"`
	CreatedAt time.Time          `json:"created_at"`
	Kept      bool               `json:"kept"` // its bytes are still there
	Ticket    ticket.ID          `json:"ticket,omitempty"`
}

// Look returns all that is kept of an address. It reads everything, page by page; a
// daemon may be working.
func Look(ctx context.Context, b *localdesk.Local, address string) (Person, error) {
	c, err := collect(ctx, b, address)
	if err != nil {
		return Person{}, err
	}
	p := Person{Address: c.Address, Names: slices.Sorted(maps.Keys(c.Names)), Rows: c.Mentions}
	if err := b.Desk.View(ctx, func(r ticket.Reader) error { return p.fill(r, c) }); err != nil {
		return p, err
	}
	p.Files, err = c.files(b.Folder)
	return p, err
}

// collection is what [person.Collection] gathers of a store.
type collection struct{ *person.Collection }

// collect reads all rows: to learn who somebody is, and to find what is about them.
func collect(ctx context.Context, b *localdesk.Local, address string) (collection, error) {
	c, err := know(ctx, b, address)
	if err == nil {
		err = eachRow(ctx, b, c.Add)
	}
	return c, err
}

// know reads who somebody is. names are theirs alone, whatever the rows say.
func know(ctx context.Context, b *localdesk.Local, address string, names ...string) (collection, error) {
	set := b.Desk.Settings()
	house := person.House{Names: append([]string{set.Name}, set.Former...), Ours: ours(b)}
	for _, a := range set.Agents {
		house.Names = append(house.Names, a.Known())
	}
	c := collection{person.NewCollection(address, house)}
	c.Sure(names...)
	err := eachRow(ctx, b, c.Know)
	c.Knows()
	if err == nil && c.Doubts() {
		err = eachRow(ctx, b, c.Doubt)
	}
	c.Doubted()
	return c, err
}

// ours returns what tells the addresses of agents and of the desk from others.
func ours(b *localdesk.Local) func(address string) bool {
	return func(address string) bool {
		_, agent := b.Desk.Settings().AgentAt(address)
		return agent || b.Desk.Settings().IsOurs(address)
	}
}

func eachRow(ctx context.Context, b *localdesk.Local, fn func(person.Row)) error {
	return b.Store.Personal(ctx, func(r personal.Row) error {
		fn(personRow(r))
		return nil
	}, nil)
}

// personRow returns a row of the store as the desk knows it.
func personRow(r personal.Row) person.Row {
	number := func(column string) int64 {
		n, _ := r.Facts[column].(int64)
		return n
	}
	kind, _ := r.Facts["kind"].(string)
	for _, c := range []string{"role", "state"} {
		if s, ok := r.Facts[c].(string); ok {
			kind = s
		}
	}
	row := person.Row{
		Table: r.Table.Name, ID: r.Number(), Key: r.Key, Texts: r.Texts, Bytes: r.Bytes, Kind: kind,
		Ticket: ticket.ID(number("ticket")), Mail: ticket.MailID(cmp.Or(number("mail"), number("cause"))), Outgoing: ticket.OutboxID(number("outbox")),
		Merged: ticket.ID(number("merged")), Article: number("article"), At: cmp.Or(number("at"), number("created_at")),
	}
	switch row.Table {
	case "mail", "mail_raw", "handled", "judgement", "authentication", "lost":
		row.Mail = ticket.MailID(row.ID)
	case "outbox", "outbox_bytes":
		row.Outgoing = ticket.OutboxID(row.ID)
	case "ticket", "incident":
		row.Ticket = ticket.ID(row.ID)
	}
	return row
}

// fill adds what stands in tables beside the rows.
func (p *Person) fill(r ticket.Reader, c collection) error {
	for _, id := range slices.Sorted(maps.Keys(c.Tickets)) {
		t, err := r.Ticket(id)
		if err != nil {
			return err
		}
		p.Tickets = append(p.Tickets, PersonTicket{id, slices.Sorted(maps.Keys(c.Tickets[id])), t.Subject, t.Status, t.CreatedAt})
	}
	mails, outgoing := maps.Clone(c.Wrote), maps.Clone(c.SentTo)
	for _, m := range c.Mentions {
		switch {
		case m.Table == "mail" || m.Table == "mail_raw":
			mails[ticket.MailID(m.ID)] = true
		case m.Table == "outbox" || m.Table == "outbox_bytes":
			outgoing[ticket.OutboxID(m.ID)] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(mails)) {
		m, err := r.Mail(id)
		if err != nil {
			return err
		}
		p.Mails = append(p.Mails, PersonMail{id, c.Wrote[id], m.ReceivedAt, m.Size, m.Disposition, m.Ticket})
	}
	for _, id := range slices.Sorted(maps.Keys(outgoing)) {
		m, err := r.Outgoing(id)
		if err != nil {
			return err
		}
		p.Outgoing = append(p.Outgoing, PersonOutgoing{id, c.SentTo[id], m.Template, m.State, m.CreatedAt, m.DroppedAt.IsZero(), m.Ticket})
	}
	var err error
	if p.Suppressions, err = r.Suppressions(c.Address); err != nil {
		return fmt.Errorf("suppressions of %s: %w", c.Address, err)
	}
	return nil
}
