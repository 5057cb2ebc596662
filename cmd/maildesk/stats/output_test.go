package stats

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"maildesk/report"
	"maildesk/report/distinct"
)

// wanted are those of distinct.Sheet, by their names in CSV: each is in its own column.
var wanted = map[string]string{
	"requests": "101", "merged": "2", "solved": "10", "solved_at_once": "6", "solved_without_agent": "3", "solved_level_1": "5", "solved_level_2": "1", "solved_level_3": "4",
	"reopened": "7", "closed": "43", "backlog": "24", "not_informed": "9", "escalated": "29", "bounced": "26", "rated_good": "31", "rated_bad": "13", "chased": "8", "worked": "68400",
	"first_response_count": "10", "first_response_median": "18300", "first_response_p90": "32940",
	"next_update_count": "10", "next_update_median": "18600", "next_update_p90": "33480",
	"resolution_count": "10", "resolution_median": "18900", "resolution_p90": "34020",
	"backlog_age_count": "24", "backlog_age_median": "1036800", "backlog_age_p90": "1900800",
	"first_response_kept": "32", "first_response_broken": "15", "next_update_kept": "33", "next_update_broken": "16", "resolution_kept": "34", "resolution_broken": "17",
}

// TestCSV: each column has the figure that it is named after.
func TestCSV(t *testing.T) {
	var out strings.Builder
	if err := writeCSV(&out, []*report.Sheet{distinct.Sheet()}, report.ByNothing); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	got := map[string]string{}
	for i, name := range rows[0] {
		got[name] = rows[1][i]
	}
	if got["from"] != "2026-11-23T00:00:00Z" || got["to"] != "2026-11-30T00:00:00Z" {
		t.Errorf("the row is of %s to %s", got["from"], got["to"])
	}
	delete(got, "from")
	delete(got, "to")
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if got[name] != wanted[name] {
			t.Errorf("%s is %s, want %q", name, got[name], wanted[name])
		}
	}
	if len(got) != len(wanted) {
		t.Errorf("%d columns of figures, want %d", len(got), len(wanted))
	}
}

// TestJSON: each key has the figure that it is named after.
func TestJSON(t *testing.T) {
	text, err := json.Marshal(sheetOf(distinct.Sheet()))
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	flatten(got, "", all)
	for name, want := range wanted {
		name = strings.NewReplacer("solved_level_", "solved_by_level.", "_count", ".count", "_median", ".median", "_p90", ".p90").Replace(name)
		for _, kind := range []string{"first_response", "next_update", "resolution"} {
			if rest, ok := strings.CutPrefix(name, kind+"_"); ok {
				name = "promises." + map[string]string{"first_response": "first response", "next_update": "next update", "resolution": "resolution"}[kind] + "." + rest
			}
		}
		if got[name] != want {
			t.Errorf("%s is %q, want %s", name, got[name], want)
		}
		delete(got, name)
	}
	for name, want := range map[string]string{
		"from": "2026-11-23T00:00:00Z", "to": "2026-11-30T00:00:00Z",
		"first_response.longest": "36600", "next_update.longest": "37200", "resolution.longest": "37800", "backlog_age.longest": "2073600",
		"reasons.0.reason": "too hard", "reasons.0.count": "18", "reasons.1.reason": "no access", "reasons.1.count": "11",
		"oldest.0.ticket": "24", "oldest.0.age": "2073600", "oldest.0.subject": "Noise", "oldest.0.queue": "first-line", "oldest.9.ticket": "15",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %s", name, got[name], want)
		}
		delete(got, name)
	}
	for name := range got {
		if !strings.HasPrefix(name, "oldest.") {
			t.Errorf("nothing says what %s is", name)
		}
	}
}

// flatten writes values under the path of their keys.
func flatten(into map[string]string, path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, v := range value {
			flatten(into, strings.TrimPrefix(path+"."+key, "."), v)
		}
	case []any:
		for i, v := range value {
			flatten(into, fmt.Sprintf("%s.%d", path, i), v)
		}
	case float64:
		into[path] = fmt.Sprintf("%.0f", value)
	default:
		into[path] = fmt.Sprint(value)
	}
}

// TestTable: each line has the figure that it is named after.
func TestTable(t *testing.T) {
	sheet := distinct.Sheet()
	want := []string{
		"Requests 101", "  merged into others 2", "Solved 10", "  by the first answer 6 (60 %)", "  without an agent 3 (30 %)", "  at level 1 5 (50 %)", "  at level 2 1 (10 %)", "  at level 3 4 (40 %)",
		"Closed 43", "Reopened 7", "Escalated 29", "First response 5 h 05 / 9 h 09", "  promise kept 32 (68 %)", "Next update 5 h 10 / 9 h 18", "  promise kept 33 (67 %)", "Resolution 5 h 15 / 9 h 27", "  promise kept 34 (67 %)",
		"Waiting at the end 24", "  their age 12 days / 22 days", "Solved, not informed 9", "Reminders sent 8", "Time booked 19 h", "Mails came back 26", "Rated good 31 (70 %)",
	}
	var got []string
	for _, l := range lines() {
		_, text := l.value(&sheet.Figures)
		got = append(got, l.name+" "+text)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the table is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	cells := map[string]string{}
	for i, text := range shortCells(&sheet.Figures) {
		cells[short[i]] = text
	}
	if want := map[string]string{"REQUESTS": "101", "SOLVED": "10", "AT ONCE": "6", "REOPENED": "7", "ESCALATED": "29", "FIRST RESPONSE": "5 h 05", "RESOLUTION": "5 h 15", "KEPT": "99 (67 %)", "WAITING": "24"}; !maps.Equal(cells, want) {
		t.Errorf("a row of groups is %v, want %v", cells, want)
	}
}

// TestReasons: the reasons that are not named are counted, so that the sum is that of all.
func TestReasons(t *testing.T) {
	s := &report.Sheet{Figures: report.Figures{Escalated: 28, Reasons: map[string]int{"a": 7, "b": 6, "c": 5, "d": 4, "e": 3, "f": 2, "g": 1}}}
	var out strings.Builder
	printReasons(&out, s)
	if !strings.HasSuffix(out.String(), "  3 ×  e\n  3 ×  other reasons (2)\n") {
		t.Errorf("the reasons are\n%s", out.String())
	}
	out.Reset()
	s.Escalated = 27
	delete(s.Reasons, "g")
	printReasons(&out, s)
	if !strings.HasSuffix(out.String(), "  3 ×  e\n  2 ×  f\n") {
		t.Errorf("with one more than are named, the reasons are\n%s", out.String())
	}
	out.Reset()
	s.Escalated = 28
	s.Reasons["g"] = 1
	delete(s.Reasons, "f")
	delete(s.Reasons, "g")
	s.Escalated = 25
	if printReasons(&out, s); strings.Contains(out.String(), "other") {
		t.Errorf("the reasons are\n%s", out.String())
	}
}
