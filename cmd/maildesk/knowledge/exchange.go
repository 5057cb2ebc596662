package knowledge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"maildesk/article"
	"maildesk/cmd/maildesk/console"
	"maildesk/desk"
	"maildesk/desk/knowledge"
	"maildesk/durable"
	"maildesk/ticket"
)

type exportCommand struct {
	Folder string `arg:"" predictor:"folder" help:"The folder; it is made where there is none. Files that were exported before, of articles that are no more, are removed from it."`
}

// exported is the name of a file that an export writes.
var exported = regexp.MustCompile(`^([a-z0-9][a-z0-9-]*)\.([a-z]{2})\.md$`)

func (c *exportCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.View(ctx, string(path), func(r ticket.Reader) error {
		all, err := r.Articles(ticket.ArticleFilter{})
		if err != nil {
			return err
		}
		if err := os.MkdirAll(c.Folder, 0o777); err != nil {
			return err
		}
		var names []string
		written := 0
		for _, a := range all {
			for _, f := range article.Files(a) {
				names = append(names, f.Name)
				if is, err := os.ReadFile(filepath.Join(c.Folder, f.Name)); err == nil && bytes.Equal(is, f.Bytes) {
					continue // its time stays, too
				}
				if err := durable.Replace(filepath.Join(c.Folder, f.Name), f.Bytes); err != nil {
					return err
				}
				written++
			}
		}
		left, err := othersIn(r, c.Folder, names)
		if err != nil {
			return err
		}
		for _, name := range left.gone {
			if err := os.Remove(filepath.Join(c.Folder, name)); err != nil {
				return err
			}
		}
		for _, name := range left.unknown {
			fmt.Fprintf(std.Out, "%s is not in the desk, and stays: maildesk kb import brings it there.\n", filepath.Join(c.Folder, name))
		}
		fmt.Fprintf(std.Out, "Articles in %s: %d; files written: %d, as they were: %d, removed: %d.\n", c.Folder, len(all), written, len(names)-written, len(left.gone))
		return nil
	})
}

// others are files of a folder that an export did not write, and that are called as one writes them.
type others struct {
	gone    []string // exported before, of articles or texts that are no more
	unknown []string // never in the desk
}

// othersIn finds in a folder files of articles but those of some names.
func othersIn(r ticket.ArticleReader, folder string, names []string) (all others, err error) {
	entries, err := os.ReadDir(folder)
	for _, e := range entries {
		name := exported.FindStringSubmatch(e.Name())
		if !e.Type().IsRegular() || name == nil || slices.Contains(names, e.Name()) {
			continue
		}
		source, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return all, err
		}
		was, err := wasThere(r, name[1], name[2], article.RevisionOf(source))
		if err != nil {
			return all, err
		}
		if was && len(names) > 0 { // a desk without articles has not exported them
			all.gone = append(all.gone, e.Name())
		} else {
			all.unknown = append(all.unknown, e.Name())
		}
	}
	return all, err
}

// wasThere reports whether a file was exported: it was made from a revision of an article that the
// desk has no more, or that has had a text in the language.
func wasThere(r ticket.ArticleReader, slug, language string, revision int64) (bool, error) {
	if revision == 0 {
		return false, nil
	}
	history, err := r.ArticleHistory(slug)
	if errors.Is(err, ticket.ErrNotFound) || err == nil && len(history) == 0 {
		return true, nil
	}
	return slices.ContainsFunc(history, func(a ticket.Article) bool {
		return slices.ContainsFunc(a.Texts, func(t ticket.Text) bool { return t.Language == language })
	}), err
}

type importCommand struct {
	Folder    string `arg:"" predictor:"folder" help:"The folder, as export writes it."`
	DryRun    bool   `short:"n" help:"Only say what would change."`
	Overwrite bool   `help:"Also articles that were changed in the desk since the folder was exported."`
	JSON      bool   `help:"One JSON object an article, a line each."`
}

func (c *importCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	return console.Change(ctx, string(path), func(d *desk.Desk, who string) error {
		if _, err := os.Stat(c.Folder); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no folder %s; maildesk kb export %s makes one", c.Folder, c.Folder)
		}
		read, err := article.Folder(os.DirFS(c.Folder), c.Folder, knowledge.House(d.Settings()))
		if err != nil {
			return fmt.Errorf("nothing is imported:\n%w", err)
		}
		outcomes, err := d.ImportArticles(ctx, who, read, c.Overwrite, c.DryRun)
		if err != nil {
			return err
		}
		if c.JSON {
			if err := console.WriteJSONLines(std.Out, outcomes, console.Itself); err != nil {
				return err
			}
		}
		return c.say(std, outcomes)
	})
}

// say prints what an import did, or would do.
func (c *importCommand) say(std console.Stdio, outcomes []article.Outcome) error {
	count := map[article.Result]int{}
	for _, o := range outcomes {
		count[o.Result]++
		if o.Result == article.Unchanged || c.JSON {
			continue
		}
		line := fmt.Sprintf("%-9s %s: %s", o.Result, o.Slug, strings.Join(o.Changes, ", "))
		if o.Result == article.Conflict {
			line += fmt.Sprintf(" (the desk has revision %d, the file was made from %d)", o.Desk, o.File)
		}
		fmt.Fprintln(std.Out, line)
	}
	refused := count[article.Conflict] > 0 && !c.Overwrite
	if !c.JSON {
		verb := "imported"
		if c.DryRun || refused {
			verb = "not imported"
		}
		fmt.Fprintf(std.Out, "%d new, %d changed, %d in conflict: %s. %d unchanged.\n", count[article.Added], count[article.Changed], count[article.Conflict], verb, count[article.Unchanged])
	}
	if refused {
		fmt.Fprintf(std.Err, "maildesk: articles were changed in the desk since the folder was exported, so nothing is imported: export into a folder, merge the two, and import that; or import with --overwrite\n")
		return console.ErrNo
	}
	return nil
}
