package desk

import (
	"context"
	"time"

	"maildesk/article"
	"maildesk/desk/knowledge"
	"maildesk/ticket"
)

// ImportArticles makes the articles of the desk what they are in a folder, on behalf of
// who; see [knowledge.Import].
func (d *Desk) ImportArticles(ctx context.Context, who string, read []ticket.Article, force, dry bool) ([]article.Outcome, error) {
	return knowledge.Import(ctx, d.Maker, who, read, force, dry, time.Now())
}
