package templates

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

// fill adds what the desk knows about the ticket, as far as the mail is about it.
func (l *language) fill(p *Page, n notify.Notice) {
	if l.fillShort(p, n) {
		return
	}
	p.Lines = nil
	for _, f := range n.LeftOut {
		p.LeftOut = append(p.LeftOut, File{f.Number, oneLine(f.Name), l.size(f.Size)})
	}
	p.Reason = cmp.Or(n.Reason, l.overdue(n))
	p.Late, p.Soon = l.promised(n, n.Late...), l.promised(n, n.Soon...)
	p.HandedTo = n.HandedTo
	p.AlsoDue, p.MoreDue = l.alsoDue(n)
	p.Thanks = l.thanks(n)
	l.fillFacts(p, n)
	p.Way = l.way(n.Stages)
	p.Earlier = l.earlier(n)
	if !n.Over() {
		p.Commands = l.Daily()
	}
	p.Solved = solved(n)
	p.OthersAre = l.label("others")
	for _, t := range n.OtherTickets {
		p.Others = append(p.Others, Other{Number: t.ID, Subject: oneLine(t.Subject), Status: l.status(t.Status)})
	}
	if p.Template == notify.TemplateIncident {
		p.OthersAre, p.Others = l.label("reports"), l.reports(n.Reports)
		p.MoreOther = len(n.Reports) - len(p.Others)
	}
	isHelp := func(a notify.Action) bool { return a.Name == "help" }
	if i := slices.IndexFunc(n.Actions, isHelp); i >= 0 {
		p.Help = n.Actions[i].URL
	}
	p.Links = l.links(slices.DeleteFunc(slices.Clone(n.Actions), isHelp))
}

// thanks returns the thanks of a notice in the reader's words.
func (l *language) thanks(n notify.Notice) (all []Thank) {
	for _, t := range n.Thanks {
		all = append(all, Thank{Other{Number: t.ID, Who: oneLine(t.Name), Subject: oneLine(t.Subject), Words: oneLine(t.Text)}, l.links(t.Reopen)})
	}
	return all
}

// fillFacts adds the facts about the ticket: those that matter most in the first line.
func (l *language) fillFacts(p *Page, n notify.Notice) {
	p.Facts = append(l.clock(n), l.facts(p.Ticket, "priority", "status", "assignee")...)
	if p.Ticket.Language == l.tag {
		p.Ticket.Language = "" // says nothing to its reader
	}
	further := l.facts(p.Ticket, "requester", "language", "queue", "category", "kind", "created", "follows", "tags")
	for _, plan := range n.Plans {
		further = append(further, Fact{Label: l.label("planned"), Value: l.phrase(plan, n.Now)})
	}
	if n.Worked > 0 {
		further = append(further, Fact{Label: l.label("worked"), Value: l.duration(time.Duration(n.Worked) * time.Minute)})
	}
	if names := l.names(n.Participants); names != "" {
		further = append(further, Fact{Label: l.label("in-copy"), Value: names})
	}
	if len(p.Facts) > 0 && len(further) > 0 {
		further[0].Next = true
	}
	p.Facts = append(p.Facts, further...)
	for i := range len(p.Facts) - 1 {
		p.Facts[i].More = !p.Facts[i+1].Next
	}
}

