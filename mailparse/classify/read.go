package classify

import (
	_ "embed"
	"strings"
	"sync"

	"maildesk/mailparse/phrase"
	"maildesk/mailparse/subject"
)

//go:embed reads.txt
var readsTable string

// reads are the rows of reads.txt by kind.
var reads = sync.OnceValue(func() map[string][]string {
	all := map[string][]string{}
	for _, row := range phrase.Rows(readsTable, 2) {
		all[row[0]] = strings.Split(row[1], " / ")
	}
	return all
})

const (
	maxReceipt = 1500 // bytes of a receipt that is mere text
	readWithin = 12   // lines in which it says so
)

// AddReceipt tells whether subject and text together are a receipt of reading, as programs
// write it that know no report (RFC 8098).
func (r *Result) AddReceipt(title, text string) {
	title = subject.Fold(title)
	begins := false
	for _, s := range reads()["subject"] {
		begins = begins || strings.HasPrefix(title, s)
	}
	if !begins || len(text) > maxReceipt {
		return
	}
	n := 0
	for l := range strings.Lines(text) {
		if l = subject.Fold(strings.TrimSpace(l)); l == "" {
			continue
		}
		if n++; n > readWithin {
			return
		}
		for _, s := range reads()["text"] {
			if strings.Contains(l, s) {
				r.Add(Verdict{"body-read", Report, Hard})
				return
			}
		}
	}
}
