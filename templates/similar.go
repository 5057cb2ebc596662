package templates

import (
	"strconv"
	"strings"

	"maildesk/desk/notify"
)

// maxShared is how many words a notice shows that two tickets have in common.
const maxShared = 6

// solved returns the solved tickets that are like that of a notice.
func solved(n notify.Notice) (all []Solved) {
	for _, s := range n.Solved {
		one := Solved{Other: Other{Number: s.ID, Subject: oneLine(s.Subject), Who: oneLine(s.Who), Words: excerpt(s.Text)}, Label: "#" + strconv.FormatInt(int64(s.ID), 10), Show: s.Show.URL}
		one.Shared = oneLine(strings.Join(s.Words[:min(len(s.Words), maxShared)], ", "))
		all = append(all, one)
	}
	return all
}

// articles returns the articles of an acknowledgement, in the words of the desk's own agents.
func (l *language) articles(n notify.Notice) (all []Article) {
	for _, a := range n.Articles {
		all = append(all, Article{Title: oneLine(a.Title), Text: trim(a.Text), Links: l.links([]notify.Action{a.Solved})})
	}
	return all
}
