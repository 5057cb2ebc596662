// Package learn guesses what a request is about from how earlier ones were filed: online
// logistic regression on hashed words, one model for each label against all others,
// trained by FTRL-Proximal (McMahan et al., "Ad Click Prediction: a View from the
// Trenches", KDD 2013, algorithm 1).
//
// A [Model] has a fixed size of 4 MiB, whatever it learns, holds no readable words, and
// is the same on each machine after the same examples in the same order. It reads and
// writes nothing. Begin with [New], [Model.Learn] and [Model.Guess].
package learn
