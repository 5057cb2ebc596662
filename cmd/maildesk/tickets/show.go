package tickets

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"maildesk/cmd/maildesk/outgoing"
	"maildesk/ticket/history"
	"maildesk/ticket/wording"

	"maildesk/cmd/maildesk/console"
	"maildesk/desk/decision"
	"maildesk/desk/settings"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// ShowCommand shows one ticket with its correspondence, as one timeline.
type ShowCommand struct {
	JSON   bool           `help:"One JSON object."`
	Ticket console.Number `arg:"" help:"The ticket's number."`
}

// wholeTicket is a ticket with everything that belongs to it.
type wholeTicket struct {
	ticketJSON
	Path           []string             `json:"path"` // queues of its escalation path, lowest level first
	Judgement      *judgement           `json:"judgement,omitempty"`
	Incident       *incident            `json:"incident,omitempty"`
	MergedHere     []ticket.ID          `json:"merged_here,omitempty"` // tickets that are worked on in it
	Linked         []ticket.ID          `json:"linked,omitempty"`      // tickets that it names
	Vendors        []history.Vendor     `json:"vendors,omitempty"`     // who was asked beside the correspondence
	Approvals      []history.Approval   `json:"approvals,omitempty"`
	Rating         *history.Rating      `json:"rating,omitempty"`         // by the requester
	Planned        []history.Sending    `json:"planned,omitempty"`        // what agents have planned to send
	Worked         ticket.Minutes       `json:"worked_minutes,omitempty"` // that agents have booked
	Participants   []ticket.Participant `json:"participants"`
	Correspondence []ticket.Entry       `json:"correspondence"`
	// What the desk's own checks found about who sent its mails, by their numbers.
	Authentication map[ticket.MailID]ticket.Authentication `json:"authentication,omitempty"`
	Events         []happened                              `json:"events"`
	Outbox         []outgoing.Mail                         `json:"outbox"`
	Suppressed     []outgoing.Suppression                  `json:"suppressed"`
}

// happened is an event with what people read of it.
type happened struct {
	ticket.Event
	What   string // the kind
	Detail string // the facts as a sentence
}

// judgement is which version of the rules routed the mail that opened the ticket.
type judgement struct {
	Version  string    `json:"version"`
	LoadedAt time.Time `json:"loaded_at"`
	// What the history of the desk said of the mail.
	Learnt *ticket.Learnt `json:"learnt,omitempty"`
}

// incident is the outage that a ticket reports or leads.
type incident struct {
	Lead     ticket.ID   `json:"lead"`
	Reports  []ticket.ID `json:"reports"`
	SolvedAt time.Time   `json:"solved_at,omitzero"`
}

// describe returns how a ticket is related to its incident.
func (i *incident) describe(t ticket.ID) string {
	if i.Lead != t {
		return fmt.Sprintf("reports the same as #%d, with %d tickets in all", i.Lead, len(i.Reports))
	}
	var all []string
	for _, r := range i.Reports {
		all = append(all, fmt.Sprintf("#%d", r))
	}
	return fmt.Sprintf("leads %s", strings.Join(all, ", "))
}

