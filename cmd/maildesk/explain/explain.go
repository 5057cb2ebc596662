// Package explain has the commands that say what the desk would do and why, and change
// nothing: maildesk explain, of mails in files, and maildesk replay, of the mail received
// so far under other rules. The expectations of a configuration (maildesk check) are
// compared here too.
package explain

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"maildesk/daemon/localdesk"

	"maildesk/cmd/maildesk/console"
	"maildesk/desk/incoming"
	"maildesk/mailbox"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// Command is maildesk explain.
type Command struct {
	JSON    bool      `help:"One JSON object a mail, a line each."`
	Want    []string  `placeholder:"KEY=VALUE,…" help:"What the result for each mail must be, such as queue=network,priority=high. Shows what differs, and exits 1 then. Repeatable."`
	From    string    `placeholder:"ADDRESS" help:"The envelope's sender (MAIL FROM). Default: unknown."`
	To      []string  `placeholder:"ADDRESS" help:"The envelope's recipients (RCPT TO). Default: unknown."`
	Client  string    `placeholder:"IP" help:"Address of the machine that brings the mail. Default: unknown."`
	At      time.Time `placeholder:"TIME" help:"When the mail comes, as 2026-12-25T10:00:00Z. Default: now."`
	Verbose bool      `short:"v" help:"Also the rules that did not fire, and why not."`
	Helo    string    `placeholder:"NAME" help:"What that machine calls itself. Default: unknown."`
	DNS     bool      `name:"dns" help:"Check who sent the mail, by SPF, DKIM and DMARC, as the daemon does. Asks the DNS."`
	Scratch bool      `help:"As if the desk held no mail yet: nothing is a copy, nobody has tickets."`
	Files   []string  `arg:"" name:"file" predictor:"file" help:"Mails, mbox files, folders of mails or Maildirs; - is standard input."`
}

// Run explains each mail; it fails with [console.ErrNo] where one is not as required.
func (c *Command) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	required, err := parseRequirements(c.Want)
	if err != nil {
		return console.UsageError(err)
	}
	local, err := openForExplain(ctx, string(path), c.Scratch)
	if err != nil {
		return err
	}
	defer local.Close()
	if c.At.IsZero() {
		c.At = time.Now()
	}
	if c.DNS {
		local.CheckSenders()
	}
	env := ticket.Envelope{Source: ticket.SourceSMTP, ReversePath: c.From, Unknown: c.From == "", ForwardPaths: c.To, Client: c.Client, Helo: c.Helo}
	failed := 0
	for item, err := range mailbox.Open(c.Files) {
		if err != nil {
			fmt.Fprintf(std.Err, "maildesk: %s: %v\n", item.Name, err)
			failed++
			continue
		}
		v, err := local.Desk.ExplainAt(ctx, env, item.Raw, c.At)
		if err != nil {
			return fmt.Errorf("explain %s: %w", item.Name, err)
		}
		differences := required.compare(v)
		if len(differences) > 0 {
			failed++
		}
		if err := c.print(std, item.Name, v, differences); err != nil {
			return err
		}
	}
	if failed > 0 {
		return console.ErrNo
	}
	return nil
}

// print prints the explanation as JSON or as text or, with --want, what differs from
// what is wanted.
func (c *Command) print(std console.Stdio, file string, v incoming.Verdict, differences []string) error {
	switch {
	case c.JSON:
		for _, d := range differences {
			fmt.Fprintf(std.Err, "%s: %s\n", file, d)
		}
		return console.WriteJSON(std.Out, explanationOf(file, v))
	case len(c.Want) > 0:
		printDifferences(std.Out, file, v, differences)
	default:
		printExplanation(std.Out, file, v, c.Verbose)
	}
	return nil
}

// openForExplain opens the desk's own data if there is a configuration, else a
// temporary desk with default settings. A configuration that was named must be there.
func openForExplain(ctx context.Context, path string, scratch bool) (*localdesk.Local, error) {
	cfg, err := console.LoadConfig(path)
	if console.IsMissing(err) && path == console.DefaultPath {
		return localdesk.OpenScratch(ctx, nil)
	}
	if err != nil {
		return nil, err
	}
	if scratch || !localdesk.HasData(cfg) {
		return localdesk.OpenScratch(ctx, cfg)
	}
	local, err := localdesk.OpenReadOnly(ctx, cfg, console.Quiet())
	if err == nil {
		_, _ = local.ReadLearnt(ctx) // of what cannot be read the desk would say nothing, either
	}
	return local, err
}

