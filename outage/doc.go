// Package outage notices when unusually many people report the same thing
// within a short time. It compares how many of the latest requests have a word
// or a category with how many usually have it; it knows no language, no
// tickets' fate and no clock but the times of the requests. It acts on nothing.
//
// Begin with [New] and [Watch.Add]. What an alarm found can be kept as a
// [Signature], which tells of later requests whether they report the same.
package outage
