// Package learning has what the desk learns from its own history: which category, queue
// and priority requests with such words get. It makes examples for package learn of what
// agents did to tickets, and guesses for new requests of what was learnt.
//
// Begin with [Learner]: [Learner.Step] learns what happened since, beside the way of
// the mails, and [Learner.Suggest] guesses. [Compare] goes through the whole history
// once more. No decision waits for any of it.
package learning
