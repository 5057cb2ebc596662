// Package person finds what in the desk's data is about one person: their address, their
// names and their words in texts and mails, and decides what replaces these when the
// person is erased. It is pure: the rows come from the store, which also carries out the
// decisions.
//
// Begin with [NewTraces] and [Collection].
package person
