package person

import (
	"strings"
	"testing"

	"maildesk/ticket"
)

// TestShared: far from the person their words go only if nobody else outside wrote them, be it later; those of a
// published article stay, for somebody to decide, and only names go there. The proof says of each why it is kept.
func TestShared(t *testing.T) {
	const (
		failed = "The remote computer did not respond in a timely manner and the connection was terminated."
		sawed  = "My neighbour Ignatz sawed the old cable in two with his saw."
	)
	agent := func(address string) bool { return strings.HasSuffix(address, "@example.org") }
	entry := func(id int64, of ticket.ID, kind, author, text string) Row {
		return Row{Table: "entry", ID: id, At: id, Ticket: of, Mail: ticket.MailID(id), Kind: kind, Texts: map[string]string{"author": author, "text": text}}
	}
	rows := []Row{
		{Table: "ticket", ID: 1, Ticket: 1, Texts: map[string]string{"requester": "ana@example.net", "name": "Ana Roth", "subject": "VPN"}},
		entry(1, 1, "message", "ana@example.net", failed+"\n\n"+sawed+"\n"),
		entry(2, 2, "message", "zoe@example.com", failed+"\n"),
		entry(3, 3, "message", "carl@example.com", "Ben wrote:\n> "+sawed+"\n"),
		entry(4, 3, "note", "alice@example.org", "I read: "+sawed),
	}
	c := NewCollection("ana@example.net", House{Ours: agent})
	reads(c, rows)
	k := CaseOf(c, 7)
	text := func(article int64, kind string, of ticket.ID, body string) Row {
		return Row{Table: "article_text", ID: 5, Article: article, Kind: kind, Ticket: of, Texts: map[string]string{"body": body}}
	}
	for _, tt := range []struct {
		name string
		row  Row
		want string // empty: it stays
		kept string
	}{
		{"an agent's answer with what others have as well", entry(9, 9, "reply", "alice@example.org", "Error: "+failed), "", KeptShared},
		{"an agent's answer with what is hers alone", entry(9, 9, "reply", "alice@example.org", "So: "+sawed), "So: [erased].", ""},
		{"what others have as well, where she takes part", entry(9, 1, "note", "alice@example.org", "Error: "+failed), Gone, ""},
		{"a published article", text(4, "", 9, "Error: "+failed), "", KeptPublished},
		{"a published article with what is hers alone", text(4, "", 9, sawed), "", KeptPublished},
		{"a published article of her ticket", text(4, "", 1, sawed), "", KeptPublished},
		{"a published article that says so itself", text(0, "published", 9, sawed), "", KeptPublished},
		{"a published article with her name", text(4, "", 9, "Ana Roth says: "+sawed), "[erased] says: " + sawed, KeptPublished},
		{"a published article of her ticket, with a part of her name", text(4, "", 1, "Roth says: "+sawed), "[erased] says: " + sawed, KeptPublished},
		{"a draft", text(3, "", 9, sawed), "[erased].", ""},
		{"a draft with what others have as well", text(3, "", 9, failed), "", KeptShared},
	} {
		e, proof := NewEraser(k, agent, nil), NewProof(k, agent)
		for _, r := range []Row{{Table: "article", ID: 3, Kind: "draft"}, {Table: "article", ID: 4, Kind: "published"}} {
			e.Change(r)
			proof.Row(r)
		}
		was := ""
		for column, text := range tt.row.Texts {
			if column != "author" {
				was = text
			}
		}
		changed, _ := e.Change(tt.row)
		for column, now := range changed.New {
			if now != tt.want {
				t.Errorf("%s: %s becomes %q, want %q", tt.name, column, now, tt.want)
			}
			tt.row.Texts[column] = now
		}
		if len(changed.New) == 0 && tt.want != "" {
			t.Errorf("%s: %q stays, want %q", tt.name, was, tt.want)
		}
		if found := proof.Row(tt.row); found.Kept != tt.kept || (found.Column != "") != (tt.kept != "") {
			t.Errorf("%s: the proof finds %+v, want it kept: %q", tt.name, found, tt.kept)
		}
	}
}