// fillShort fills the page of a mail that says no more about the ticket than its own
// matter, and reports whether it is one.
func (l *language) fillShort(p *Page, n notify.Notice) (short bool) {
	switch p.Template {
	case notify.TemplateQuestion, notify.TemplateReply, notify.TemplateEscalated, notify.TemplateConfirm,
		notify.TemplateDecided, notify.TemplateRejected, notify.TemplateLanguage, notify.TemplateFile:
		return true
	case notify.TemplateResolution, notify.TemplateClosing, notify.TemplateUnanswered:
		p.Links = l.links(n.Actions)
		return true
	case notify.TemplateAcknowledgement:
		l.fillAcknowledgement(p, n)
		return true
	case notify.TemplateApproval:
		p.Expected, p.Links, p.InPlace = l.moment(n.Expected, n.Now, n.Abroad), l.links(n.Actions), n.InPlace
		p.Asking = oneLine(n.Asking)
		return true
	case notify.TemplateOpen:
		p.Answers = slices.DeleteFunc(l.answers(n), func(a Answer) bool { return len(a.Items) == 0 })
		return true
	case notify.TemplateReminder, notify.TemplateVendorReminder:
		p.When = l.day(n.At)
		return true
	case notify.TemplateVendorLate, notify.TemplateApprovalLate:
		p.Expected = l.moment(n.Expected, n.Now, n.Abroad)
	case notify.TemplateNewTicket:
		if p.Behalf = n.Behalf; !n.At.IsZero() {
			p.When = l.date(n.At.In(n.Now.Location()))
		}
	case notify.TemplateRefusal:
		for i, line := range p.Lines {
			if line.OK { // what it would have done was not done
				p.Lines[i].Message = ""
			}
		}
		return true
	case notify.TemplateTranscript, notify.TemplateSending, notify.TemplateUndo:
		p.To, p.Seconds, p.Attachments = strings.Join(n.To, ", "), int(n.Waits.Round(time.Second)/time.Second), nil
		p.Links = l.links(n.Actions)
		return true
	case notify.TemplateNotDone:
		l.fillNotDone(p, n)
		return true
	case notify.TemplateHeld:
		l.fillHeld(p, n)
		return true
	default:
		return l.fillWithoutTicket(p, n)
	}
	return false
}

// fillWithoutTicket fills the page of a mail that is about no ticket, or about many, and
// reports whether it is one.
func (l *language) fillWithoutTicket(p *Page, n notify.Notice) bool {
	switch p.Template {
	case notify.TemplateHelp:
		p.Commands, p.Ticket.Subject, p.Text, p.Lines, p.Attachments = l.Commands, "", "", nil, nil
	case notify.TemplateArticle:
		p.Links, p.Reason, p.Attachments = l.links(n.Actions), n.Reason, nil
	case notify.TemplateAnswer:
		p.Answers, p.Links, p.Ticket, p.Attachments = l.answers(n), l.links(n.Actions), ticket.Ticket{}, nil
	case notify.TemplateDigest, notify.TemplateGathered:
		p.Answers, p.Thanks, p.Ticket, p.Attachments, p.Text = l.answers(n), l.thanks(n), ticket.Ticket{}, nil, ""
	case notify.TemplateShift:
		p.Reason, p.Ticket, p.Attachments = oneLine(n.Reason), ticket.Ticket{}, nil
	default:
		return false
	}
	return true
}

// fillAcknowledgement fills in what a requester learns of a new request.
func (l *language) fillAcknowledgement(p *Page, n notify.Notice) {
	p.Links = l.links(n.Actions)
	p.AnswerBy = l.moment(quarter(n.Ticket.DueFirstResponse), n.Now, n.Abroad)
	p.SolvedBy = l.moment(quarter(n.Ticket.DueResolution), n.Now, n.Abroad)
	p.Articles = l.articles(n)
	p.Channel, p.Awaits = l.Labels["channel-"+n.Channel], n.Awaits
}

// fillNotDone fills in why nothing was done, and how it is done after all.
func (l *language) fillNotDone(p *Page, n notify.Notice) {
	p.Reason, p.Behalf, p.Lines, p.Attachments = l.Labels["not-done-"+n.Reason], n.Behalf, nil, nil
	if n.AsRequest && n.Reason == string(notify.UndoneUnproven) { // its text is with the request already
		p.Reason = l.label("not-done-unproven-request")
	}
	if anyway := slices.IndexFunc(n.Actions, func(a notify.Action) bool { return a.Name == "anyway" }); anyway >= 0 {
		p.Confirm, p.Anyway, p.Links = n.Confirm, n.Confirm == "", l.links(n.Actions[anyway:anyway+1])
	}
}

// fillHeld fills in why a text waits, and how it is sent.
func (l *language) fillHeld(p *Page, n notify.Notice) {
	p.Held = string(n.Held)
	if !n.At.IsZero() {
		p.When = l.moment(n.At, n.Now, n.Abroad)
	}
	p.Written, p.Reads = l.languageName(n.Reason), l.languageName(n.Ticket.Language)
	p.Reason, p.Attachments = "", nil
	if n.Held != notify.HeldInternal { // #anyway does not send it
		p.Links = l.links(n.Actions)
	}
}
