// Package notify defines the mails of the desk: the closed set of
// templates, with the properties of each in one table (see
// [Template.Audience] and the methods beside it); the [Notice], which is
// all that a template may say; and what follows from a notice alone: how
// its mail is marked, which links it has, how much of the story so far. It
// reads no store and sends nothing: package desk decides who is notified.
package notify
