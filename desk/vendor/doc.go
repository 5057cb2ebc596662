// Package vendor is the conversation with vendors: people outside whom an agent asks about
// a ticket, beside its correspondence. They see nothing of it but what an agent wrote for
// them, and what they answer is read by agents alone.
//
// The entry points are [Ask], [Find], [File] and [Overdue].
package vendor
