package simulation

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"maildesk/desk"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/simulation/house"
	"maildesk/simulation/mailtext"
	"maildesk/simulation/rare"
	"maildesk/store"
	"maildesk/threading"
	"maildesk/ticket"
)

// help is the address of another desk, which acknowledges what comes, as this one does.
const help = "help@peer.example"

// maxBetweenDesks is how many mails the other desk may get of this one: two desks that are
// pointed at each other end by themselves.
const maxBetweenDesks = 40

// peer is another desk of this program.
type peer struct {
	*desk.Desk
	w   *world
	db  *store.DB
	got int // mails of this desk
}

// openPeer makes the other desk, and lets somebody there write to this one.
func (w *world) openPeer() error {
	db, err := w.openNew(w.ctx, filepath.Join(w.folder, "peer"))
	if err != nil {
		return err
	}
	keys, err := threading.NewKeyring(w.drawKeys())
	if err != nil {
		return err
	}
	s, err := w.house.Settings(w.words)
	if err != nil {
		return err
	}
	s.Name, s.Hostname, s.Control, s.UndoWindow = "Other IT", "desk.peer.example", "", 0
	s.Addresses = []settings.Address{{Mail: help}}
	for i := range s.Agents {
		s.Agents[i].Mail = []string{s.Agents[i].Name + "@peer.example"}
	}
	w.peer = &peer{desk.New(db, keys, s, w.log), w, db, 0}
	w.people[help] = &person{w: w, address: help, name: "Other IT", habit: isDesk}
	for range 1 + w.IntN(2) {
		w.after(w.Between(0, 8*time.Hour), func() {
			w.handOver(w.write(&letter{from: w.people[help], to: []string{house.Support}, subject: "Your delivery", text: "When does the device come that we ordered?\n", meaning: request}))
		})
	}
	return nil
}

// takes brings a mail of this desk to the other one, and what that sends on its way.
func (p *peer) takes(m ticket.OutboxMail) {
	w := p.w
	if p.got++; p.got > maxBetweenDesks {
		w.breaks("two desks end by themselves", w.byID[m.Cause], m.Ticket, "outgoing mail %d is the %dth to the other desk", m.ID, p.got)
		return
	}
	w.seen.Note(rare.DeskToDesk)
	if err := p.handle(w.ctx, m); err != nil {
		w.breaks("nothing fails but what is killed", w.byID[m.Cause], m.Ticket, "the other desk: %v", err)
	}
}

func (p *peer) handle(ctx context.Context, m ticket.OutboxMail) error {
	if _, err := p.Accept(ctx, ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: m.ReversePath, ForwardPaths: []string{m.Recipient}}, m.Bytes); err != nil {
		return err
	}
	for more := true; more; {
		var err error
		if more, err = p.HandleNext(ctx); err != nil {
			return err
		}
	}
	mails, err := p.Claim(ctx, owner, time.Hour, 100)
	if err != nil {
		return err
	}
	for _, out := range mails {
		if err := p.Outcome(ctx, ticket.Attempt{Outbox: out.ID, At: p.w.now(), Host: "mx.peer.example:25", State: ticket.OutboxSent, Code: 250}); err != nil {
			return err
		}
		p.sends(out)
	}
	return nil
}

// sends brings a mail of the other desk to this one, or to an agent there, who now and
// then answers it.
func (p *peer) sends(out ticket.OutboxMail) {
	w := p.w
	local, domain, _ := strings.Cut(out.Recipient, "@")
	head := mailtext.Glance(out.Bytes)
	switch {
	case domain == "example.org":
		l := &letter{number: len(w.letters) + 1, from: &person{w: w, address: out.ReversePath, name: "Other IT"}, to: []string{out.Recipient}, subject: head.Subject,
			raw: out.Bytes, meaning: elsewhere, null: out.ReversePath == ""}
		if mailparse.Parse(out.Bytes, mailparse.Envelope{}).Header.Get("Auto-Submitted") != "" {
			l.meaning = machine
		}
		w.letters = append(w.letters, l)
		w.post(w.Between(time.Second, time.Minute), l)
	case domain == "peer.example" && !w.calm && w.Chance(30):
		raw := fmt.Sprintf("From: %s\nTo: %s\nSubject: Re: %s\nMessage-ID: <answer.%d@peer.example>\nIn-Reply-To: %s\n\nPlease tell us more about it.\n",
			out.Recipient, head.AnswerTo, head.Subject, out.ID, out.MessageID)
		again := ticket.OutboxMail{ReversePath: local + "@peer.example", Recipient: head.AnswerTo, Bytes: []byte(strings.ReplaceAll(raw, "\n", "\r\n"))}
		w.after(w.Between(time.Minute, time.Hour), func() { w.fine("answer at the other desk", p.handle(w.ctx, again)) })
	}
}
