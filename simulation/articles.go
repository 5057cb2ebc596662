package simulation

import (
	"strings"

	"maildesk/desk/command"
	"maildesk/desk/notify"
	"maildesk/simulation/dice"
	"maildesk/simulation/mailtext"
	"maildesk/ticket"
)

// reviews lets an agent decide on the draft of an article: by a word, by the address behind
// a link, or by the text as it should be.
func (w *world) reviews(l *letter, m ticket.OutboxMail) bool {
	l.meaning = order
	word := dice.Pick(w.Dice, []string{command.ReviewPublish, command.ReviewPublish, command.ReviewPublish, command.ReviewInternal, command.ReviewDrop})
	switch to := mailtext.SignedAddress(m.Bytes, word); {
	case w.Chance(30):
		l.text = word + "\n"
	case to != "" && w.Chance(40):
		l.to, l.text = []string{to}, "\n"
	case w.Chance(30):
		l.text = "# How to start it again\n\nOpen the cover and start it again.\n"
	default:
		l.text = word + "\n\n# The device does not start\n\n## Problem\n\nMy VPN drops, or the printer prints every page twice.\n\n## Solution\n\nOpen the cover and start it again.\n"
	}
	return true
}

// guide is an article that some desks have from the beginning.
var guide = ticket.Article{Slug: "vpn-drops", State: ticket.ArticlePublished, Audience: ticket.AudiencePublic, Owner: "alice", Texts: []ticket.Text{{
	Language: "en", Title: "VPN drops", Body: "## Problem\n\nMy VPN drops every ten minutes, and I have to log in again.\n\n## Solution\n\nSwitch the saving of power off.\n",
}}}

// openGuide imports the article at the console, as most desks begin.
func (w *world) openGuide() error {
	_, err := w.desk.ImportArticles(w.desk.ctx, root, []ticket.Article{guide}, false, false)
	return err
}

// index lets the index of what is alike follow, as a daemon does beside its work.
func (w *world) index() {
	for some := w.house.Guide && !w.desk.tap.Dead; some; {
		var err error
		some, err = w.desk.db.IndexAlike(w.desk.ctx)
		w.fine("index what is alike", err)
	}
}

// sendsArticle lets an agent answer with a published article; false: there is none.
func (w *world) sendsArticle(l *letter) bool {
	all := w.published()
	if len(all) == 0 {
		return false
	}
	l.meaning, l.text = answer, "Hello,\n\n#send "+dice.Pick(w.Dice, all)+"\n\nPlease tell us whether that helps %s.\n"
	return true
}

// saysSolved lets a requester say that an article which the acknowledgement offers has
// solved it; false: it offers none.
func (w *world) saysSolved(l *letter, m ticket.OutboxMail) bool {
	to := mailtext.SignedAddress(m.Bytes, notify.ActSolved)
	if to == "" {
		return false
	}
	l.to, l.meaning, l.text = []string{to}, order, "\n"
	return true
}

// articles returns the articles of the desk, in the order of their names.
func (w *world) articles() (all []ticket.Article) {
	err := w.desk.View(w.desk.ctx, func(r ticket.Reader) (err error) {
		all, err = r.Articles(ticket.ArticleFilter{})
		return err
	})
	w.fine("look at the articles", err)
	return all
}

// published returns the names of articles that may go out.
func (w *world) published() (slugs []string) {
	for _, a := range w.articles() {
		if a.IsPublic() {
			slugs = append(slugs, a.Slug)
		}
	}
	return slugs
}

// isPublished reports whether the words of a letter stand in an article that may go out.
func (w *world) isPublished(l *letter) bool {
	for _, a := range w.articles() {
		for _, t := range a.Texts {
			if a.IsPublic() && strings.Contains(t.Body, l.marker()) {
				return true
			}
		}
	}
	return false
}
