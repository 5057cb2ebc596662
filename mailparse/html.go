package mailparse

import (
	"github.com/inbucket/html2text"
)

// htmlText gives the readable text of an HTML page.
func htmlText(page string) string {
	if page == "" {
		return ""
	}
	text, err := html2text.FromString(page)
	if err != nil {
		return ""
	}
	return text
}
