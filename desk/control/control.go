package control

import (
	"slices"
	"time"

	"maildesk/desk/agentmail"

	"maildesk/desk/absence"
	"maildesk/desk/answer"
	"maildesk/desk/command"
	"maildesk/desk/handback"
	"maildesk/desk/incoming"
	"maildesk/desk/ladder"
	"maildesk/desk/notify"
	"maildesk/desk/order"
	"maildesk/desk/settings"
	"maildesk/desk/shift"
	"maildesk/mailparse"
	"maildesk/ticket"
)

// Agents ask the desk itself by mail to its control address: what is open, who is away.
// Only an agent who is known to have written the mail gets an answer, about what they may
// read, at their own address. A mail there of anybody else is a request like any other.

// controlLife is for how many days after it was made a signed control address proves who
// asks there.
const controlLife = 14

// asksDesk reports whether the mail goes to the control address, and to none at which
// requests come in.
func asksDesk(h *incoming.Handling) bool {
	paths := h.Mail.Envelope.ForwardPaths
	if len(paths) == 0 {
		paths = h.Recipients()
	}
	return slices.ContainsFunc(paths, h.Set.IsControl) && !h.Silent &&
		!slices.ContainsFunc(paths, func(p string) bool { _, intake := h.Set.AddressFor(p); return intake })
}

// AskedDesk answers what an agent asks the desk; handled is false where the mail is none of an
// agent's.
func AskedDesk(h *incoming.Handling) (handled bool, err error) {
	agent, isAgent := h.Set.AgentAt(h.Msg.From.Address)
	if !isAgent || !asksDesk(h) {
		return false, nil
	}
	if h.Msg.Silence != mailparse.Answerable {
		return true, h.Finish(ticket.DispositionMachine, settings.FirstOf(h.Msg.ClassReason, "machine"), 0)
	}
	asks := command.ReadAsks(h.Msg.Subject, h.Msg.Reply)
	if !provenToAsk(h, agent) {
		return true, askWhoAsks(h, agent, asks)
	}
	if bulk, err := answerBulk(h, agent); err != nil {
		return true, err
	} else if !bulk {
		if err := answerAsks(h, agent, asks); err != nil {
			return true, err
		}
	}
	return true, h.Finish(ticket.DispositionMachine, incoming.ReasonQuestion, 0)
}

// provenToAsk reports whether the agent is known to have written the mail: its From field
// is authenticated, or it came to an address that was signed for them lately.
func provenToAsk(h *incoming.Handling, agent settings.Agent) bool {
	if h.Was != nil {
		return h.Was.Reason == incoming.ReasonQuestion
	}
	switch {
	case h.Proof() == incoming.ProofForged:
		return false
	case h.Proof() >= incoming.ProofAuthenticated:
		return true
	}
	return slices.ContainsFunc(h.Recipients(), func(address string) bool {
		day, ok := h.Keys().ParseControlAddress(address, agent.Name)
		return ok && h.Set.IsControl(address) && day > incoming.DayNumber(h.Now)-controlLife && day <= incoming.DayNumber(h.Now)+1
	})
}

// askWhoAsks tells an agent, at the address in the config, that somebody asked in their
// name, and how to get the answer. Nothing is answered.
func askWhoAsks(h *incoming.Handling, agent settings.Agent, asks []command.Ask) error {
	kind := "not answered "
	if h.Doubtful() { // a forger's mails do not use up what tells of the agent's own
		kind = "not answered, doubtful "
	}
	s, err := h.Tx.CountStorm(kind+agent.Name, h.Now.Truncate(time.Hour))
	if err != nil {
		return err
	}
	if s.Count <= agentmail.MaxUndone {
		n := notify.Notice{Template: notify.TemplateAnswer, Reason: notify.AskedUnproven, LastReceipt: s.Count == agentmail.MaxUndone}
		if err := h.WriteBack(agent, agent.Mail[0], n, asks); err != nil {
			return err
		}
	}
	return h.Finish(ticket.DispositionMachine, incoming.ReasonQuestionUnproven, 0)
}

