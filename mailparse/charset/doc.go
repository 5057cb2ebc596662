// Package charset turns bytes of any charset into text that is safe to keep and
// show: valid UTF-8 without control characters.
//
// It decides which charset the bytes are in, as their declaration is often
// missing or wrong. It does not undo transfer encodings or encoded words, which
// are a matter of MIME.
//
// Begin with [ToUTF8].
package charset