func incidentOf(r ticket.IncidentReader, t ticket.ID) (*incident, error) {
	i, err := r.IncidentOf(t)
	if errors.Is(err, ticket.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	reports, err := r.Reports(i.Lead)
	shown := &incident{Lead: i.Lead, SolvedAt: i.SolvedAt}
	for _, report := range reports {
		shown.Reports = append(shown.Reports, report.ID)
	}
	return shown, err
}

func (c *ShowCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.ViewBy(ctx, string(path), func(r ticket.Reader, s *settings.Settings) error {
		t, err := r.Ticket(ticket.ID(c.Ticket))
		if errors.Is(err, ticket.ErrNotFound) {
			return fmt.Errorf("there is no ticket #%d", c.Ticket)
		}
		if err != nil {
			return err
		}
		whole, err := readTicket(r, t)
		if err != nil {
			return err
		}
		path := s.Rules.Path(t.Category, t.Queue)
		whole.Path = []string{}
		for _, q := range path {
			whole.Path = append(whole.Path, q.Name)
		}
		if c.JSON {
			return console.WriteJSON(std.Out, whole)
		}
		return printTicket(std.Out, t, whole, path)
	})
}

// vendorWords formats what a vendor was asked, and what became of it.
func vendorWords(v history.Vendor) string {
	text := strings.Join(console.NonEmpty(v.Address, v.Number), " ") + ", asked by " + v.Agent + " " + console.Stamp(v.Asked)
	switch {
	case !v.Waits:
		return text + ", has answered"
	case v.Until.IsZero():
		return text + ", has not answered"
	case v.Late:
		return text + ", late since " + console.Stamp(v.Until)
	}
	return text + ", expected by " + console.Stamp(v.Until)
}

// plannedWords formats what an agent has planned to send.
func plannedWords(s history.Sending) string {
	to := "to the requester"
	if s.Vendor != "" {
		to = "to " + s.Vendor
	}
	text := fmt.Sprintf("mail %d of %s goes %s %s", s.Text, s.Agent, to, console.Stamp(s.Next))
	switch {
	case s.What == ticket.PlanChase && s.Done == s.Times:
		return fmt.Sprintf("%d of %d reminders went %s, by %s; ends %s", s.Done, s.Times, to, s.Agent, console.Stamp(s.Next))
	case s.What == ticket.PlanChase:
		return fmt.Sprintf("%d of %d reminders went %s, by %s; the next one goes %s", s.Done, s.Times, to, s.Agent, console.Stamp(s.Next))
	case s.What == ticket.PlanSilent:
		text += ", unless there is an answer"
	}
	if s.Becomes != "" {
		text += ", and the ticket is " + string(s.Becomes) + " then"
	}
	return text
}

// approvalWords formats who was asked to approve, and what they say.
func approvalWords(a history.Approval) string {
	need := "any of "
	if a.All {
		need = "all of "
	}
	var votes []string
	for _, v := range a.Votes {
		says := v.Says
		if says == "" {
			says = "no vote"
		}
		if v.InPlace != "" {
			says = "in place of " + v.InPlace + ": " + says
		}
		votes = append(votes, v.Address+" ("+says+")")
	}
	text := need + strings.Join(votes, ", ") + ", asked by " + a.Agent + " " + console.Stamp(a.Asked)
	switch {
	case a.Decided != "":
		return text + ": " + a.Decided
	case !a.Until.IsZero():
		return text + ", expected by " + console.Stamp(a.Until)
	}
	return text
}

func readTicket(r ticket.Reader, t ticket.Ticket) (wholeTicket, error) {
	whole := wholeTicket{ticketJSON: jsonOf(t)}
	var all error
	j, err := r.Judgement(t.ID)
	if err == nil {
		whole.Judgement = &judgement{Version: j.Version, LoadedAt: j.LoadedAt}
		if !j.Learnt.IsZero() {
			whole.Judgement.Learnt = &j.Learnt
		}
	} else if !errors.Is(err, ticket.ErrNotFound) {
		all = err
	}
	whole.Incident, err = incidentOf(r, t.ID)
	all = errors.Join(all, err)
	whole.Participants, err = r.Participants(t.ID)
	all = errors.Join(all, err)
	whole.Correspondence, err = decision.Story(r, t.ID)
	all = errors.Join(all, err)
	merged, err := decision.MergedInto(r, t.ID)
	for _, m := range merged {
		whole.MergedHere = append(whole.MergedHere, m.ID)
		people, err := r.Participants(m.ID)
		for _, p := range people {
			if p.Role != ticket.RoleAgent {
				whole.Participants = append(whole.Participants, p)
			}
		}
		all = errors.Join(all, err)
	}
	all = errors.Join(all, err)
	whole.Authentication, err = authenticationsOf(r, whole.Correspondence)
	all = errors.Join(all, err)
	events, err := r.Events(t.ID)
	whole.Vendors, whole.Approvals, whole.Worked = history.VendorsOf(events), history.ApprovalsOf(events), history.Worked(events)
	if rating, rated := history.RatingOf(events); rated {
		whole.Rating = &rating
	}
	whole.Planned = history.Waiting(history.SendingsOf(events))
	for _, e := range events {
		whole.Events = append(whole.Events, happened{e, string(e.Kind), wording.Of(e)})
		if e.Kind == ticket.EventLinked && !slices.Contains(whole.Linked, e.OtherTicket) {
			whole.Linked = append(whole.Linked, e.OtherTicket)
		}
	}
	all = errors.Join(all, err)
	mails, err := r.OutboxOf(t.ID)
	for _, m := range mails {
		whole.Outbox = append(whole.Outbox, outgoing.MailOf(m))
	}
	all = errors.Join(all, err)
	whole.Suppressed, err = outgoing.SuppressionsOf(r, whole.Participants)
	return whole, errors.Join(all, err)
}

// printTicket prints a ticket, its correspondence, its events and its outgoing mails.
func printTicket(w io.Writer, t ticket.Ticket, whole wholeTicket, path []routing.Queue) error {
	w = console.Visible{Writer: w}
	number := fmt.Sprintf("#%d  ", t.ID)
	console.Wrap(w, console.Bold, number, strings.Repeat(" ", len(number)), t.Subject)
	fmt.Fprintln(w)
	printFields(w, t, whole, path)
	printTimeline(w, whole)
	fmt.Fprintln(w)
	if err := outgoing.Print(w, whole.Outbox); err != nil || len(whole.Suppressed) == 0 {
		return err
	}
	fmt.Fprintln(w)
	return outgoing.PrintSuppressions(w, whole.Suppressed)
}

// printFields prints the fields of a ticket that have a value, a line each.
func printFields(w io.Writer, t ticket.Ticket, whole wholeTicket, path []routing.Queue) {
	var rows [][2]string
	widest := 0
	row := func(name, value string) {
		if strings.TrimSpace(value) != "" {
			rows, widest = append(rows, [2]string{name, value}), max(widest, len(name))
		}
	}
	row("Status", statusWords(t))
	row("Requester", console.NameAddress(t.Name, t.Requester))
	row("In copy", strings.Join(whole.inCopy(), ", "))
	row("Category", strings.Join(console.NonEmpty(t.Category, string(t.Kind)), ", "))
	row("Priority", string(t.Priority))
	row("Queue", fmt.Sprintf("%s, level %d", t.Queue, t.Level))
	row("Path", console.PathWords(path))
	row("Assignee", t.Assignee)
	for _, k := range ticket.TargetKinds {
		if due := t.Due(k); !due.IsZero() {
			row("Due", string(k)+" "+console.DueTime(due))
		}
	}
	for _, v := range whole.Vendors {
		row("Vendor", vendorWords(v))
	}
	for _, a := range whole.Approvals {
		row("Approval", approvalWords(a))
	}
	if r := whole.Rating; r != nil {
		row("Rating", strings.Join(console.NonEmpty(r.Says+", by "+r.Of+" "+console.Stamp(r.At), r.Words), ": "))
	}
	for _, s := range whole.Planned {
		row("Planned", plannedWords(s))
	}
	if whole.Worked != 0 {
		row("Worked", whole.Worked.String())
	}
	row("Language", t.Language)
	row("Tags", strings.Join(t.Tags, ", "))
	row("Rules", strings.Join(t.Rules, ", "))
	if j := whole.Judgement; j != nil {
		row("Judged by", fmt.Sprintf("rules %s, in force since %s", j.Version, console.Stamp(j.LoadedAt)))
	}
	if j := whole.Judgement; j != nil && j.Learnt != nil {
		row("Learnt", j.Learnt.String())
	}
	if i := whole.Incident; i != nil {
		row("Incident", i.describe(t.ID))
	}
	if t.Follows != 0 {
		row("Follows", fmt.Sprintf("#%d", t.Follows))
	}
	row("Merged here", console.Numbers(whole.MergedHere))
	row("Linked", console.Numbers(whole.Linked))
	for _, r := range rows {
		console.Wrap(w, console.Plain, fmt.Sprintf("  %-*s  ", widest, r[0]), strings.Repeat(" ", widest+4), r[1])
	}
}

// inCopy returns who is in copy, requesters of tickets that were merged here too.
func (whole wholeTicket) inCopy() (copies []string) {
	for _, p := range whole.Participants {
		if p.Role == ticket.RoleParticipant || p.Role == ticket.RoleRequester && p.Ticket != whole.ticketJSON.Ticket {
			copies = append(copies, console.NameAddress(mailparse.Listed(p.Name), p.Address))
		}
	}
	return copies
}

// printTimeline prints what was written and what happened, in the order of time.
func printTimeline(w io.Writer, whole wholeTicket) {
	actor, what := 0, 0
	for _, e := range whole.Events {
		actor, what = max(actor, console.Places(e.Actor)), max(what, console.Places(string(e.Kind)))
	}
	events := whole.Events
	until := func(later func(happened) bool) {
		for i := 0; len(events) > 0 && !later(events[0]); i++ {
			e := events[0]
			if i == 0 {
				fmt.Fprintln(w)
			}
			line := fmt.Sprintf("%s  %s%*s  %-*s  %s", console.Stamp(e.At), e.Actor, actor-console.Places(e.Actor), "", what, e.Kind, e.Detail)
			console.Wrap(w, console.Faint, "", "    ", line)
			events = events[1:]
		}
	}
	for _, e := range whole.Correspondence {
		until(func(h happened) bool { return !h.At.Before(e.At) })
		printEntry(w, whole, e)
	}
	until(func(happened) bool { return false })
}

// printEntry prints an entry of the correspondence.
func printEntry(w io.Writer, whole wholeTicket, e ticket.Entry) {
	who := strings.Join(console.NonEmpty(string(e.Kind), string(e.Mark)), ", ") + ", " + console.NameAddress(e.Name, e.Author)
	fmt.Fprintln(w)
	console.Wrap(w, console.Bold, "", "    ", console.Stamp(e.At)+"  "+who)
	if a, ok := whole.Authentication[e.Mail]; ok {
		console.Wrap(w, console.Plain, "  checked: ", "           ", a.Words())
	}
	for line := range strings.Lines(strings.TrimSpace(e.Text)) {
		console.Wrap(w, console.Plain, "  │ ", "  │ ", strings.TrimRight(line, "\r\n"))
	}
}

// authenticationsOf returns what the desk found of the mails in a correspondence.
func authenticationsOf(r ticket.MailReader, entries []ticket.Entry) (map[ticket.MailID]ticket.Authentication, error) {
	found := map[ticket.MailID]ticket.Authentication{}
	for _, e := range entries {
		if e.Mail == 0 {
			continue
		}
		a, err := r.Authentication(e.Mail)
		if errors.Is(err, ticket.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found[e.Mail] = a
	}
	return found, nil
}
