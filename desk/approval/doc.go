// Package approval asks people by mail whether something may be done, and counts their
// votes. Whoever is asked gets two addresses, which are signed for them: one to approve, one
// to reject. A vote is a mail to one of them that its own holder wrote. No link does
// anything by being opened, so that nothing that follows links can vote.
//
// The entry points are [Ask], [Find], [File] and [Overdue].
package approval
