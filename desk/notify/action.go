package notify

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"maildesk/desk/command"
	"maildesk/ticket"
)

// Mailto is where the links of a notice lead.
type Mailto struct {
	Address string // at which the notice is answered
	Subject string
	Answers string // a Message-ID, for clients that know how to answer one; "" where the address says enough
	// For returns the address at which an empty mail asks for an action; "" where there
	// is none. nil: there is none for any.
	For func(action string) string
}

// Act returns a link that asks for an action by its address, or else by a command in
// the text.
func (m Mailto) Act(name, body string) Action {
	if m.For != nil {
		if address := m.For(name); address != "" {
			to := m
			to.Address = address
			return to.Action(name, "")
		}
	}
	return m.Action(name, body)
}

// Action returns a link that opens a mail with a prefilled text (RFC 6068).
func (m Mailto) Action(name, body string) Action {
	// RFC 6068 section 2: a + is a plus, so a blank must be %20.
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	reference := ""
	if m.Answers != "" {
		reference = "&in-reply-to=" + escape(m.Answers)
	}
	if body != "" {
		body = "&body=" + escape(body)
	}
	return Action{Name: name, URL: "mailto:" + m.Address + "?subject=" + escape(m.Subject) + reference + body}
}

// What the two addresses of an approval ask for.
const (
	ActApprove = "approve"
	ActReject  = "reject"
)

// ActUndo asks to take back what a mail did.
const ActUndo = "undo"

// What the addresses of a draft ask for: the words of package command, and that what is
// written is its correction.
const (
	ActPublish  = command.ReviewPublish
	ActInternal = command.ReviewInternal
	ActDrop     = command.ReviewDrop
	ActKeep     = command.ReviewKeep
	ActReview   = "review"
)

// The Reason of a [TemplateArticle] is the audience for which the draft is meant, or one of these.
const (
	ReasonDue     = "due"     // the day of review of an article has come
	ReasonPrivate = "private" // it is meant for agents alone, as its ticket is in a private queue
)

// AboutMail reports whether an address that asks for an action names the mail that caused
// the notice: it means that, whatever else its reader did since.
func AboutMail(action string) bool {
	return action == ActUndo || action == ActPublish || action == ActInternal || action == ActDrop || action == ActKeep || action == ActReview
}

// Votes returns the links by which somebody votes who is asked to approve. They open a
// mail, and do nothing by themselves.
func (n Notice) Votes(to Mailto) []Action {
	return []Action{to.Act(ActApprove, ""), to.Act(ActReject, "")}
}

// Offer returns the links by which an agent acts on a notice without typing a
// command. cause is the mail that the notice is about.
func (n Notice) Offer(to Mailto, cause ticket.MailID) []Action {
	switch {
	case n.Held == HeldForward:
		return nil
	case n.Template == TemplateSending, n.Template == TemplateTranscript && n.Undoable:
		return []Action{to.Act(ActUndo, "#undo\r\n")}
	case n.Template == TemplateTranscript, n.Template == TemplateUndo:
		return nil
	case n.Template == TemplateArticle:
		if n.Reason == ReasonDue {
			return []Action{to.Act(ActKeep, "keep\r\n"), to.Act(ActDrop, "drop\r\n")}
		}
		return []Action{to.Act(ActPublish, "publish\r\n"), to.Act(ActInternal, "internal\r\n"), to.Act(ActDrop, "drop\r\n")}
	case n.Held.Inside():
		send := "reply"
		if n.Held == HeldStranger {
			send = "accept"
		}
		return []Action{to.Action(send, "#"+send+"\r\n"), to.Action("keep", fmt.Sprintf("#anyway %d\r\n", cause))}
	case n.Held == HeldVendor:
		return []Action{to.Action("reply", "#reply\r\n"), to.Action("anyway", fmt.Sprintf("#anyway %d\r\n", cause))}
	case n.Accept:
		return []Action{to.Action("accept", "#accept\r\n\r\n"), to.Act("note", "#note\r\n\r\n")}
	case n.Confirm != "":
		to.Address, to.Answers = n.Confirm, ""
		return []Action{to.Action("anyway", "")}
	case n.Template == TemplateHeld, n.Template == TemplateNotDone && Undone(n.Reason).Releasable() && !n.AsRequest:
		return []Action{to.Action("anyway", fmt.Sprintf("#anyway %d\r\n", cause))}
	case n.Over():
		actions := []Action{to.Act("note", "#note\r\n\r\n")}
		if n.Ticket.Status == ticket.StatusResolved {
			actions = append(actions, to.Act("reopen", "#reopen\r\n"))
		}
		if n.Template == TemplateSolved {
			actions = append(actions, to.Act("kb", "#kb\r\n"))
		}
		return actions
	case n.Done:
		return []Action{to.Act("close", "#close\r\n"), to.Act("note", "#note\r\n\r\n")}
	}
	return n.offerOpen(to, cause)
}

// offerOpen returns what an agent can do with a ticket on which there is something to do.
func (n Notice) offerOpen(to Mailto, cause ticket.MailID) []Action {
	actions := []Action{
		to.Act("take", "#take\r\n"),
		to.Act("resolve", "#resolve\r\n\r\n"),
		to.Act("escalate", "#escalate "),
		to.Act("note", "#note\r\n\r\n"),
		to.Act("help", "#help\r\n"),
	}
	if n.Ticket.Assignee != "" && n.Ticket.Assignee == n.Recipient.Name {
		actions = actions[1:] // the reader has the ticket
	}
	if n.AsLearnt != "" {
		actions = slices.Insert(actions, 0, to.Action("as-learnt", n.AsLearnt))
	}
	if n.SameAs.ID != 0 {
		actions = slices.Insert(actions, 0, to.Action("merge", fmt.Sprintf("#merge %d\r\n", n.SameAs.ID)))
	}
	if n.NewSubject != "" {
		actions = slices.Insert(actions, 0, to.Action("split", fmt.Sprintf("#split mail %d\r\n", cause)))
	}
	return actions
}

// Over reports whether there is nothing left to do on the ticket of a notice: it
// is resolved or closed, and nobody says that it is not.
func (n Notice) Over() bool {
	return n.Ticket.Status == ticket.StatusResolved || n.Ticket.Status == ticket.StatusClosed
}
