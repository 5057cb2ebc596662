package knowledge

import (
	"slices"
	"strings"
	"time"

	"maildesk/addr"
	"maildesk/article"
	"maildesk/desk/agentmail"
	"maildesk/desk/command"
	"maildesk/desk/incoming"
	"maildesk/desk/leak"
	"maildesk/desk/notices"
	"maildesk/desk/notify"
	"maildesk/desk/settings"
	"maildesk/desk/thanks"
	"maildesk/ticket"
)

// reviewed is the reason of the disposition of a review.
const reviewed = "article-review"

// Review does what an agent answers to the draft of an article, and reports whether the
// mail is such an answer: a word that publishes or drops it, or the whole text as it
// should be, or both. Commands are no review.
func Review(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) (is bool, err error) {
	word, rest, is := said(h)
	if !is {
		return false, nil
	}
	a, is, err := answered(h, t)
	switch {
	case err != nil:
		return false, err
	case !is && IsReview(h): // no other mail, and for nobody else: it says that nothing was done
		return true, review(h, t, agent, ticket.Article{}, "", "")
	case !is:
		return false, nil
	}
	return true, review(h, t, agent, a, word, rest)
}

// said returns what an answer to an article says: a word, the text behind it, or both. is is
// false where it says a command.
func said(h *incoming.Handling) (word, rest string, is bool) {
	if word, rest = command.ReadReview(h.Msg.Reply); word == "" {
		word = asked(h)
	}
	return word, rest, word != "" || article.IsWhole(rest) || len(agentmail.Read(h).Commands) == 0
}

// Reviews reports whether a mail reviews an article and does nothing else, whatever its
// ticket has come to. What came to the address for that and says a command is no review.
func Reviews(h *incoming.Handling) bool {
	_, _, is := said(h)
	return is && IsReview(h)
}

// answered returns the article whose draft a mail answers: by the address that it was
// sent to, else by what it says that it answers.
func answered(h *incoming.Handling, t ticket.Ticket) (a ticket.Article, is bool, err error) {
	token := h.Verdict.Match.Token
	if token == nil {
		return a, false, nil
	}
	cause, of := ticket.MailID(token.To), ticket.ID(token.Ticket) // of which it was made, though that is worked on elsewhere now
	if !IsReview(h) {
		// Only where there are no signed addresses a Message-ID says enough.
		if _, signed, err := notices.AnswerAddress(h.Change, t, *token); err != nil || signed {
			return a, false, err
		}
		if cause, err = agentmail.CauseAnswered(h, of, notify.TemplateArticle); err != nil || cause == 0 {
			return a, false, err
		}
	}
	events, err := h.Tx.Events(of, ticket.EventArticle)
	if err != nil {
		return a, false, err
	}
	for _, e := range slices.Backward(events) {
		// A reminder, which no mail caused, is about the last one.
		if e.Mail == cause || cause == 0 {
			a, err = h.Tx.Article(e.To)
			return a, err == nil, err
		}
	}
	return a, false, nil
}

// IsReview reports whether a mail came to an address that was signed for the answer to a
// draft.
func IsReview(h *incoming.Handling) bool {
	return h.Verdict.Match.Token != nil && slices.ContainsFunc(h.Verdict.Match.Actions, isReview)
}

// MayDraft reports whether an agent's mail is about an article alone, and the agent may have
// it made though the ticket is not theirs to work on: they were told how it was solved at
// a higher level. The answer to a draft may come from whom it was sent to.
func MayDraft(h *incoming.Handling, t ticket.Ticket, agent settings.Agent) (bool, error) {
	if Reviews(h) {
		return true, nil
	}
	read := agentmail.Read(h)
	commands := agentmail.Asked(h, &read)
	if len(commands) != 1 || commands[0].Name != "kb" || read.Text != "" || agentmail.HasFiles(h) {
		return false, nil
	}
	if may, err := h.MaySee(t, agent); err != nil || !may { // it is confidential by now
		return false, err
	}
	told, err := h.Tx.OutboxWith(t.ID, string(notify.TemplateSolved))
	return slices.ContainsFunc(told, func(m ticket.OutboxMail) bool {
		return slices.ContainsFunc(agent.Mail, func(mail string) bool { return addr.Same(mail, m.Recipient) })
	}), err
}

