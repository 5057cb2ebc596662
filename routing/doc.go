// Package routing decides what a new request is about and where it goes: from
// the facts of a mail and the admin's rules to category, kind, priority, queue
// and level, with the name of every rule that fired. It is pure: it acts on
// nothing and sees no raw bytes.
//
// Conditions are expr-lang expressions, type-checked when the rules are
// compiled. No condition can hang or crash: patterns are RE2 and fixed at load,
// loops and time are bounded, and a rule that fails counts as not fired and is
// named in [Decision.Problems].
//
// Begin with [Compile] and [Rules.Route]; [Rules.Explain] tells why each rule
// fired or not.
package routing
