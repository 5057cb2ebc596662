// Package flowed writes and reads text in which paragraphs flow: text/plain with the
// parameter format=flowed (RFC 3676). A paragraph is broken into short lines for
// programs that show the lines as they are, and joined again by those that fit it to
// their window.
//
// The entry points are [Encode] and [Decode].
package flowed
