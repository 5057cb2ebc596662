// Package threading finds the ticket that a mail belongs to, and the evidence
// for it. It makes and verifies the tokens that are the strongest evidence: signed
// reply addresses and signed Message-IDs. It knows no SQL; it asks an [Index].
//
// The entry point is [Resolver.Resolve]: one resolver for mail from every source.
package threading
