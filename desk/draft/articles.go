package draft

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"maildesk/ticket"
)

// articles is what changed in the knowledge base.
type articles struct {
	saved    map[string][]ticket.Article // revisions, by slug
	reminded map[string]string           // days, by slug
}

// Article is described at [ticket.Reader].
func (d *Draft) Article(slug string) (ticket.Article, error) {
	if saved := d.articles.saved[slug]; len(saved) > 0 {
		return saved[len(saved)-1], nil
	}
	d.rely(ticket.OfArticle, 0, slug)
	return d.Reader.Article(slug)
}

// Articles is described at [ticket.Reader].
func (d *Draft) Articles(f ticket.ArticleFilter) ([]ticket.Article, error) {
	d.rely(ticket.OfArticle, 0, "")
	all, err := d.Reader.Articles(f)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a ticket.Article) bool { return len(d.articles.saved[a.Slug]) > 0 })
	for _, saved := range d.articles.saved {
		if a := saved[len(saved)-1]; f.Fits(a) {
			all = append(all, a)
		}
	}
	slices.SortFunc(all, func(a, b ticket.Article) int { return cmp.Compare(a.Slug, b.Slug) })
	return all, nil
}

// ArticleHistory is described at [ticket.Reader].
func (d *Draft) ArticleHistory(slug string) ([]ticket.Article, error) {
	d.rely(ticket.OfArticle, 0, slug)
	all, err := d.Reader.ArticleHistory(slug)
	return append(all, d.articles.saved[slug]...), err
}

// SearchArticles is described at [ticket.Reader].
func (d *Draft) SearchArticles(q ticket.ArticleQuery) ([]ticket.ArticleHit, error) {
	d.rely(ticket.OfArticle, 0, "")
	if len(d.articles.saved) > 0 {
		return nil, errors.New("SearchArticles does not show the articles that a decision has saved")
	}
	return d.Reader.SearchArticles(q)
}

// SaveArticle is described at [ticket.Draft].
func (d *Draft) SaveArticle(a ticket.Article) error {
	was, err := d.Article(a.Slug)
	if err != nil && !isMissing(err) {
		return err
	}
	if a.Revision != was.Revision+1 {
		return fmt.Errorf("save revision %d of the article %q after %d: %w", a.Revision, a.Slug, was.Revision, ticket.ErrOvertaken)
	}
	a.Texts = slices.Clone(a.Texts)
	slices.SortFunc(a.Texts, func(a, b ticket.Text) int { return cmp.Compare(a.Language, b.Language) })
	d.articles.saved[a.Slug] = append(d.articles.saved[a.Slug], a)
	d.change(ticket.SaveArticle{Article: a})
	return nil
}

// ArticleReminded is described at [ticket.Reader].
func (d *Draft) ArticleReminded(slug string) (string, error) {
	if day, ok := d.articles.reminded[slug]; ok {
		return day, nil
	}
	d.rely(ticket.OfArticle, 0, slug)
	return d.Reader.ArticleReminded(slug)
}

// SetArticleReminded is described at [ticket.Draft].
func (d *Draft) SetArticleReminded(slug, day string) error {
	d.articles.reminded[slug] = day
	d.change(ticket.SetArticleReminded{Slug: slug, Day: day})
	return nil
}