func isReview(action string) bool { return notify.AboutMail(action) && action != notify.ActUndo }

// asked returns the word that an address stands for, where a link was followed.
func asked(h *incoming.Handling) string {
	for _, action := range h.Verdict.Match.Actions {
		if isReview(action) && action != notify.ActReview {
			return action
		}
	}
	return ""
}

// review changes an article as its reviewer wants it.
func review(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, a ticket.Article, word, rest string) error {
	if err := h.FileEntry(t.ID, ticket.EntryNote); err != nil {
		return err
	}
	corrected := article.IsWhole(rest)
	say := func(ok bool, says ticket.Phrase) error {
		lines := []notify.Line{{Command: settings.FirstOf(word, a.Slug), OK: ok, Message: says}}
		if ok && !corrected && strings.TrimSpace(rest) != "" && !thanks.IsEnding(rest, agent.Name, agent.Display, h.Msg.From.Name) {
			lines = append(lines, notify.Line{Command: agentmail.Beginning(rest), Message: ticket.Say("kept as a note; it changed nothing in the article")})
		}
		if err := agentmail.Respond(h, t, agent, notify.Notice{Template: notify.TemplateTranscript, Lines: lines}); err != nil {
			return err
		}
		return h.Finish(ticket.DispositionAppended, reviewed, t.ID)
	}
	switch {
	case a.State == ticket.ArticleWithdrawn:
		return say(false, ticket.Say("the article %s was dropped already; #kb makes a new draft", a.Slug))
	case word == command.ReviewDrop:
		a.State = ticket.ArticleWithdrawn
		if err := save(h, &a, agent, ticket.ArticleDropped); err != nil {
			return err
		}
		return say(true, ticket.Say("the article %s is dropped", a.Slug))
	case word == command.ReviewKeep && a.State == ticket.ArticlePublished && !corrected:
		a.Review = nextReview(h)
		if err := save(h, &a, agent, ticket.ArticleChanged); err != nil {
			return err
		}
		return say(true, ticket.Say("the article %s stays as it is", a.Slug))
	case word == "" && !corrected, word == command.ReviewKeep:
		return say(false, ticket.Say("nothing was done: reply with publish, internal or drop, or with the whole text as it should be, its title on top behind a # and a blank"))
	}
	if corrected {
		a.Texts = slices.Clone(a.Texts)
		a.Texts[0] = article.Corrected(a.Texts[0], rest)
	}
	if secret := secretIn(h, a); secret != "" {
		return say(false, ticket.Say("nothing was done: %s stands in the text and is for agents only", secret))
	}
	if word == "" {
		return change(h, t, agent, a)
	}
	a.State, a.Audience = ticket.ArticlePublished, ticket.AudiencePublic
	if word == command.ReviewInternal {
		a.Audience = ticket.AudienceInternal
	}
	a.Review = nextReview(h)
	if err := save(h, &a, agent, ticket.ArticleReleased); err != nil {
		return err
	}
	if a.Audience == ticket.AudienceInternal {
		return say(true, ticket.Say("the article %s is published for agents only; it never goes out", a.Slug))
	}
	return say(true, ticket.Say("the article is published; #send %s puts it into an answer", a.Slug))
}

// nextReview returns the day on which an article that was reviewed now is reviewed next.
func nextReview(h *incoming.Handling) string {
	return h.Now.In(h.Set.Zone()).AddDate(0, reviewAfter, 0).Format(time.DateOnly)
}

// change keeps a corrected text and shows it once more: nobody has said yet that it may be
// read.
func change(h *incoming.Handling, t ticket.Ticket, agent settings.Agent, a ticket.Article) error {
	if err := save(h, &a, agent, ticket.ArticleChanged); err != nil {
		return err
	}
	if err := show(h, t, agent, a, nil); err != nil {
		return err
	}
	return h.Finish(ticket.DispositionAppended, reviewed, t.ID)
}

// secretIn returns what of an article must stay inside: a signed address, a key.
func secretIn(h *incoming.Handling, a ticket.Article) string {
	finder := leak.Finder{Keys: h.Maker.Keys, Host: h.Set.Hostname}
	for _, t := range a.Texts {
		if found := finder.Find(leak.Source{Content: []byte(strings.Join([]string{t.Title, t.Body}, "\n"))}); len(found) > 0 {
			return found[0].Word
		}
	}
	return ""
}
