package desk

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maildesk/compose"
	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/desk/silence"
	"maildesk/mailparse"
	"maildesk/threading"
	"maildesk/ticket"
)

// Agents ask the desk itself by mail to its control address: what is open, who is away.
// Only an agent who is known to have written the mail gets an answer, about what they may
// read, at their own address. A mail there of anybody else is a request like any other.

// The reasons of the disposition of such mails.
const (
	reasonQuestion         = "question"
	reasonQuestionUnproven = "question-unproven"
)

// controlLife is for how many days after it was made a signed control address proves who
// asks there.
const controlLife = 14

// isControl reports whether a forward-path is the control address, or one that was signed
// on its base.
func (s *Settings) isControl(forwardPath string) bool {
	local, domain, ok := silence.SplitAddress(forwardPath)
	return ok && s.Control != "" && (sameAddress(forwardPath, s.Control) || sameAddress(silence.BeforePlus(local)+"@"+domain, s.Control))
}

// asksDesk reports whether the mail goes to the control address, and to none at which
// requests come in.
func (h *handling) asksDesk() bool {
	paths := h.mail.Envelope.ForwardPaths
	if len(paths) == 0 {
		paths = h.recipients()
	}
	return slices.ContainsFunc(paths, h.set.isControl) && !h.silent &&
		!slices.ContainsFunc(paths, func(p string) bool { _, intake := h.set.addressFor(p); return intake })
}

// askedDesk answers what an agent asks the desk; handled is false where the mail is none of an
// agent's.
func (h *handling) askedDesk() (handled bool, err error) {
	agent, isAgent := h.set.AgentAt(h.msg.From.Address)
	if !isAgent || !h.asksDesk() {
		return false, nil
	}
	if h.msg.Silence != mailparse.Answerable {
		return true, h.finish(ticket.DispositionMachine, firstOf(h.msg.ClassReason, "machine"), 0)
	}
	asks := command.ReadAsks(h.msg.Subject, h.msg.Reply)
	if !h.provenToAsk(agent) {
		return true, h.askWhoAsks(agent, asks)
	}
	if err := h.answerAsks(agent, asks); err != nil {
		return true, err
	}
	return true, h.finish(ticket.DispositionMachine, reasonQuestion, 0)
}

// provenToAsk reports whether the agent is known to have written the mail: its From field
// is authenticated, or it came to an address that was signed for them lately.
func (h *handling) provenToAsk(agent Agent) bool {
	if h.was != nil {
		return h.was.Reason == reasonQuestion
	}
	switch {
	case h.proof() == ProofForged:
		return false
	case h.proof() == ProofAuthenticated:
		return true
	}
	return slices.ContainsFunc(h.recipients(), func(address string) bool {
		day, ok := h.maker.keys.ParseControlAddress(address, agent.Name)
		return ok && h.set.isControl(address) && day > dayNumber(h.now)-controlLife && day <= dayNumber(h.now)+1
	})
}

