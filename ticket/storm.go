package ticket

// Storm counts the mails of one kind within an hour.
type Storm struct {
	Count  int
	Ticket ID // that tells of it, 0: none yet
}
