// Package privacy finds, exports and erases what a data folder keeps of a person, and
// erases tickets and mails that were kept long enough. What of a row is a person's is decided in
// desk/person; here the rows and files are read and changed, beside a running desk or
// without one.
package privacy
