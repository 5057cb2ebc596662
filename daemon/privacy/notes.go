package privacy

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"maildesk/config"
	"maildesk/desk/person"
)

// outside lists what may have a person still whom an erasure took out of the data folder and the
// database, as far as the configuration tells.
func outside(cfg *config.Config) (places []string) {
	if cfg.Desk.LogAddresses {
		places = append(places, "the log, which has addresses ([desk] log_addresses)")
	}
	for _, m := range cfg.IMAP {
		switch m.After {
		case config.Delete:
		case config.Move:
			places = append(places, fmt.Sprintf("the folders %s and %s of the mailbox %s, with mails that were fetched", m.Mailbox, m.Folder, m.Name))
		default:
			places = append(places, fmt.Sprintf("the folder %s of the mailbox %s, with mails that were fetched", m.Mailbox, m.Name))
		}
	}
	if folder := cfg.Outgoing.Maildir; folder != "" && !isInside(cfg.Desk.Data, folder) {
		places = append(places, "the folder "+folder+", with mails that were sent")
	}
	return places
}

// isInside reports whether a path lies in a folder.
func isInside(folder, path string) bool {
	from, err := filepath.Rel(folder, path)
	return err == nil && from != ".." && !strings.HasPrefix(from, ".."+string(filepath.Separator))
}

// Notes returns in lines what whoever erases has to know of the person's names, of articles that get others, and of what is not
// touched.
func (r Erased) Notes() (lines []string) {
	var sure []string
	for _, n := range r.Names {
		if n.Doubt == "" {
			sure = append(sure, n.Name)
		}
	}
	if len(sure) > 0 {
		lines = append(lines, "Names that count everywhere: "+strings.Join(sure, ", "))
	}
	named := false
	for _, n := range r.Names {
		if n.Doubt != "" {
			lines = append(lines, fmt.Sprintf("The name %s counts only on tickets of theirs: %s", n.Name, n.Doubt))
			named = named || n.Doubt != person.OneWord
		}
	}
	if named {
		lines = append(lines, "If such a name is theirs alone, --name lets it count everywhere.")
	}
	for _, slug := range slices.Sorted(maps.Keys(r.Slugs)) {
		lines = append(lines, fmt.Sprintf("The article %s is called %s from then on: links to it lead nowhere", slug, r.Slugs[slug]))
	}
	if len(r.Slugs) > 0 {
		lines = append(lines, "A folder that kb export has written still has the old names, and its next import would bring them back: export it anew")
	}
	lines = append(lines, r.doubts()...)
	for i, place := range r.Outside {
		if i == 0 {
			lines = append(lines, "Not touched, and may have them still:")
		}
		lines = append(lines, "  "+place)
	}
	return lines
}

// mostListed is how many places are listed of a kind.
const mostListed = 20

// doubts returns in lines what a person has to look at: words like theirs that are kept, and files that could not be
// looked into.
func (r Erased) doubts() (lines []string) {
	list := func(head string, all []string) {
		for i, one := range all {
			switch i {
			case 0:
				lines = append(lines, head)
			case mostListed:
				lines = append(lines, fmt.Sprintf("  and %d more (--json has all)", len(all)-i))
				return
			}
			lines = append(lines, "  "+one)
		}
	}
	list("Kept, though it has words like theirs; look at it, and take it out where it is a quotation:", r.Kept)
	var near []string
	far := 0
	for _, f := range r.Closed {
		if f.Near {
			near = append(near, fmt.Sprintf("mail %d: %s", f.Mail, f.Name))
		} else {
			far++
		}
	}
	list("Not looked into, in mails of others on the same tickets:", near)
	if far > 0 {
		lines = append(lines, fmt.Sprintf("Not looked into either: %d files in mails on other tickets (--json has their names)", far))
	}
	return lines
}
