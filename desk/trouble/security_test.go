package trouble

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"maildesk/desk/notify"
	"maildesk/ticket"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func sightings(n int, s Sighting) (all []Sighting) {
	for i := range n {
		s.At = noon.Add(time.Duration(i) * time.Second)
		all = append(all, s)
	}
	return all
}

// TestCluster: from the limit on there is a trouble, ten times as many are news, and it ends
// below half the limit.
func TestCluster(t *testing.T) {
	for _, tt := range []struct {
		name    string
		n, most int
		mark    string // of the one that stands; "none": none does
		want    string // likewise
	}{
		{"nothing", 0, 20, "none", "none"},
		{"below the limit", 19, 20, "none", "none"},
		{"the limit", 20, 20, "none", ""},
		{"it stands", 15, 20, "", ""},
		{"half of it", 10, 20, "", ""},
		{"below half", 9, 20, "", "none"},
		{"ten times", 200, 20, "", "x10"},
		{"a hundred times", 2000, 20, "", "x100"},
		{"at once", 2000, 20, "none", "x100"},
		{"it fades", 100, 20, "x10", "x10"},
		{"not looked for", 5000, 0, "none", "none"},
		{"not looked for any more", 5000, 0, "x10", "none"},
		{"each is told", 1, 1, "none", ""},
		{"each is told, until the hour is over", 0, 1, "", "none"},
	} {
		var stands ticket.TroubleState
		if tt.mark != "none" {
			stands.Kind, stands.Mark = ticket.TroubleSecurity, tt.mark
		}
		got := "none"
		for _, c := range cluster(sightings(tt.n, Sighting{What: "failed log-in"}), tt.most, stands, time.UTC) {
			got = c.Mark
		}
		if got != tt.want {
			t.Errorf("%s: %d with a limit of %d: %q, want %q", tt.name, tt.n, tt.most, got, tt.want)
		}
	}
}

func TestClusterText(t *testing.T) {
	all := slices.Concat(sightings(3, Sighting{What: "below its proof", Origin: "203.0.113.7", Name: "alice", Ticket: 12}), sightings(5, Sighting{What: "failed log-in", Origin: "198.51.100.1"}))
	for i := range 15 {
		all = append(all, Sighting{At: noon.Add(time.Minute), What: "failed log-in", Origin: fmt.Sprintf("192.0.2.%d", i)})
	}
	text := clusterText(all, 20, time.FixedZone("CET", 3600))
	for _, want := range []string{
		"23 security events within an hour, the first at 2026-11-29 13:00 CET", "security_events_per_hour is 20", "    20 × failed log-in\n     3 × below its proof\n",
		"From: 198.51.100.1 (5), 203.0.113.7 (3), 192.0.2.0 (1), ", ", 7 more\n", "In the name of: alice (3)\n", "Tickets: #12 (3)\n",
		"No command was carried out and nobody got what they may not see; mails of requesters were filed as usual.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// TestKinds: all that is doubtful about an agent's mail is a security event, and what stands on a
// ticket is in the audit; the manual has the table.
func TestKinds(t *testing.T) {
	for _, u := range notify.Undones {
		what := KindOf(ticket.Event{Kind: ticket.EventUndone, Reason: string(u)})
		if (what != "") != u.Doubtful() {
			t.Errorf("a mail that was not done for %q counts as %q", u, what)
		}
	}
	for _, s := range []string{ticket.SuspectForged, ticket.SuspectUnproven, ticket.SuspectName, ticket.SuspectAddress} {
		if KindOf(ticket.Event{Kind: ticket.EventSuspect, Topic: s}) == "" {
			t.Errorf("what speaks against a sender (%s) is no security event", s)
		}
	}
	text, err := os.ReadFile("../../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "## Security events")
	section, _, _ = strings.Cut(section, "\n## ")
	var want strings.Builder
	for _, k := range Kinds {
		where := "–"
		if k.Event != "" {
			where = "`" + string(k.Event) + "`"
			of := slices.Concat(k.Of, []string{""})[0]
			if e := (ticket.Event{Kind: k.Event, Topic: of, Reason: of}); e.Audited() != (k.Audit == AuditEach) {
				t.Errorf("%s: it is %t that the event is in the audit, want %s", k.What, e.Audited(), k.Audit)
			}
		}
		fmt.Fprintf(&want, "| %s | %s | `%s` | %s |\n", k.What, where, k.Log, k.Audit)
	}
	if !strings.Contains(section, want.String()) {
		t.Errorf("docs/security.md, Security events, has another table than\n%s", want.String())
	}
}

// TestAuditor: of what strangers can make as much of as they like, the audit has one an hour and
// agent; what else belongs there is there each time.
func TestAuditor(t *testing.T) {
	var a Auditor
	for _, tt := range []struct {
		what, name string
		after      time.Duration
		want       bool
	}{
		{QuestionUnproven, "alice", 0, true},
		{QuestionUnproven, "alice", SecurityWindow - 1, false},
		{QuestionUnproven, "bob", 0, true},
		{InvitationForeign, "alice", 0, true},
		{InvitationForeign, "alice", 0, false},
		{LoginForeign, "alice", 0, true},
		{LoginForeign, "alice", 0, true},
		{LoginFailed, "alice", 0, false},
		{"something else", "alice", 0, false},
		{QuestionUnproven, "alice", SecurityWindow, true},
		{QuestionUnproven, "alice", SecurityWindow, false},
	} {
		if got := a.Wants(Sighting{At: noon.Add(tt.after), What: tt.what, Name: tt.name}); got != tt.want {
			t.Errorf("%s in the name of %s, %s later: in the audit is %t, want %t", tt.what, tt.name, tt.after, got, tt.want)
		}
	}
}

func TestOrigin(t *testing.T) {
	for _, tt := range []struct{ client, want string }{
		{"203.0.113.7", "203.0.113.7"}, {"::ffff:203.0.113.7", "203.0.113.7"}, {"2001:db8:1:2:3::4", "2001:db8:1:2::/64"},
		{"10.0.0.1", "m@example.net"}, {"127.0.0.1", "m@example.net"}, {"::1", "m@example.net"}, {"fd00::1", "m@example.net"}, {"", "m@example.net"},
	} {
		if got := OriginOfMail(ticket.Envelope{Client: tt.client, ReversePath: "m@example.net"}); got != tt.want {
			t.Errorf("a mail from %q is from %q, want %q", tt.client, got, tt.want)
		}
	}
	if got := OriginOf(netip.Addr{}); got != "" {
		t.Errorf("no address is %q", got)
	}
}
