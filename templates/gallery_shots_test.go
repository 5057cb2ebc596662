package templates

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"maildesk/article"
	"maildesk/desk/notify"
	"maildesk/desk/silence"
	"maildesk/ticket"
	"maildesk/ticket/history"
)

// never is a time that is not promised.
var never time.Time

// vendorAnswered is the mail of a vendor.
func vendorAnswered(n *notify.Notice, s story) {
	n.Vendor = ticket.Participant{ID: 9, Name: "Vera Vogel", Address: "support@vendor.example", Role: ticket.RoleVendor}
	n.Actor, n.Text, n.Ticket.Assignee = "Vera Vogel", s.Handover, "alice"
}

// behalf is a request that a colleague's mail opened for its requester.
func behalf(how string) func(n *notify.Notice, s story) {
	return func(n *notify.Notice, s story) {
		n.Actor, n.Behalf, n.Ticket.Status = "Bob Brown", how, ticket.StatusNew
		switch how {
		case ticket.RequestForwarded:
			n.Text, n.At = s.Handover+"\n\n> "+strings.ReplaceAll(strings.TrimSpace(s.Request), "\n", "\n> "), s.clock(8, 40)
		case ticket.RequestAddressed:
			n.Text = s.Answer
		default:
			n.Text = s.Handover
		}
	}
}

// asksRating is a mail that asks its reader how they rate the answer.
func asksRating(n *notify.Notice, _ story) { n.Rates = true }

// ratedBy is a rating with words of the requester.
func ratedBy(says string) func(*notify.Notice, story) {
	return func(n *notify.Notice, s story) {
		more(n, s)
		n.Rating, n.Ticket.Status, n.Ticket.Assignee = says, ticket.StatusResolved, "alice"
	}
}

// listed is a request of a list.
func listed(s story, i int, status ticket.Status, due time.Time) notify.Listed {
	t := ticket.Ticket{ID: ticket.ID(1042 - 7*i), Subject: s.Subjects[i], Name: []string{"Ana Berg", "Kim Olsen", "Piet Maas"}[i%3], Status: status, Queue: "first-line", Priority: ticket.PriorityNormal, DueFirstResponse: due}
	return notify.Listed{Ticket: t, Show: notify.Mailto{Address: "desk+c20515-example@example.org", Subject: "[Example IT]"}.Action("show", "show 1\r\n")}
}

// telling returns the words of a subject that say something: here, those that are not short.
func telling(subject string) []string {
	words := strings.FieldsFunc(strings.ToLower(subject), func(r rune) bool { return r == ' ' || r == '’' || r == '\'' })
	return slices.DeleteFunc(words, func(w string) bool { return utf8.RuneCountInString(w) < 5 })
}

// aDay is what an agent is told in the morning.
func aDay(n *notify.Notice, s story) {
	n.Actor, n.Ticket, n.Asks, n.Now = "", ticket.Ticket{}, true, s.clock(8, 0)
	n.Answers = []notify.Answer{
		{Name: notify.DigestLate, Tickets: []notify.Listed{listed(s, 0, ticket.StatusOpen, s.clock(7, 30))}},
		{Name: "mine", Tickets: []notify.Listed{listed(s, 1, ticket.StatusOpen, s.clock(12, 0)), listed(s, 2, ticket.StatusOpen, never)}},
		{Name: notify.DigestWaiting, About: "first-line", Tickets: []notify.Listed{listed(s, 3, ticket.StatusNew, s.clock(16, 0))}, More: 4},
		{Name: notify.DigestRated, Rated: []notify.Rated{
			{Listed: listed(s, 4, ticket.StatusClosed, never), Rating: history.Rating{Says: ticket.RatingGood, Of: "Ana Berg"}},
			{Listed: listed(s, 5, ticket.StatusResolved, never), Rating: history.Rating{Says: ticket.RatingBad, Of: "Kim Olsen", Words: s.More}},
		}},
		{Name: "away", People: []notify.Colleague{{Name: "bob", Known: "Bob Brown", Away: true, Until: s.clock(0, 0).AddDate(0, 0, 3)}}},
	}
	t := listed(s, 6, ticket.StatusResolved, never)
	n.Thanks = []notify.Thank{{Report: notify.Report{Ticket: t.Ticket, Text: s.Works}}}
}

// onDuty is an invitation to a shift, or its end.
func onDuty(n *notify.Notice, s story, withdrawn bool) {
	from, until := ticket.Relative(s.clock(9, 0).AddDate(0, 0, 7)), ticket.Relative(s.clock(9, 0).AddDate(0, 0, 14))
	n.Actor, n.Text, n.Ticket, n.Asks, n.Reason = "", "", ticket.Ticket{}, true, "nights"
	n.Says = ticket.Say("You are on call from %s until %s. Accept or decline in your calendar: what you decline goes to the next in turn.", from, until)
	if withdrawn {
		n.Says = ticket.Say("You are not on call any more from %s until %s.", from, until)
	}
}

