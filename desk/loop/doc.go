// Package loop recognises mails that go round: our own that came back, and answers of
// machines that answer us.
//
// The entry points are [OwnMark] and [Look].
package loop
