// Package incoming has the state of a mail that is being handled: what it says, who wrote it
// and how well that is proven, the ticket it belongs to, and how it is filed.
//
// The entry point is [Handling].
package incoming