// gathers is what an agent is told of notices that waited.
func gathers(n *notify.Notice, s story, why string) {
	n.Actor, n.Ticket, n.Asks, n.Reason, n.Now = "", ticket.Ticket{}, true, why, s.clock(8, 0)
	list := notify.Answer{Name: notify.AnswerGathered}
	for i, what := range []notify.Template{notify.TemplateNewTicket, notify.TemplateMessage, notify.TemplateNote} {
		if why == "many-requests" {
			what = notify.TemplateNewTicket
		}
		x := listed(s, i, ticket.StatusOpen, never)
		list.Gathered = append(list.Gathered, notify.Gathered{Listed: x, What: what, Actor: x.Name, Text: s.Reports[i], At: s.clock(6, 10*i)})
	}
	n.Answers = []notify.Answer{list}
}

// voted is the mail of an approver.
func voted(says, outcome string) func(*notify.Notice, story) {
	return func(n *notify.Notice, s story) {
		n.Actor, n.Asked, n.Text, n.Vote, n.Outcome, n.Ticket.Assignee = "Bea Boss", "boss@client.example", s.Handover, says, outcome, "alice"
	}
}

// shots are the mails of the gallery, in the order of its index. A first one of a
// template has no variant.
var shots = []shot{
	{notify.TemplateAcknowledgement, "", "a request has come in", nil},
	{notify.TemplateAcknowledgement, "first", "the first request of somebody has come in", func(n *notify.Notice, _ story) { n.Guide = true }},
	{notify.TemplateAcknowledgement, "awaits", "a request has come in that has to be approved first", func(n *notify.Notice, _ story) { n.Awaits = true }},
	{notify.TemplateAcknowledgement, "articles", "an article may solve it", func(n *notify.Notice, s story) {
		n.Articles = []notify.Article{{Slug: "printer", Title: s.Subject, Text: article.Answer(ticket.Text{Language: s.language, Body: s.Article}), Solved: notify.Mailto{Address: "support+t1042-example-solved@example.org", Subject: "[Example IT #1042]"}.Action(notify.ActSolved, "")}}
	}},
	{notify.TemplateAcknowledgement, "known", "many people report the same", func(n *notify.Notice, _ story) { n.Known = true }},
	{notify.TemplateAcknowledgement, "last", "no time is promised, and further requests of the hour are not confirmed", func(n *notify.Notice, s story) {
		n.LastReceipt = true
		n.Ticket.DueFirstResponse, n.Ticket.DueResolution = never, never
	}},
	{notify.TemplateReply, "", "an agent answers", func(n *notify.Notice, s story) { n.Text, n.Written = s.Answer, true }},
	{notify.TemplateReply, "copy", "the same, to somebody in copy", func(n *notify.Notice, s story) {
		n.Text, n.Written = s.Answer, true
		n.Recipient = ticket.Participant{Address: "kim@example.net", Name: "Kim Olsen", Role: ticket.RoleParticipant, Proven: true}
	}},
	{notify.TemplateEscalated, "", "the request was handed on to the next level", nil},
	{notify.TemplateResolution, "", "an agent sends #resolve and a text", func(n *notify.Notice, s story) { n.Text, n.Written, n.Rates = s.Solution, true, true }},
	{notify.TemplateResolution, "bare", "the same without a text", asksRating},
	{notify.TemplateResolution, "unrated", "the same in a desk that asks for no rating", nil},
	{notify.TemplateClosing, "", "an agent sends #close", asksRating},
	{notify.TemplateReminder, "", "the requester has not answered a question", func(n *notify.Notice, s story) {
		n.Text, n.At = "> "+strings.ReplaceAll(strings.TrimSpace(s.Answer), "\n", "\n> "), s.clock(9, 30)
	}},
	{notify.TemplateUnanswered, "", "the requester has not answered the last reminder either", func(n *notify.Notice, _ story) {
		n.Actions = n.Wishes(notify.Mailto{Subject: "[Example IT #1042]", For: func(action string) string { return "support+t1042-example-" + action + "@example.org" }})
	}},
	{notify.TemplateMerged, "", "the request is worked on with that of somebody else", func(n *notify.Notice, _ story) { n.Into = 1037 }},
	{notify.TemplateMerged, "same", "the request is worked on with another one of the same person", func(n *notify.Notice, _ story) { n.Into, n.Same = 1037, true }},
	{notify.TemplateJoined, "", "another request is worked on with this one", nil},
	{notify.TemplateLeft, "", "somebody in copy wants no more mails", func(n *notify.Notice, _ story) { n.Recipient.Role = ticket.RoleParticipant }},
	{notify.TemplateConfirm, "", "a stranger to the request asks to close it", func(n *notify.Notice, _ story) { n.Reason = notify.ConfirmClose }},
	{notify.TemplateConfirm, "reopen", "a stranger to it answers a solved request", func(n *notify.Notice, _ story) { n.Reason = notify.ConfirmReopen }},

	{notify.TemplateOpen, "", "the requester asks what is open", func(n *notify.Notice, s story) {
		n.Answers = []notify.Answer{{Name: notify.AnswerYours}}
		n.Ticket = ticket.Ticket{}
		for i, status := range []ticket.Status{ticket.StatusOpen, ticket.StatusPending, ticket.StatusNew} {
			t := ticket.Ticket{ID: ticket.ID(1042 - 31*i), Subject: s.Subjects[i], Status: status, CreatedAt: s.clock(9, 5).AddDate(0, 0, -9*i)}
			n.Answers[0].Tickets = append(n.Answers[0].Tickets, notify.Listed{Ticket: t, Show: notify.Mailto{Address: galleryAddress}.Action("show", "")})
		}
	}},
	{notify.TemplateOpen, "none", "the same, when nothing is", func(n *notify.Notice, s story) {
		n.Answers, n.Ticket = []notify.Answer{{Name: notify.AnswerYours}}, ticket.Ticket{}
	}},
	{notify.TemplateLanguage, "", "the requester wants this language", func(n *notify.Notice, _ story) { n.Ticket = ticket.Ticket{} }},
	{notify.TemplateLanguage, "unknown", "the requester wants a language in which the desk does not write", func(n *notify.Notice, _ story) {
		n.Reason, n.Ticket = notify.LanguageUnknown, ticket.Ticket{}
	}},

	{notify.TemplateApproval, "", "an agent asks whether something may be done", func(n *notify.Notice, s story) {
		n.Text, n.Ticket.Subject, n.Expected = s.Handover, s.Subject, s.clock(17, 0)
		n.Actions = n.Votes(notify.Mailto{Subject: "[Example IT #1042]", For: func(action string) string { return "support+t1042-example-" + action + "@example.org" }})
	}},
	{notify.TemplateApproval, "deputy", "the same, in place of somebody who has not voted", func(n *notify.Notice, s story) {
		n.Text, n.Ticket.Subject, n.Expected, n.InPlace = s.Handover, s.Subject, s.clock(17, 0), "boss@example.net"
		n.Actions = n.Votes(notify.Mailto{Subject: "[Example IT #1042]", For: func(action string) string { return "support+t1042-example-" + action + "@example.org" }})
	}},
	{notify.TemplateApproval, "category", "a request came whose category has to be approved", func(n *notify.Notice, s story) {
		n.Actor, n.Asking, n.Text, n.Ticket.Subject, n.Expected = "", "Ana Berg <ana@example.net>", s.Request, s.Subject, s.clock(17, 0)
		n.Actions = n.Votes(notify.Mailto{Subject: "[Example IT #1042]", For: func(action string) string { return "support+t1042-example-" + action + "@example.org" }})
	}},
	{notify.TemplateRejected, "", "what the category demands was rejected", func(n *notify.Notice, s story) {
		n.Actor, n.Text, n.Ticket.Status, n.Ticket.Assignee = "", "boss@example.net: "+s.Handover, ticket.StatusResolved, ""
	}},
	{notify.TemplateDecided, "", "those who were asked have approved it", func(n *notify.Notice, _ story) { n.Vote = ticket.VoteApprove }},
	{notify.TemplateDecided, "rejected", "they have rejected it", func(n *notify.Notice, _ story) { n.Vote = ticket.VoteReject }},
	{notify.TemplateQuestion, "", "an agent asks a vendor", func(n *notify.Notice, s story) { n.Text, n.Ticket.Subject = s.Handover, s.Subject }},

	{notify.TemplateVendorReminder, "", "the vendor has not answered", func(n *notify.Notice, s story) {
		n.Text, n.Ticket.Subject, n.At, n.Again = "> "+strings.ReplaceAll(strings.TrimSpace(s.Handover), "\n", "\n> "), s.Subject, s.clock(9, 30), true
	}},

	{notify.TemplateNewTicket, "", "a request has come in", func(n *notify.Notice, s story) {
		n.Text, n.Ticket.Status = s.Request, ticket.StatusNew
		n.Attachments = []string{"scan.pdf", "display.jpg"}
		n.LeftOut = []notify.File{{Number: 2, Name: "floor-plan.tif", Size: 31_400_000}}
		n.OtherTickets = []ticket.Ticket{{ID: 980, Subject: s.Subjects[0], Status: ticket.StatusPending}, {ID: 917, Subject: s.Subjects[1], Status: ticket.StatusClosed}}
		n.Participants = []ticket.Participant{{Name: "Kim Olsen", Address: "kim@example.net"}}
	}},
	{notify.TemplateNewTicket, "similar", "requests like it were solved before", func(n *notify.Notice, s story) {
		n.Text, n.Ticket.Status = s.Request, ticket.StatusNew
		one := listed(s, 0, ticket.StatusClosed, never)
		one.ID, one.Subject = 987, s.Subject
		n.Solved = []notify.Solved{{Listed: one, Who: "Alice Adams", Text: s.Solution, Words: telling(s.Subject)}}
	}},
	{notify.TemplateNewTicket, "same", "the same person has written under this subject before", func(n *notify.Notice, s story) {
		n.Text, n.Ticket.Status = s.More, ticket.StatusNew
		n.SameAs = ticket.Ticket{ID: 1037, Subject: s.Subject}
	}},
	{notify.TemplateNewTicket, "learnt", "earlier requests with such words got another category", func(n *notify.Notice, s story) {
		n.Text, n.Ticket.Status, n.Ticket.Category = s.Request, ticket.StatusNew, ""
		n.AsLearnt = "#category printing\r\n"
		n.Learnt = []ticket.Phrase{ticket.Say("This looks like %s (%s). If so, reply with #category %s.", "printing", s.Learnt, "printing")}
	}},
	{notify.TemplateNewTicket, "learnt-filed", "the desk filed it as earlier ones, where the admin wants that", func(n *notify.Notice, s story) {
		n.Text, n.Ticket.Status = s.Request, ticket.StatusNew
		n.Learnt = []ticket.Phrase{ticket.Say("Filed under %s, as earlier requests like it (%s). If that is wrong, reply with #category NAME.", "printing", s.Learnt)}
	}},
	{notify.TemplateNewTicket, "forwarded", "a colleague passed on what a customer wrote to them", behalf(ticket.RequestForwarded)},
	{notify.TemplateNewTicket, "addressed", "a colleague wrote to a customer, with the desk in copy", behalf(ticket.RequestAddressed)},
	{notify.TemplateNewTicket, "named", "a colleague opened it with #for", behalf(ticket.RequestNamed)},
	{notify.TemplateMessage, "", "the requester wrote again", more},
	{notify.TemplateMessage, "new-subject", "an old thread goes on under another subject", func(n *notify.Notice, s story) {
		more(n, s)
		n.Text, n.NewSubject = s.Reports[2], s.Subjects[6]
	}},
	{notify.TemplateMessage, "done", "the requester says that it works", func(n *notify.Notice, s story) {
		more(n, s)
		n.Text, n.Done = s.Works, true
	}},
	{notify.TemplateMessage, "unproven", "DMARC calls it forged", func(n *notify.Notice, s story) {
		more(n, s)
		n.Unproven = true
	}},
	{notify.TemplateNote, "", "a colleague wrote a note", note},
	{notify.TemplateNote, "unproven", "somebody unknown wrote about the request", func(n *notify.Notice, s story) {
		note(n, s)
		n.Actor, n.Text, n.Unproven, n.Accept = "kim@example.net", s.Reports[0], true, true
	}},
	{notify.TemplateNote, "asked", "an agent's mail that nothing proves, of which the agent was asked", func(n *notify.Notice, s story) {
		note(n, s)
		n.Unproven, n.Told = true, n.Actor
	}},
	{notify.TemplateVendor, "", "a vendor answered", vendorAnswered},
	{notify.TemplateVendor, "address", "it came from another address of theirs", func(n *notify.Notice, s story) {
		vendorAnswered(n, s)
		n.Doubt = ticket.DoubtAddress
	}},
	{notify.TemplateVendor, "unproven", "anybody may have written it", func(n *notify.Notice, s story) {
		vendorAnswered(n, s)
		n.Doubt = ticket.DoubtProof
	}},
	{notify.TemplateVendor, "automatic", "a machine of theirs wrote it", func(n *notify.Notice, s story) {
		vendorAnswered(n, s)
		n.Doubt = ticket.DoubtMachine
	}},
	{notify.TemplateVote, "", "an approver agrees, which decides it", voted(ticket.VoteApprove, ticket.VoteApprove)},
	{notify.TemplateVote, "rejected", "an approver does not, which decides it", voted(ticket.VoteReject, ticket.VoteReject)},
	{notify.TemplateVote, "no-vote", "an approver only writes", voted("", "")},
	{notify.TemplateApprovalLate, "", "an approver has not voted in time", func(n *notify.Notice, s story) {
		n.Actor, n.Ticket.Assignee, n.Expected = "boss@example.net", "alice", s.clock(17, 0)
	}},
	{notify.TemplateDigest, "", "a working day begins", aDay},
	{notify.TemplateGathered, "", "quiet hours are over", func(n *notify.Notice, s story) { gathers(n, s, "quiet-hours") }},
	{notify.TemplateGathered, "many", "many new requests have come", func(n *notify.Notice, s story) { gathers(n, s, "many-requests") }},
	{notify.TemplateShift, "", "a turn of a rota is the agent's", func(n *notify.Notice, s story) { onDuty(n, s, false) }},
	{notify.TemplateShift, "withdrawn", "it is a colleague's now", func(n *notify.Notice, s story) { onDuty(n, s, true) }},
	{notify.TemplateRated, "", "the requester is not content", ratedBy(ticket.RatingBad)},
	{notify.TemplateRated, "good", "the requester is content, and writes more than thanks", ratedBy(ticket.RatingGood)},
	{notify.TemplateVendorLate, "", "a vendor has not answered in time", func(n *notify.Notice, s story) {
		vendorAnswered(n, s)
		n.Actor, n.Text, n.Expected = n.Desk, "", s.clock(17, 0)
	}},
	{notify.TemplateIdle, "", "who had the request let its requester wait", func(n *notify.Notice, s story) {
		n.Actor, n.Ticket.Assignee, n.Now = "Bob Brown", "", s.clock(16, 30)
	}},
	{notify.TemplateIdle, "owner", "the same, to who had it", func(n *notify.Notice, s story) {
		n.Actor, n.Ticket.Assignee, n.Now = n.Recipient.Name, "", s.clock(16, 30)
	}},
	{notify.TemplateAssigned, "", "a colleague assigned the request", func(n *notify.Notice, s story) {
		n.Actor, n.Text, n.Ticket.Assignee, n.Now = "Bob Brown", s.Handover, "alice", s.clock(10, 30)
	}},
	{notify.TemplateEscalation, "", "a colleague handed it on to the next level", func(n *notify.Notice, s story) {
		n.Actor, n.Reason, n.Text, n.Now = "Bob Brown", s.Escalated, s.Handover, s.clock(10, 30)
		n.Ticket.Queue, n.Ticket.Level = "technicians", 2
		n.Stages = []notify.Stage{{Queue: "first-line", Level: 1, Agents: []string{"alice", "bob"}, From: s.clock(9, 5), Until: s.clock(10, 30), Reason: s.Escalated}, {Queue: "technicians", Level: 2, From: s.clock(10, 30)}}
	}},
	{notify.TemplateEscalation, "clock", "the clock handed it on, as a promised time has passed", func(n *notify.Notice, s story) {
		n.Actor, n.Late, n.Now = "Example IT", []ticket.TargetKind{ticket.TargetFirstResponse}, s.clock(11, 6)
		n.Ticket.Queue, n.Ticket.Level, n.Ticket.Priority = "technicians", 2, "urgent"
		n.Stages = []notify.Stage{{Queue: "first-line", Level: 1, From: s.clock(9, 5), Until: s.clock(11, 6)}, {Queue: "technicians", Level: 2, From: s.clock(11, 6)}}
		n.Correspondence = s.sofar(s.clock(9, 30))
	}},
	{notify.TemplateReturned, "", "the next level handed it back", func(n *notify.Notice, s story) {
		n.Actor, n.Reason, n.Now = "Tina Thal", s.Returned, s.clock(16, 30)
		n.Stages = []notify.Stage{
			{Queue: "first-line", Level: 1, Agents: []string{"alice", "bob"}, From: s.clock(9, 5), Until: s.clock(10, 30), Reason: s.Escalated},
			{Queue: "technicians", Level: 2, Agents: []string{"tina"}, From: s.clock(10, 30), Until: s.clock(16, 30), Reason: s.Returned},
			{Queue: "first-line", Level: 1, From: s.clock(16, 30)},
		}
	}},
	{notify.TemplateColleague, "", "a colleague answered a request of the reader", func(n *notify.Notice, s story) {
		n.Actor, n.Did, n.Text, n.Ticket.Assignee, n.Now = "Bob Brown", notify.DidAnswer, s.Answer, "alice", s.clock(10, 30)
	}},
	{notify.TemplateColleague, "took", "a colleague took it", func(n *notify.Notice, s story) {
		n.Actor, n.Did, n.Ticket.Assignee, n.Now = "Bob Brown", notify.DidTake, "bob", s.clock(10, 30)
	}},
	{notify.TemplateSolved, "", "a request that the reader handed on is solved", func(n *notify.Notice, s story) {
		n.Actor, n.Text, n.Now = "Tina Thal", s.Solution, s.clock(16, 30)
		n.Ticket.Queue, n.Ticket.Level, n.Ticket.Assignee, n.Ticket.Status = "technicians", 2, "tina", ticket.StatusResolved
	}},
	{notify.TemplateReopened, "", "the requester answered a solved request", func(n *notify.Notice, s story) {
		more(n, s)
		n.Ticket.DueFirstResponse = never
	}},
	{notify.TemplateWoken, "", "the time of #pending is over", func(n *notify.Notice, s story) {
		n.Actor, n.PendingUntil, n.Now, n.Ticket.Assignee = "", s.clock(9, 30), s.clock(9, 30), "alice"
	}},
	{notify.TemplateDueSoon, "", "a promised time is near", func(n *notify.Notice, s story) {
		n.Actor, n.Soon, n.Now = "", []ticket.TargetKind{ticket.TargetFirstResponse}, s.clock(10, 35)
		n.Correspondence = s.sofar(s.clock(9, 30))
		n.AlsoDue = []ticket.Ticket{{ID: 1040, Subject: s.Subjects[2], DueResolution: s.clock(13, 0)}, {ID: 1041, Subject: s.Subjects[3], DueUpdate: s.clock(9, 30).AddDate(0, 0, 1)}}
	}},
	{notify.TemplateOverdue, "", "a promised time has passed", func(n *notify.Notice, s story) {
		n.Late, n.Soon, n.HandedTo, n.Now = []ticket.TargetKind{ticket.TargetFirstResponse}, []ticket.TargetKind{ticket.TargetResolution}, "technicians", s.clock(11, 6)
		n.Actor, n.Ticket.DueResolution, n.Ticket.Priority = "", s.clock(12, 0), "urgent"
		n.Correspondence = s.sofar(s.clock(9, 30))
		n.Thanks = []notify.Thank{{Report: notify.Report{Ticket: ticket.Ticket{ID: 1038, Subject: s.Subjects[4], Name: "Ida Roth"}, Text: s.Thanks}, Reopen: []notify.Action{notify.Mailto{Address: "support+t1038-qrstuvwx23456777@example.org", Subject: "[Example IT #1038]"}.Action("reopen", "#reopen\r\n")}}}
	}},
	{notify.TemplateUndeliverable, "", "an answer did not arrive", func(n *notify.Notice, s story) {
		n.Text, n.Now = s.Answer, s.clock(10, 31)
		n.Says = ticket.Say("The email to %s could not be delivered: %s. The remote said: %s", "ana@example.net", silence.Failure{Status: "5.1.1"}.Phrase(), "550 5.1.1 <ana@example.net>: Recipient address rejected")
	}},
	{notify.TemplateIncident, "", "many people report the same", func(n *notify.Notice, s story) {
		n.Text, n.Now = s.Request, s.clock(9, 30)
		for i, text := range s.Reports {
			r := ticket.Ticket{ID: ticket.ID(1044 + i), Subject: s.Subjects[1+i%2*4], Status: ticket.StatusNew, Requester: "kim@example.net", Name: "Kim Olsen"}
			if i > 0 {
				r.Requester, r.Name = []string{"leo@example.net", "mia@example.net"}[i-1], ""
			}
			n.Reports = append(n.Reports, notify.Report{Ticket: r, Text: text})
		}
	}},
	{notify.TemplateHeld, "", "an answer is in another language than the request", held(notify.HeldLanguage, "")},
	{notify.TemplateHeld, "command", "a command does not stand on top", held(notify.HeldCommand, "#resolve")},
	{notify.TemplateHeld, "behind", "there is text behind a command that takes none", held(notify.HeldBehind, "#take @bob")},
	{notify.TemplateHeld, "unclear", "the commands may be quoted", held(notify.HeldUnclear, "#resolve")},
	{notify.TemplateHeld, "parts", "a reader's language has no part", held(notify.HeldParts, "#1044 Kim Olsen [nl]")},
	{notify.TemplateHeld, "files", "the files are too large", held(notify.HeldFiles, "floor-plan.tif")},
	{notify.TemplateHeld, "crossed", "a colleague answered meanwhile", func(n *notify.Notice, s story) {
		held(notify.HeldCrossed, "")(n, s)
		n.Actor, n.Did, n.At, n.Said = "Bob Brown", notify.DidAnswer, s.clock(10, 29), strings.SplitN(s.Question, "\n", 2)[0]
	}},
	{notify.TemplateHeld, "greeting", "a text that would stay inside greets the requester", held(notify.HeldGreeting, "")},
	{notify.TemplateHeld, "colleague", "a text that would go to the requester greets a colleague", func(n *notify.Notice, s story) {
		held(notify.HeldColleague, "")(n, s)
		n.Actor = "Bob Brown"
	}},
	{notify.TemplateHeld, "solution", "a text that would stay inside solves the request", held(notify.HeldSolution, "#resolve")},
	{notify.TemplateHeld, "nobody", "an answer to a machine that reads nothing", func(n *notify.Notice, s story) {
		held(notify.HeldNobody, "")(n, s)
		n.Ticket.Name, n.Ticket.Requester = "", "noreply@example.net"
	}},
	{notify.TemplateHeld, "absence", "an answer reads like a note of absence", func(n *notify.Notice, s story) {
		held(notify.HeldAbsence, "")(n, s)
		n.Text = "I am away until Monday."
	}},
	{notify.TemplateHeld, "absence-last", "the same, and further ones of the day are not asked about", func(n *notify.Notice, s story) {
		held(notify.HeldAbsence, "")(n, s)
		n.Text, n.LastReceipt = "I am away until Monday.", true
	}},
	{notify.TemplateHeld, "hidden", "an answer hides text from its readers", held(notify.HeldHidden, "#note")},
	{notify.TemplateHeld, "quoted", "an answer quotes a note", held(notify.HeldQuoted, "She rings every hour.")},
	{notify.TemplateHeld, "within", "an answer stands within the mail that it quotes", held(notify.HeldWithin, "Because the quota was full.")},
	{notify.TemplateHeld, "vendor", "a text that would go to a vendor greets the requester", func(n *notify.Notice, s story) {
		held(notify.HeldVendor, "")(n, s)
		n.Actor = "support@vendor.example"
	}},
	{notify.TemplateHeld, "stranger", "an answer to somebody who takes no part yet", func(n *notify.Notice, s story) {
		held(notify.HeldStranger, "")(n, s)
		n.Actor = "kim@example.net"
	}},
	{notify.TemplateHeld, "internal", "something internal stands in an answer", held(notify.HeldInternal, galleryAddress)},
	{notify.TemplateHeld, "forward", "an agent only forwarded a mail", func(n *notify.Notice, s story) {
		held(notify.HeldForward, "")(n, s)
		n.Text = ""
	}},
	{notify.TemplateNotDone, "", "a mail in an agent's name answers none of ours", undone(notify.UndoneUnproven)},
	{notify.TemplateNotDone, "request", "a new mail in an agent's name begins with commands", func(n *notify.Notice, s story) {
		undone(notify.UndoneUnproven)(n, s)
		n.AsRequest = true
	}},
	{notify.TemplateNotDone, "for", "the same, with a #for among them", func(n *notify.Notice, s story) {
		undone(notify.UndoneUnproven)(n, s)
		n.AsRequest, n.Behalf = true, ticket.RequestNamed
	}},
	{notify.TemplateNotDone, "forged", "DMARC calls it forged", undone(notify.UndoneForged)},
	{notify.TemplateNotDone, "message-id", "it did not come to the signed address", undone(notify.UndoneMessageID)},
	{notify.TemplateNotDone, "ended", "the request was closed long ago", undone(notify.UndoneEnded)},
	{notify.TemplateNotDone, "round", "the request was reopened since", undone(notify.UndoneRound)},
	{notify.TemplateNotDone, "theirs", "others have the request now", undone(notify.UndoneNotTheirs)},
	{notify.TemplateNotDone, "lost", "the request was lost with its data", undone(notify.UndoneLost)},
	{notify.TemplateNotDone, "level", "what it asks for needs more proof", func(n *notify.Notice, s story) {
		undone(notify.UndoneLevel)(n, s)
		n.Confirm = "support+k1042-akd7tq2mzvh4cexw3@example.org"
	}},
	{notify.TemplateNotDone, "other-address", "it came from an address that is not the agent's", undone(notify.UndoneOther)},
	{notify.TemplateNotDone, "disowned", "it asks for a mail that the agent said was not theirs", func(n *notify.Notice, s story) {
		undone(notify.UndoneDisowned)(n, s)
		n.Text = "#anyway"
	}},
	{notify.TemplateRefusal, "", "a command was not understood", func(n *notify.Notice, s story) {
		n.Actor, n.Text = "alice", "#take\n#reslove\n\n"+s.Solution
		n.Lines = []notify.Line{{Command: "#take", OK: true}, {Command: "#reslove", Message: ticket.Say("there is no such command; did you mean %s?", "#resolve")}}
	}},
	{notify.TemplateTranscript, "", "commands were carried out", func(n *notify.Notice, s story) {
		n.Actor, n.Text = "alice", ""
		n.Lines = []notify.Line{{Command: "#take", OK: true, Message: ticket.Say("you have the ticket")}}
	}},
	{notify.TemplateSending, "", "what an agent wrote leaves soon", func(n *notify.Notice, s story) {
		n.Actor, n.Text, n.To, n.Waits = "alice", s.Solution, []string{"ana@example.net"}, 20*time.Second
		n.Lines = []notify.Line{{Command: "#resolve", OK: true, Message: ticket.Say("resolved; the requester is told")}}
		n.Actions = []notify.Action{notify.Mailto{Address: galleryAddress, Subject: "[Example IT #1042]"}.Action("undo", "#undo\r\n")}
	}},
	{notify.TemplateArticle, "", "an article was drafted from the solution", func(n *notify.Notice, s story) {
		n.Actor, n.Text, n.Reason = "alice", "# "+s.Subject+"\n\n"+s.Article, "public"
		n.Lines = []notify.Line{{Command: "Ana Berg", Message: ticket.Say("name")}, {Command: "+49 30 1234567", Message: ticket.Say("telephone number")}}
		to := notify.Mailto{Address: galleryAddress, Subject: "[Example IT #1042]"}
		n.Actions = []notify.Action{to.Action("publish", ""), to.Action("internal", ""), to.Action("drop", "")}
	}},
	{notify.TemplateArticle, "due", "the day of review of an article has come", func(n *notify.Notice, s story) {
		n.Actor, n.Text, n.Reason = "alice", "# "+s.Subject+"\n\n"+s.Article, notify.ReasonDue
		to := notify.Mailto{Address: galleryAddress, Subject: "[Example IT #1042]"}
		n.Actions = []notify.Action{to.Action("stays", ""), to.Action("drop", "")}
	}},
	{notify.TemplateUndo, "", "an agent kept it in", func(n *notify.Notice, s story) {
		n.Actor, n.Text, n.Actions = "alice", s.Solution, nil
		n.Lines = []notify.Line{{Command: "#undo", OK: true, Message: ticket.Say("nobody outside has received your text; it is an internal note now")}}
	}},
	{notify.TemplateUndo, "late", "it had left", func(n *notify.Notice, s story) {
		n.Actor, n.Text, n.Actions, n.Reason = "alice", s.Solution, nil, "undo-late"
		n.Lines = []notify.Line{{Command: "#undo", Message: ticket.Say("it is too late: your email left for %s, %s", []string{"ana@example.net"}, ticket.Relative(s.clock(10, 30)))}}
	}},
	{notify.TemplateFile, "", "an agent asked for a file", func(n *notify.Notice, _ story) {
		n.Actor = "alice"
		n.Lines = []notify.Line{{Command: "#file 2", OK: true}}
		n.Attachments = []string{"floor-plan.tif"}
	}},
	{notify.TemplateHelp, "", "an agent asked for help", func(n *notify.Notice, _ story) { n.Actor = "alice" }},
	{notify.TemplateShow, "", "an agent asked to see a request", func(n *notify.Notice, s story) {
		n.Text, n.Ticket.Assignee, n.Now = "", "alice", s.clock(10, 31)
		n.Correspondence = s.sofar(s.clock(10, 10))
	}},
	{notify.TemplateAnswer, "", "an agent asked what is open", answered(func(n *notify.Notice, s story) {
		other := ticket.Ticket{ID: 1040, Subject: s.Subjects[1], Requester: "kim@example.net", Name: "Kim Olsen", Status: ticket.StatusNew, Queue: "network", DueFirstResponse: s.clock(9, 45)}
		n.Answers = []notify.Answer{{Name: "list", Tickets: []notify.Listed{{Ticket: other, Show: asking("show", "show 1040\r\n")}, {Ticket: n.Ticket, Show: asking("show", "show 1042\r\n")}}}}
	})},
	{notify.TemplateAnswer, "who", "an agent asked who is there", answered(func(n *notify.Notice, s story) {
		n.Answers = []notify.Answer{{Name: "who", People: []notify.Colleague{
			{Name: "alice", Known: "Alice Schmidt", Queues: []string{"first-line", "network"}, Languages: []string{"en", "fr"}, Open: 7},
			{Name: "bob", Known: "Bob Brown", Queues: []string{"first-line"}, Open: 2, Away: true, Until: s.clock(9, 0).AddDate(0, 0, 4)},
		}}}
	})},
	{notify.TemplateAnswer, "help", "an agent asked what they can ask", answered(func(n *notify.Notice, _ story) { n.Answers = []notify.Answer{{Name: "help"}} })},
	{notify.TemplateAnswer, "wrong", "a question was not understood", answered(func(n *notify.Notice, _ story) {
		n.Reason, n.Answers = "wrong", []notify.Answer{{Name: "help"}}
		n.Lines = []notify.Line{{Command: "lsit", Message: ticket.Say("this is not a question; did you mean %s?", "list")}}
	})},
	{notify.TemplateAnswer, "away", "a colleague says that the agent is away", answered(func(n *notify.Notice, s story) {
		n.Reason, n.Actor = notify.SaidAway, "Bob Brown"
		n.Lines = []notify.Line{{Command: "#away alice until 2026-03-06", OK: true, Message: ticket.Say("you are sent nothing until %s is over; #back ends it earlier", ticket.Day(s.clock(9, 0).AddDate(0, 0, 3)))}}
	})},
	{notify.TemplateAnswer, "unproven", "a question in an agent's name", answered(func(n *notify.Notice, _ story) {
		n.Reason, n.Actions = "unproven", []notify.Action{asking("ask", "list\r\n")}
	})},
}

