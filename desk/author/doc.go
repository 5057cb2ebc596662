// Package author finds who wrote a mail where that is not who stands in From: a group
// passed it on, or a form or a robot sent it. It is pure.
//
// The entry point is [Parse].
package author