// explanation is the JSON format of explain: one object per mail. Field names never
// change; new ones may be added.
type explanation struct {
	File              string              `json:"file"`
	MessageID         string              `json:"message_id"`
	Subject           string              `json:"subject"`
	From              mailparse.Address   `json:"from"`
	Identity          bool                `json:"identity"` // from is a strict identity, not only what is shown
	To                []mailparse.Address `json:"to"`
	Cc                []mailparse.Address `json:"cc"`
	Date              *time.Time          `json:"date"`
	Text              string              `json:"text"`
	Reply             string              `json:"reply"`
	Signature         string              `json:"signature,omitempty"`
	Hidden            string              `json:"hidden,omitempty"` // what the page hides from its readers
	Forwarded         []forwarded         `json:"forwarded,omitempty"`
	Attachments       []attachment        `json:"attachments"`
	Class             mailparse.Class     `json:"class"`
	ClassReason       string              `json:"class_reason"`
	Bounces           []mailparse.Bounce  `json:"bounces"`
	ReportedMessageID string              `json:"reported_message_id"`
	Language          string              `json:"language"`
	Authentication    authentication      `json:"authentication"`
	Problems          []string            `json:"problems"`
	Thread            *thread             `json:"thread"`
	Route             *routing.Decision   `json:"route"`
	Learnt            *ticket.Learnt      `json:"learnt,omitempty"` // what the history of the desk says of a new request
	Path              []string            `json:"path,omitempty"`   // queues of the escalation path, lowest level first
	Disposition       ticket.Disposition  `json:"disposition"`
	Reason            string              `json:"reason"`
	Mails             []planned           `json:"mails"`
}

type attachment struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Size   int    `json:"size"`
	Inline bool   `json:"inline"`
}

type forwarded struct {
	From         mailparse.Address `json:"from"`
	Subject      string            `json:"subject"`
	MessageID    string            `json:"message_id,omitempty"`
	AsAttachment bool              `json:"as_attachment"`
}

type thread struct {
	Ticket     int64     `json:"ticket"`
	Reason     string    `json:"reason"`
	MergedInto ticket.ID `json:"merged_into,omitempty"`
}

type planned struct {
	To         string `json:"to"`
	Template   string `json:"template"`
	Language   string `json:"language"`
	Suppressed string `json:"suppressed"`
}

func explanationOf(file string, v incoming.Verdict) explanation {
	m := v.Message
	e := explanation{
		File: file, MessageID: m.MessageID, Subject: m.Subject, From: m.From, Identity: m.From.Address != "",
		To: console.OrEmpty(m.To), Cc: console.OrEmpty(m.Cc), Text: m.Text, Reply: m.Reply, Signature: m.Signature, Hidden: m.Hidden,
		Attachments: []attachment{}, Class: m.Class, ClassReason: m.ClassReason,
		Bounces: console.OrEmpty(m.Bounces), ReportedMessageID: m.ReportedMessageID, Language: m.Language, Authentication: authenticationOf(v),
		Problems: console.OrEmpty(m.Problems), Route: v.Route, Disposition: v.Disposition, Reason: v.Reason, Mails: []planned{},
	}
	if !e.Identity {
		e.From = m.FromShown
	}
	if !m.Date.IsZero() {
		e.Date = &m.Date
	}
	if !v.Learnt.IsZero() {
		e.Learnt = &v.Learnt
	}
	for _, q := range v.Path {
		e.Path = append(e.Path, q.Name)
	}
	for _, a := range m.Attachments {
		e.Attachments = append(e.Attachments, attachment{a.Name, a.Type, len(a.Content), a.Inline})
	}
	for _, f := range m.Forwarded {
		e.Forwarded = append(e.Forwarded, forwarded{f.From, f.Subject, f.MessageID, f.Attachment})
	}
	if v.Match.Ticket != 0 {
		e.Thread = &thread{v.Match.Ticket, string(v.Match.Reason), v.WorkedOn}
	}
	for _, p := range v.Mails {
		e.Mails = append(e.Mails, planned{p.To, string(p.Template), p.Language, p.Suppressed})
	}
	return e
}

// trialWords describes in one line whether a rule fired, and why.
func trialWords(t routing.Trial) string {
	fired := "did not fire"
	if t.Fired {
		fired = "fired"
	}
	if !t.Tried {
		fired = "was not tried"
	}
	sets := ""
	if t.Fired && len(t.Sets) > 0 {
		sets = ": " + strings.Join(t.Sets, ", ")
	}
	return t.Rule + ": " + fired + console.Parenthesised(t.Why) + sets
}

// printExplanation prints the explanation for a person: what the mail contains, what
// its author wrote, and what would happen.
func printExplanation(w io.Writer, file string, v incoming.Verdict, verbose bool) {
	w = console.Visible{Writer: w}
	line := func(name, format string, args ...any) {
		if value := fmt.Sprintf(format, args...); strings.TrimSpace(value) != "" {
			fmt.Fprintf(w, "  %-14s %s\n", name, value)
		}
	}
	fmt.Fprintf(w, "%s\n\nWhat it says\n", file)
	printMessage(line, v.Message)
	if reply := strings.TrimSpace(v.Message.Reply); reply != "" {
		fmt.Fprintf(w, "\nWhat the author newly wrote\n")
		for l := range strings.Lines(reply) {
			fmt.Fprintf(w, "  │ %s\n", strings.TrimRight(l, "\r\n"))
		}
	}
	fmt.Fprintf(w, "\nWhat the desk would do\n")
	printAuthentication(line, v)
	printDecision(line, v, verbose)
	fmt.Fprintln(w)
}