// asking is a link by which an agent goes on asking the desk.
func asking(name, body string) notify.Action {
	return notify.Mailto{Address: "desk+c20514-aqrstuvwx23456777@example.org", Subject: "[Example IT]"}.Action(name, body)
}

// answered is an answer to what Alice asked the desk.
func answered(fill func(n *notify.Notice, s story)) func(n *notify.Notice, s story) {
	return func(n *notify.Notice, s story) {
		n.Actor, n.Text, n.Now = "", "", s.clock(10, 31)
		n.Actions = nil
		for _, question := range []string{"list", "mine", "due", "who", "help"} {
			n.Actions = append(n.Actions, asking("ask-"+question, question+"\r\n"))
		}
		fill(n, s)
		n.Ticket = ticket.Ticket{}
	}
}

// more is what the requester wrote after a question of Alice's.
func more(n *notify.Notice, s story) {
	n.Text, n.Ticket.Assignee, n.Now = s.More, "alice", s.clock(10, 2)
	n.Correspondence = s.sofar(s.clock(10, 0))
}

func note(n *notify.Notice, s story) {
	n.Actor, n.Text, n.Ticket.Assignee, n.Now = "Bob Brown", s.Note, "alice", s.clock(10, 20)
	n.Correspondence = s.sofar(s.clock(10, 10))
}

// held is a mail of Alice's that waits.
func held(why notify.Held, lines ...string) func(n *notify.Notice, s story) {
	return func(n *notify.Notice, s story) {
		n.Actor, n.Held, n.Text, n.Now = "alice", why, s.Answer, s.clock(10, 31)
		for _, line := range lines {
			if line != "" {
				n.Lines = append(n.Lines, notify.Line{Command: line})
			}
		}
		if why == notify.HeldLanguage {
			n.Reason, n.Text = "it", "Spenga e riaccenda la stampante, per favore.\n\nAlice"
		}
	}
}

// undone is a mail in Alice's name that was kept as a note.
func undone(why notify.Undone) func(n *notify.Notice, s story) {
	return func(n *notify.Notice, s story) {
		n.Actor, n.Text, n.Reason, n.Now = "alice@example.org", s.Answer, string(why), s.clock(10, 31)
	}
}
