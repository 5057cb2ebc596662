// Package trouble tells the admin what is wrong with the desk itself: once when it begins,
// once when it is over, and never more than so many mails an hour.
//
// The entry points are [Book] and, within a decision, [Begin] and [End].
package trouble
