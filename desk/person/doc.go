// Package person knows what of the desk's data is about one person: their address, their
// names and their words in texts and mails, and what is put in the place of these when the
// person is erased. It is pure: the rows come from the store, and what it decides is done
// there.
//
// Begin with [NewTraces] and [Collection].
package person
