package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"

	"maildesk/store"
	"maildesk/ticket"
)

// A change is on disk when Update returns, or not made at all; a view reads a snapshot.
func Example() {
	ctx := context.Background()
	folder, err := os.MkdirTemp("", "")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	db, err := store.Open(ctx, folder, store.Options{})
	if err != nil {
		panic(err)
	}
	defer db.Close()

	add := func(subject string, result error) error {
		return db.Update(ctx, func(tx ticket.Tx) error {
			_, err := tx.InsertTicket(ticket.Ticket{Subject: subject, Requester: "ana@example.net", Status: ticket.StatusNew, Queue: "first-line", Level: 1})
			return errors.Join(err, result)
		})
	}
	fmt.Println("first:", add("The printer jams", nil))
	fmt.Println("second:", add("The screen flickers", errors.New("changed my mind")))
	err = db.View(ctx, func(r ticket.Reader) error {
		all, err := r.Tickets(ticket.Filter{Requester: "ana@example.net"})
		for _, t := range all {
			fmt.Printf("#%d %s\n", t.ID, t.Subject)
		}
		return err
	})
	fmt.Println(err)
	// Output:
	// first: <nil>
	// second: changed my mind
	// #1 The printer jams
	// <nil>
}
