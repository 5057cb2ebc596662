// Package transfer undoes the encodings in which mail carries bytes: base64 and
// quoted-printable (RFC 2045 section 6), the Q encoding of header fields (RFC
// 2047 section 4.2), percent signs in parameters (RFC 2231 section 4) and
// uuencode. It reads what is broken as far as it goes: nothing in it returns an
// error for bytes that no encoder would write.
package transfer
