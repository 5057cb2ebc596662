package templates

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"maildesk/desk/command"
)

// keysOf counts what is typed in a cell of docs/workday.md: ^X is one key, … none, and a
// blank one within a command only.
func keysOf(typed string) int {
	n, within := 0, false
	runes := []rune(typed)
	for i, r := range runes {
		switch {
		case i > 0 && runes[i-1] == '^', r == '…':
		case r == '⏎':
			within = false
			n++
		case r == ' ':
			within = within && runes[i+1] != '^' && runes[i+1] != '…'
			if within {
				n++
			}
		default:
			within = within || r == '#'
			n++
		}
	}
	return n
}

// TestWorkday: the figures of docs/workday.md are those of what it says is typed, and
// every command in it is one.
func TestWorkday(t *testing.T) {
	page, err := os.ReadFile("../docs/workday.md")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`#[a-z]+`)
	rows, keys, mails := 0, 0, 0
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(line, " | ")
		if len(cells) != 7 || !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| |") {
			continue
		}
		rows++
		if said, quoted := strings.CutPrefix(cells[2], "`"); quoted {
			if want := strconv.Itoa(keysOf(strings.TrimSuffix(said, "`"))); cells[3] != want {
				t.Errorf("%s: %s keys, want %s", cells[2], cells[3], want)
			}
		}
		for _, name := range names.FindAllString(cells[2], -1) {
			if _, known := command.Lookup(name[1:]); !known {
				t.Errorf("%s is not a command", name)
			}
		}
		k, _ := strconv.Atoi(cells[3])
		m, _ := strconv.Atoi(cells[4])
		keys, mails = keys+k, mails+m
	}
	if sum := fmt.Sprintf("%d keys and %d mails for all of it", keys, mails); rows != 30 || !strings.Contains(string(page), sum) {
		t.Errorf("the page has %d things and does not say %q", rows, sum)
	}
}
