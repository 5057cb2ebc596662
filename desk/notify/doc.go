// Package notify says what the mails of the desk are: the closed set of
// templates, and, in one table, what holds for the mails of each (see
// [Template.Audience] and the methods beside it); the [Notice], which is
// everything that a template may say; and what follows from a notice alone: how
// its mail is marked, which links stand in it, how much of the story so far. It
// reads no store and sends nothing: package desk decides who is told.
package notify
