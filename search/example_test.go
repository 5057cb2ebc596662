package search_test

import (
	"fmt"
	"time"

	"maildesk/search"
)

// A query is read into what a store looks for; a hit shows the line that matched.
func Example() {
	q, err := search.Parse(`"paper jam" print* -toner status:open`, search.Desk{Now: time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)})
	if err != nil {
		panic(err)
	}
	for _, t := range q.All {
		fmt.Printf("with %q, beginning: %t\n", t.Words, t.Prefix)
	}
	for _, t := range q.None {
		fmt.Printf("without %q\n", t.Words)
	}
	fmt.Println("status:", q.Tickets.Status)
	fmt.Println(search.Line("Hello,\n  the printer shows \"Paper jam\" again.\nAna\n", q.All))
	// Output:
	// with "paper jam", beginning: false
	// with "print", beginning: true
	// without "toner"
	// status: [open]
	// the printer shows "Paper jam" again.
}

// A value that a field cannot have is an error that names those it can.
func ExampleParse() {
	_, err := search.Parse("queue:printers", search.Desk{Queues: []string{"first-line", "network"}})
	fmt.Println(err)
	// Output: there is no queue "printers"; it can be first-line, network
}