// printMessage prints what was understood of a mail, and by which rule.
func printMessage(line func(name, format string, args ...any), m *mailparse.Message) {
	who, note := m.From, ""
	if who.Address == "" {
		who, note = m.FromShown, "  (no identity: nothing is granted on it)"
	}
	line("From", "%s%s", console.NameAddress(who.Name, who.Address), note)
	for _, a := range m.To {
		line("To", "%s", console.NameAddress(a.Name, a.Address))
	}
	for _, a := range m.Cc {
		line("Cc", "%s", console.NameAddress(a.Name, a.Address))
	}
	line("Subject", "%s", m.Subject)
	if !m.Date.IsZero() {
		line("Date", "%s", m.Date.Format("Mon, 2 Jan 2006 15:04 -0700"))
	}
	line("Message-ID", "%s", m.MessageID)
	line("Answers", "%s", strings.Join(m.InReplyTo, " "))
	line("Written by", "%s%s", m.Class, console.Parenthesised(m.ClassReason))
	line("Language", "%s", console.FirstOf(m.Language, "unknown"))
	for _, f := range m.Forwarded {
		line("Passes on", "%s", strings.Join(console.NonEmpty(console.NameAddress(f.From.Name, f.From.Address), f.Subject), ": "))
	}
	line("Set apart", "%s", setApart(m))
	for _, a := range m.Attachments {
		line("Attachment", "%s, %s, %d bytes", a.Name, a.Type, len(a.Content))
	}
	for _, b := range m.Bounces {
		line("Reports", "%s %s %s", b.Recipient, b.Action, b.Status)
	}
	line("Reports on", "%s", m.ReportedMessageID)
	for _, p := range m.Problems {
		line("Problem", "%s", p)
	}
}

// setApart describes how much of the text was not newly written by the author.
func setApart(m *mailparse.Message) string {
	var parts []string
	for _, part := range []struct{ what, text string }{{"older mail", m.Quoted}, {"signature", m.Signature}, {"hidden text", m.Hidden}} {
		switch n := strings.Count(strings.TrimSpace(part.text), "\n") + 1; {
		case strings.TrimSpace(part.text) == "":
		case n == 1:
			parts = append(parts, "1 line of "+part.what)
		default:
			parts = append(parts, fmt.Sprintf("%d lines of %s", n, part.what))
		}
	}
	return strings.Join(parts, ", ")
}

func printDecision(line func(name, format string, args ...any), v incoming.Verdict, verbose bool) {
	line("Disposition", "%s%s", v.Disposition, console.Parenthesised(v.Reason))
	if v.Match.Ticket != 0 {
		line("Ticket", "#%d, by its %s", v.Match.Ticket, v.Match.Reason)
	}
	if r := v.Route; r != nil {
		line("Category", "%s", strings.Join(console.NonEmpty(r.Category, r.Kind), ", "))
		line("Priority", "%s", r.Priority)
		line("Queue", "%s, level %d", r.Queue, r.Level)
		line("Path", "%s", console.PathWords(v.Path))
		line("Assignee", "%s", r.Assignee)
		line("Target", "%s", v.Target)
		for _, k := range ticket.TargetKinds {
			if due := v.Opened.Due(k); !due.IsZero() {
				line("Due", "%s %s", k, console.DueTime(due))
			}
		}
		line("Tags", "%s", strings.Join(r.Tags, ", "))
		line("Learnt", "%s", v.Learnt)
		line("Onlookers", "%s", strings.Join(r.Onlookers, ", "))
	}
	printTrials(line, v, verbose)
	for _, p := range v.Mails {
		if p.Suppressed != "" {
			line("No mail", "%s to %s (%s)", p.Template, console.FirstOf(p.To, "nobody"), p.Suppressed)
			continue
		}
		line("Mail", "%s to %s, in %s", p.Template, p.To, console.FirstOf(p.Language, "en"))
	}
}

// printTrials prints the rules that fired or failed, and the number of the others or,
// if all is set, each of them.
func printTrials(line func(name, format string, args ...any), v incoming.Verdict, verbose bool) {
	others := 0
	for _, t := range v.Trials {
		if t.Fired {
			line("Rule", "%s", trialWords(t))
		}
	}
	if v.Route != nil {
		for _, p := range v.Route.Problems {
			line("Rule failed", "%s", p)
		}
	}
	for _, t := range v.Trials {
		if t.Fired {
			continue
		}
		if others++; verbose {
			line("Rule", "%s", trialWords(t))
		}
	}
	if others > 0 && !verbose {
		line("Other rules", "%d did not fire; -v says why", others)
	}
}
