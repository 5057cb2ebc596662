// Package completion lets a shell complete commands, options and their values. The shell
// asks the program itself, so that the names are those of the configuration.
package completion

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/alecthomas/kong"
	"github.com/posener/complete"
	"github.com/willabides/kongplete"

	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/report"
	"maildesk/ticket"
)

// Command prints what a shell needs to complete the commands of the program.
type Command struct {
	Shell string `arg:"" enum:"bash,zsh,fish" predictor:"shell" help:"bash, zsh or fish."`
}

// Help says where it belongs.
func (c *Command) Help() string {
	return `For this shell and those to come:

  bash   echo 'eval "$(maildesk completion bash)"' >>~/.bashrc
  zsh    echo 'eval "$(maildesk completion zsh)"' >>~/.zshrc
  fish   maildesk completion fish >~/.config/fish/completions/maildesk.fish

The Debian package has it installed.`
}

// scripts are what each shell is told: to ask the program, which finds the line so far in
// the environment (COMP_LINE, as the builtin complete of bash does).
var scripts = map[string]string{
	"bash": "complete -C maildesk maildesk\n",
	"zsh":  "#compdef maildesk\nautoload -U +X bashcompinit && bashcompinit\ncomplete -C maildesk maildesk\n",
	"fish": `function __complete_maildesk
    set -lx COMP_LINE (commandline -cp)
    test -z (commandline -ct)
    and set COMP_LINE "$COMP_LINE "
    maildesk
end
complete -f -c maildesk -a "(__complete_maildesk)"
`,
}

// Run prints the script of a shell.
func (c *Command) Run(std console.Stdio) error {
	_, err := fmt.Fprint(std.Out, scripts[c.Shell])
	return err
}

// Answer answers a shell that asks for completions, and reports whether one did; else it
// does nothing. configPath is where the configuration is.
func Answer(parser *kong.Kong, configPath string) (answered bool) {
	kongplete.Complete(parser,
		kongplete.WithPredictors(predictors(configPath)),
		kongplete.WithErrorHandler(func(error) {}),
		kongplete.WithExitFunc(func(int) { answered = true }),
	)
	return answered
}

// predictors returns what completes the values that a field's tag predictor names.
func predictors(configPath string) map[string]complete.Predictor {
	of := func(names func(*config.Config) []string) complete.Predictor {
		return complete.PredictFunc(func(complete.Args) []string {
			cfg, _, err := console.ConfigInForce(configPath)
			if err != nil {
				return nil
			}
			return names(cfg)
		})
	}
	return map[string]complete.Predictor{
		"file":     complete.PredictFiles("*"),
		"folder":   complete.PredictDirs("*"),
		"status":   complete.PredictSet(texts(ticket.Statuses)...),
		"priority": complete.PredictSet(texts(ticket.Priorities)...),
		"state":    complete.PredictSet(texts(ticket.OutboxStates)...),
		"stage":    complete.PredictSet(texts(ticket.ArticleStates)...),
		"audience": complete.PredictSet(texts(ticket.Audiences)...),
		"unit":     complete.PredictSet(texts(report.Units)...),
		"group":    complete.PredictSet(texts(report.Groups)...),
		"shell":    complete.PredictSet("bash", "zsh", "fish"),
		"agent": of(func(cfg *config.Config) (all []string) {
			for _, a := range cfg.Agents {
				all = append(all, a.Name)
			}
			return all
		}),
		"article":  slugs(configPath),
		"queue":    of(func(cfg *config.Config) []string { return cfg.Rules.QueueNames() }),
		"category": of(func(cfg *config.Config) []string { return cfg.Rules.CategoryNames() }),
	}
}

// patience is how long somebody who presses TAB waits for the desk's data.
const patience = 3 * time.Second

// slugs completes the names of the articles that the desk has.
func slugs(configPath string) complete.Predictor {
	return complete.PredictFunc(func(complete.Args) (all []string) {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		err := console.View(ctx, configPath, func(r ticket.Reader) error {
			articles, err := r.Articles(ticket.ArticleFilter{})
			for _, a := range articles {
				all = append(all, a.Slug)
			}
			return err
		})
		if err != nil {
			return nil // a shell has nowhere to say it
		}
		return all
	})
}

// texts returns words of a closed set.
func texts[S ~string](all []S) []string {
	var names []string
	for _, s := range all {
		names = append(names, string(s))
	}
	return slices.Clip(names)
}
