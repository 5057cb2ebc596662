// Package trouble tells the admin what is wrong with the desk itself: once when it begins,
// once when it is over, and within a limit of mails per hour.
//
// The entry points are [Book] and, within a decision, [Begin] and [End].
package trouble
