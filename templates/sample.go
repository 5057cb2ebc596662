package templates

import (
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// sample is a notice in which everything is filled, so that a template which
// renders it has been seen in full.
func sample(template notify.Template, language string) notify.Notice {
	at := time.Date(2026, time.March, 2, 9, 5, 0, 0, time.UTC)
	action := func(name, body string) notify.Action {
		return notify.Action{Name: name, URL: "mailto:support+t1042-abcdefgh23456777@example.org?subject=%5BExample%20IT%20%231042%5D&body=" + body}
	}
	n := notify.Notice{
		Template: template, Language: language, Desk: "Example IT", Support: "support@example.org",
		Ticket: ticket.Ticket{
			ID: 1042, Subject: "Printer on the second floor jams", Requester: "ana@example.net", Name: "Ana Brontë",
			Status: ticket.StatusOpen, Category: "printing", Kind: "incident", Priority: "high", Queue: "first-line", Level: 1,
			Assignee: "alice", Language: language, Tags: []string{"floor-2"}, Follows: 17, CreatedAt: at,
			DueFirstResponse: at.Add(2 * time.Hour), DueResolution: at.Add(24 * time.Hour),
		},
		Recipient: ticket.Participant{Address: "ana@example.net", Name: "Ana Brontë", Role: ticket.RoleRequester},
		Actor:     "Ana Brontë",
		Text: "Hello,\n\nsince this morning the printer jams after every third page. I have opened all its doors and found nothing.\n\n" +
			"> Is it the one next to the kitchen?\n> Does it show a code?\nYes, and it shows E5.\n\nAna",
		Reason: "needs a technician with spare parts",
		Lines: []notify.Line{
			{Command: "#take", OK: true, Message: ticket.Say("you have the ticket")},
			{Command: "#reslove", Message: ticket.Say("there is no such command; did you mean %s?", "#resolve")},
		},
		Correspondence: []ticket.Entry{
			{Kind: ticket.EntryMessage, Author: "ana@example.net", Name: "Ana Brontë", Text: "The printer jams.", At: at},
			{Kind: ticket.EntryReply, Author: "alice@example.org", Name: "Alice", Text: "Is it the one next to the kitchen?\nDoes it show a code?", At: at.Add(time.Hour)},
			{Kind: ticket.EntryNote, Author: "bob@example.org", Name: "Bob", Text: "We had the same last week.", At: at.Add(2 * time.Hour)},
		},
		Stages: []notify.Stage{
			{Queue: "first-line", Level: 1, Agents: []string{"alice", "bob"}, From: at, Until: at.Add(3 * time.Hour), Reason: "needs a technician with spare parts"},
			{Queue: "printers", Level: 2, From: at.Add(3 * time.Hour)},
		},
		OtherTickets: []ticket.Ticket{
			{ID: 980, Subject: "VPN from home", Status: ticket.StatusPending},
			{ID: 17, Subject: "Printer again", Status: ticket.StatusClosed},
		},
		Participants: []ticket.Participant{{Name: "Kim Olsen", Address: "kim@example.net"}, {Address: "ida@example.net"}},
		Known:        true, Unproven: true,
		Reports: []notify.Report{
			{Ticket: ticket.Ticket{ID: 1042, Subject: "Printer on the second floor jams", Status: ticket.StatusOpen, Requester: "ana@example.net", Name: "Ana Brontë"}, Text: "It jams on every page."},
			{Ticket: ticket.Ticket{ID: 1044, Subject: "cannot print", Status: ticket.StatusNew, Requester: "kim@example.net"}, Text: "The printer does nothing."},
		},
		Actions: []notify.Action{
			action("take", "%23take%0D%0A"), action("resolve", "%23resolve%0D%0A%0D%0A"),
			action("escalate", "%23escalate%20"), action("note", "%23note%0D%0A%0D%0A"), action("help", "%23help%0D%0A"),
		},
		Attachments: []string{"scan.pdf", "photo of the display.jpg"},
		CloseAfter:  14 * 24 * time.Hour, PendingUntil: at.Add(48 * time.Hour),
		HandedTo: "network",
		Now:      at.Add(3 * time.Hour), Late: []ticket.TargetKind{ticket.TargetFirstResponse}, Soon: []ticket.TargetKind{ticket.TargetResolution},
		AlsoDue: []ticket.Ticket{{ID: 1040, Subject: "No network in room 12", DueResolution: at.Add(4 * time.Hour)}, {ID: 1041, Subject: "New badge", DueUpdate: at.Add(21 * time.Hour)}},
		Thanks:  []notify.Thank{{Report: notify.Report{Ticket: ticket.Ticket{ID: 1038, Subject: "Projector", Name: "Ida Roth"}, Text: "Thank you so much!"}, Reopen: []notify.Action{action("reopen", "#reopen%0D%0A")}}},
	}
	n.Solved = []notify.Solved{{Listed: notify.Listed{Ticket: ticket.Ticket{ID: 902, Subject: "Printer jams"}, Show: action("show", "show%20902%0D%0A")}, Who: "Bob Brown", Text: "The roller was worn.", Words: []string{"jams", "printer"}}}
	n.Articles = []notify.Article{{Slug: "printer-jam", Title: "Printer jams", Text: "Open the rear flap.\n\nTake the paper out.", Solved: action("solved", "%23solved%201%0D%0A")}}
	n.Answers = sampleAnswers(n.Ticket, at, action)
	fitSample(&n, at)
	return n
}

// sampleAnswers returns answers to an agent's questions.
func sampleAnswers(of ticket.Ticket, at time.Time, action func(name, body string) notify.Action) []notify.Answer {
	return []notify.Answer{
		{Name: "list", More: 3, Tickets: []notify.Listed{
			{Ticket: of, Show: action("show", "show%201042%0D%0A")},
			{Ticket: ticket.Ticket{ID: 1040, Subject: "No network in room 12", Requester: "kim@example.net", Status: ticket.StatusNew, Priority: "normal", Queue: "network"}, Show: action("show", "show%201040%0D%0A")},
		}},
		{Name: "search", About: "second -toner", Older: true, Tickets: []notify.Listed{
			{Ticket: ticket.Ticket{ID: 1040, Subject: "No network in room 12", Requester: "kim@example.net", Status: ticket.StatusNew, Priority: "normal", Queue: "network"}, Show: action("show", "show%201040%0D%0A"), Line: "It is the second room from the stairs.", By: "Kim Jones", At: at},
		}},
		{Name: "who", People: []notify.Colleague{
			{Name: "alice", Known: "Alice Schmidt", Queues: []string{"first-line", "network"}, Languages: []string{"en", "fr"}, Open: 7},
			{Name: "bob", Queues: []string{"first-line"}, Away: true, Until: at.Add(4 * 24 * time.Hour)},
		}},
		{Name: "help"},
	}
}

// fitSample sets what only some templates show.
func fitSample(n *notify.Notice, at time.Time) {
	switch n.Template {
	case notify.TemplateHeld:
		n.Held, n.Reason, n.Lines = notify.HeldLanguage, "it", nil // the language of the answer
	case notify.TemplateNewTicket:
		n.Behalf, n.At, n.Actor = "forwarded", at.Add(-time.Hour), "Alice Berger"
		n.SameAs = ticket.Ticket{ID: 1037, Subject: "Printer jams"}
		n.Learnt = []ticket.Phrase{ticket.Say("This looks like %s (%s). If so, reply with #category %s.", "hardware", []string{"printer", "jams"}, "hardware")}
	case notify.TemplateColleague:
		n.Did = notify.DidAnswer
	case notify.TemplateMerged:
		n.Into = 1037
	case notify.TemplateMessage, notify.TemplateReopened:
		n.NewSubject = "Order: 4 headsets"
	case notify.TemplateConfirm:
		n.Reason = notify.ConfirmClose
	}
}
