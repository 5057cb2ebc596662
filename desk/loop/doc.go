// Package loop recognises mail loops: our own mails that come back, and machines that
// answer ours.
//
// The entry points are [OwnMark] and [Look].
package loop
