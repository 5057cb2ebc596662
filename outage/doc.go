// Package outage notices when unusually many people report the same thing
// within a short time. It compares how many of the latest requests have a word
// or a category with how many usually have it. It knows nothing of languages or of
// what becomes of tickets, its only clock is the times of the requests, and it
// takes no action.
//
// Begin with [New] and [Detector.Add]. An alarm comes with a [Signature], which
// recognizes later requests that report the same.
package outage
