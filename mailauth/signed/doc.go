// Package signed verifies the signature that the writer of a mail made by S/MIME (RFC 8551) or OpenPGP
// (RFC 3156), with keys that are pinned: those that an admin names for the writer. It asks nobody, follows no
// chain of certificates and reads no list of revoked ones. It knows no tickets, and does not say what a
// signature is good for.
//
// A signature holds where a pinned key made it over the whole mail, that is, all that is read of it, at about the
// time at which the mail came. To, Subject and the rest of the header are not part of it: they need another proof.
//
// The entry points are [ReadKey], for whoever has files of keys, and [Verify].
package signed
