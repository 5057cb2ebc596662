// Package vendor handles the conversation with vendors: outside people whom an agent asks about
// a ticket, apart from its correspondence. They see only what an agent wrote for
// them, and only agents read what they answer.
//
// The entry points are [Ask], [Find], [File] and [Overdue].
package vendor
