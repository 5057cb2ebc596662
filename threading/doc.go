// Package threading finds the ticket that a mail belongs to, with the evidence
// for it, and makes and checks the tokens that are this evidence: signed reply
// addresses and signed Message-IDs. It knows no SQL; it asks an [Index].
//
// The entry point is [Resolver.Resolve]: one resolver for every door.
package threading