// answerAsks answers all that a mail asks, and does what it orders; where one line is not
// understood, nothing of it.
func answerAsks(h *incoming.Handling, agent settings.Agent, asks []command.Ask) error {
	n := notify.Notice{Template: notify.TemplateAnswer}
	var orders []command.Command
	wrong := false
	for _, ask := range asks {
		line := notify.Line{Command: agentmail.Beginning(ask.Line), OK: true}
		switch {
		case ask.Order.Name != "":
			orders = append(orders, ask.Order)
			var err error
			if line, err = checkOrder(h, agent, orders); err != nil {
				return err
			}
			if line.OK {
				if ask.Order.Name != "undo" { // what becomes of it is said when it is done
					n.Lines = append(n.Lines, line)
				}
				continue
			}
		case ask.Question.Name == "":
			line.OK, line.Message = false, unknownQuestion(ask.Line)
		case ask.Question.Name == "oncall": // answered when the orders are carried out
			line.OK, line.Message = shift.MayAskOnCall(h, agent, ask.Question.Arg)
		default:
			a, shown, err := answerTo(h, agent, ask.Question)
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
	} else if err := carryOutOrders(h, agent, asks, orders, &n); err != nil {
		return err
	}
	if len(n.Answers) == 0 && len(n.Lines) == 0 {
		return nil // a ticket was shown: that is a mail of its own
	}
	return h.WriteBack(agent, asksFrom(h, agent), n, asks)
}

// answerBulk does what a mail says to several tickets, and answers what became of each;
// bulk is false where it says nothing of the kind.
func answerBulk(h *incoming.Handling, agent settings.Agent) (bulk bool, err error) {
	read := agentmail.Read(h)
	commands := agentmail.Asked(h, &read)
	if !order.IsBulk(commands) {
		return false, nil
	}
	n := notify.Notice{Template: notify.TemplateAnswer}
	for _, c := range commands {
		if !mayAsk(h, agent, c.Name) {
			n.Lines = append(n.Lines, notify.Line{Command: c.String(), Message: h.SaysBelowLevel()})
		}
	}
	done := false
	if len(n.Lines) == 0 {
		if done, err = answer.Bulk(h, agent, read, commands, &n); err != nil {
			return true, err
		}
	}
	if !done {
		n.Reason = notify.AskedWrong
	}
	return true, h.WriteBack(agent, asksFrom(h, agent), n, nil)
}

// mayAsk reports whether a mail to the desk shows enough for a rung of the ladder. The signed address of a ticket, which
// such a mail cannot have, is not asked for.
func mayAsk(h *incoming.Handling, agent settings.Agent, rung string) bool {
	return ladder.Enough(ladder.Higher(command.Address, h.Proof().Level()), h.Set.Ladder.Needs(rung, agent.Proof))
}

// asksFrom returns the address to which a proven agent is answered.
func asksFrom(h *incoming.Handling, agent settings.Agent) string {
	if h.Proof() >= incoming.ProofAuthenticated {
		return h.Msg.From.Address
	}
	return agent.Mail[0]
}

// unknownQuestion says that a line is not a question, and which was probably meant.
func unknownQuestion(line string) ticket.Phrase {
	if meant, near := command.NearestQuestion(line); near {
		return ticket.Say("this is not a question; did you mean %s?", meant)
	}
	return ticket.Say("this is not a question")
}

// checkOrder checks the last one of some commands that are about no ticket.
func checkOrder(h *incoming.Handling, agent settings.Agent, orders []command.Command) (notify.Line, error) {
	c := orders[len(orders)-1]
	if c.Name == "undo" {
		return checkUndo(h, agent, c)
	}
	if e, _ := command.Lookup(c.Name); !e.Alone {
		return notify.Line{Command: c.String(), Message: ticket.Say("it is about one request: write it on top of a reply to an email about that request; show 1042 brings one")}, nil
	}
	if !mayAsk(h, agent, order.OnLadder(h.Set, agent, c, h.Now)) {
		return notify.Line{Command: c.String(), Message: h.SaysBelowLevel()}, nil
	}
	o := order.Check(h.Set, ticket.Ticket{}, order.Incident{}, agent, orders, h.Now)
	if err := answer.CheckForget(h, &o); err != nil {
		return notify.Line{}, err
	}
	if err := absence.Check(h, &o); err != nil {
		return notify.Line{}, err
	}
	err := handback.CheckHandover(h, &o)
	return o.Lines[len(orders)-1], err
}

// checkUndo checks an #undo, which takes a handover back and needs what that needs.
func checkUndo(h *incoming.Handling, agent settings.Agent, c command.Command) (notify.Line, error) {
	line := notify.Line{Command: c.String()}
	if !mayAsk(h, agent, "handover") {
		line.Message = h.SaysBelowLevel()
		return line, nil
	}
	_, why, err := handback.Find(h, agent, c.Arg)
	line.OK, line.Message = why.IsZero(), why
	return line, err
}

// takeBack takes the handovers back that orders ask for.
func takeBack(h *incoming.Handling, agent settings.Agent, orders []command.Command, n *notify.Notice) error {
	for _, c := range orders {
		if c.Name != "undo" {
			continue
		}
		found, _, err := handback.Find(h, agent, c.Arg)
		if err != nil {
			return err
		}
		if err := handback.TakeBack(h, agent, found, n); err != nil {
			return err
		}
	}
	return nil
}

// carryOutOrders does what the commands say, which it adds to the answer, and shows the
// tickets that are asked for.
func carryOutOrders(h *incoming.Handling, agent settings.Agent, asks []command.Ask, orders []command.Command, n *notify.Notice) error {
	if err := takeBack(h, agent, orders, n); err != nil {
		return err
	}
	o := order.Check(h.Set, ticket.Ticket{}, order.Incident{}, agent, orders, h.Now)
	if err := absence.Keep(h, o); err != nil {
		return err
	}
	if err := answer.Forget(h, o); err != nil {
		return err
	}
	if err := shift.KeepDuties(h, o); err != nil {
		return err
	}
	if o.HandOver.Name != "" {
		if err := handback.HandOver(h, o, n); err != nil {
			return err
		}
	}
	for _, ask := range asks {
		if ask.Question.Name == "oncall" {
			if err := shift.OnCall(h, agent, ask.Question.Arg, n); err != nil {
				return err
			}
		}
		if ask.Question.Name == "stats" {
			if err := sendFigures(h, agent, ask.Question.Arg); err != nil {
				return err
			}
		}
		if ask.Question.Name == "show" {
			if err := show(h, agent, ask.Question.Arg); err != nil {
				return err
			}
		}
	}
	return nil
}
