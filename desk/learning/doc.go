// Package learning learns from the desk's own history which category, queue
// and priority requests with certain words get. It turns what agents did to tickets into
// examples for package learn, and guesses for new requests from what was learnt.
//
// Begin with [Learner]: [Learner.Step] learns from what happened since the last step, apart from
// the handling of mails, and [Learner.Suggest] guesses. [Compare] replays the whole history.
// No decision waits for any of it.
package learning
