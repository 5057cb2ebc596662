package routing

// Trial is what became of one rule before one mail.
type Trial struct {
	Rule  string
	Fired bool
	Why   string // an error, or that an earlier rule ended the list; empty: by its condition
}

// Explain tells of every rule whether it fires on a mail, and why not where
// its condition is not the reason.
func (r *Rules) Explain(f Facts) []Trial {
	t := newTrial(f)
	var trials []Trial
	stopped := ""
	for i := range r.rules {
		rule := &r.rules[i]
		trial := Trial{Rule: rule.Name}
		if stopped != "" {
			trial.Why = "not tried: rule " + stopped + " ends the list"
			trials = append(trials, trial)
			continue
		}
		fired, err := t.run(rule.when)
		trial.Fired = fired
		if err != nil {
			trial.Why = err.Error()
		}
		if fired && rule.Stop {
			stopped = rule.Name
		}
		trials = append(trials, trial)
	}
	return trials
}