// dayNumber counts days from 1970-01-01.
func dayNumber(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

// askWhoAsks tells an agent, at the address in the config, that somebody asked in their
// name, and how to get the answer. Nothing is answered.
func (h *handling) askWhoAsks(agent Agent, asks []command.Ask) error {
	s, err := h.tx.CountStorm("not answered "+agent.Name, h.now.Truncate(time.Hour))
	if err != nil {
		return err
	}
	if s.Count <= maxUndone {
		n := notify.Notice{Template: notify.TemplateAnswer, Reason: notify.AskedUnproven, LastReceipt: s.Count == maxUndone}
		if err := h.writeBack(agent, agent.Mail[0], n, asks); err != nil {
			return err
		}
	}
	return h.finish(ticket.DispositionMachine, reasonQuestionUnproven, 0)
}

// answerAsks answers all that a mail asks, and does what it orders; where one line is not
// understood, nothing of it.
func (h *handling) answerAsks(agent Agent, asks []command.Ask) error {
	n := notify.Notice{Template: notify.TemplateAnswer}
	var orders []command.Command
	wrong := false
	for _, ask := range asks {
		line := notify.Line{Command: beginning(ask.Line), OK: true}
		switch {
		case ask.Order.Name != "":
			orders = append(orders, ask.Order)
			if line = h.checkOrder(agent, ask.Order); line.OK {
				n.Lines = append(n.Lines, line)
				continue
			}
		case ask.Question.Name == "":
			line.OK, line.Message = false, unknownQuestion(ask.Line)
		default:
			a, shown, err := h.answerTo(agent, ask.Question)
			if err != nil {
				return err
			}
			if !shown {
				n.Answers = append(n.Answers, a)
			}
			line.OK, line.Message = a.Wrong.IsZero(), a.Wrong
		}
		if wrong = wrong || !line.OK; !line.OK {
			n.Lines = append(n.Lines, line)
		}
	}
	if len(asks) == 0 {
		n.Answers = []notify.Answer{{Name: "help"}}
	}
	if wrong {
		n.Reason, n.Answers = notify.AskedWrong, []notify.Answer{{Name: "help"}}
	} else if err := h.carryOutOrders(agent, asks, orders); err != nil {
		return err
	}
	if len(n.Answers) == 0 && len(n.Lines) == 0 {
		return nil // a ticket was shown: that is a mail of its own
	}
	return h.writeBack(agent, h.asksFrom(agent), n, asks)
}

// asksFrom returns the address to which a proven agent is answered.
func (h *handling) asksFrom(agent Agent) string {
	if h.proof() == ProofAuthenticated {
		return h.msg.From.Address
	}
	return agent.Mail[0]
}

// unknownQuestion says that a line is no question, and which was probably meant.
func unknownQuestion(line string) ticket.Phrase {
	if meant, near := command.NearestQuestion(line); near {
		return ticket.Say("this is no question; did you mean %s?", meant)
	}
	return ticket.Say("this is no question")
}

// checkOrder checks a command that is about no ticket.
func (h *handling) checkOrder(agent Agent, c command.Command) notify.Line {
	if e, _ := command.Lookup(c.Name); !e.Alone {
		return notify.Line{Command: c.String(), Message: ticket.Say("it is about one request: write it on top of a reply to an email about that request; show 1042 brings one")}
	}
	return plan(h.set, ticket.Ticket{}, report{}, agent, []command.Command{c}, h.now).lines[0]
}

// carryOutOrders does what the commands say, and shows the tickets that are asked for.
func (h *handling) carryOutOrders(agent Agent, asks []command.Ask, orders []command.Command) error {
	if o := plan(h.set, ticket.Ticket{}, report{}, agent, orders, h.now); o.absence != nil {
		if err := h.tx.SetAway(*o.absence); err != nil {
			return err
		}
	}
	for _, ask := range asks {
		if ask.Question.Name == "show" {
			if err := h.show(agent, ask.Question.Arg); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeBack sends an agent a mail that is about no ticket. All of one day are a
// conversation.
func (h *handling) writeBack(agent Agent, to string, n notify.Notice, asks []command.Ask) error {
	if h.was != nil { // it was answered then
		return nil
	}
	n.Desk, n.Support, n.Now = h.set.Name, h.set.primary().Mail, h.now.In(h.set.zone())
	n.Recipient = ticket.Participant{Address: to, Name: agent.known(), Role: ticket.RoleAgent}
	n.Language = h.set.Language
	if len(agent.Languages) > 0 {
		n.Language = agent.Languages[0]
	}
	from := firstOf(h.set.Control, h.set.primary().Mail)
	replyTo, err := h.controlAddress(agent)
	if err != nil {
		return err
	}
	h.linkAnswers(&n, notify.Mailto{Address: replyTo, Subject: "[" + h.set.Name + "]"}, asks)
	words, err := h.set.Words.Render(n)
	if err != nil {
		return fmt.Errorf("render %s: %w", n.Template, err)
	}
	m := n.Mail(words, nil)
	m.From = compose.Address{Name: h.set.Name, Address: from}
	m.ReplyTo = compose.Address{Name: h.set.Name, Address: replyTo}
	m.Date, m.LoopMark = h.now, h.set.Hostname
	m.MessageID = h.maker.messageID(threading.Token{}, h.sequence(n), h.set.Hostname)
	m.InReplyTo = h.maker.keys.MessageID(threading.Token{}, "questions."+agent.Name+"."+h.set.today(h.now), h.set.Hostname)
	m.References = []string{m.InReplyTo}
	if h.msg.MessageID != "" {
		m.InReplyTo, m.References = h.msg.MessageID, append(m.References, h.msg.MessageID)
	}
	raw, err := m.Bytes()
	if err != nil {
		return fmt.Errorf("compose %s: %w", n.Template, err)
	}
	id, err := h.tx.AddOutbox(ticket.OutboxMail{
		Cause: h.cause, Template: string(n.Template), Language: n.Language, Recipient: to, MessageID: m.MessageID,
		Bytes: raw, State: ticket.OutboxReady, NextAt: h.now, CreatedAt: h.now,
	})
	if err != nil || id == 0 {
		return err
	}
	h.planned = append(h.planned, PlannedMail{To: to, Template: n.Template, Language: n.Language})
	return nil
}

// controlAddress returns the address at which an agent goes on asking: a signed one where
// mails come in at plus addresses.
func (h *handling) controlAddress(agent Agent) (string, error) {
	if h.set.Control == "" {
		return h.set.primary().Mail, nil
	}
	domain := silence.Domain(h.set.Control)
	if slices.ContainsFunc(h.set.Addresses, func(a Address) bool { return a.NoPlus && silence.Domain(a.Mail) == domain }) {
		return h.set.Control, nil
	}
	address, err := h.maker.keys.ControlAddress(h.set.Control, agent.Name, dayNumber(h.now))
	if err != nil {
		return "", fmt.Errorf("control address for %s: %w", agent.Name, err)
	}
	return address, nil
}

// linkAnswers adds to answers the links by which one goes on asking.
func (h *handling) linkAnswers(n *notify.Notice, to notify.Mailto, asks []command.Ask) {
	for i := range n.Answers {
		for k := range n.Answers[i].Tickets {
			t := &n.Answers[i].Tickets[k]
			t.Show = to.Action("show", fmt.Sprintf("show %d\r\n", t.ID))
		}
	}
	if h.set.Control == "" {
		return
	}
	if n.Reason == notify.AskedUnproven {
		var lines []string
		for _, a := range asks {
			lines = append(lines, a.Line)
		}
		n.Actions = []notify.Action{to.Action("ask", strings.Join(append(lines, ""), "\r\n"))}
		return
	}
	for _, question := range []string{"list", "mine", "due", "who", "help"} {
		n.Actions = append(n.Actions, to.Action("ask-"+question, question+"\r\n"))
	}
}
