package notify

import "maildesk/ticket"

// Solved is a solved ticket that is like the one of a notice.
type Solved struct {
	Listed
	Who, Text string   // who solved it, and how their answer begins
	Words     []string // that both have
}

// Article is an article that may solve a request.
type Article struct {
	Slug   string
	Title  string
	Text   string // plain
	Solved Action // says that it did; "" where nobody can say so
}

// ActSolved says that an article solved the matter.
const ActSolved = "solved"

// maxArticle bounds what an acknowledgement has of an article, in bytes.
const maxArticle = 4000

// ArticleOf returns an article as it stands in an acknowledgement.
func ArticleOf(slug string, t ticket.Text, plain string) Article {
	return Article{Slug: slug, Title: t.Title, Text: beginning(plain, maxArticle)}
}
