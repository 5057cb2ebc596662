package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"maildesk/accounts"
	"maildesk/cmd/maildesk/console"
	"maildesk/config"
	"maildesk/daemon"
)

type passwdCommand struct {
	Remove bool   `help:"Take the agent's account away: they cannot log in any more."`
	List   bool   `help:"List the accounts."`
	Agent  string `arg:"" optional:"" predictor:"agent" help:"The agent's name in the configuration."`
}

func (c *passwdCommand) Run(path console.ConfigPath, std console.Stdio) error {
	cfg, err := console.LoadConfig(string(path))
	if err != nil {
		return err
	}
	file := filepath.Join(cfg.Desk.Data, daemon.AccountsFile)
	switch {
	case c.List:
		return listAccounts(std, file, cfg)
	case c.Agent == "":
		return console.UsageError(errors.New("name the agent, as in: maildesk passwd alice"))
	case c.Remove:
		return removeAccount(std, file, c.Agent)
	}
	i := slices.IndexFunc(cfg.Agents, func(a config.Agent) bool { return strings.EqualFold(a.Name, c.Agent) })
	if i < 0 {
		return fmt.Errorf("there is no [[agent]] named %q: an account belongs to an agent", c.Agent)
	}
	name := cfg.Agents[i].Name
	password, err := askPassword(std, name)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.Desk.Data, 0o700); err != nil {
		return err
	}
	if err := accounts.Set(file, name, password); err != nil {
		return err
	}
	fmt.Fprintf(std.Out, "%s can log in with the new password from now on.\n", name)
	return nil
}

// listAccounts prints the accounts, and which belong to no agent any more.
func listAccounts(std console.Stdio, path string, cfg *config.Config) error {
	names, err := accounts.Names(path)
	for _, name := range names {
		note := ""
		if !slices.ContainsFunc(cfg.Agents, func(a config.Agent) bool { return strings.EqualFold(a.Name, name) }) {
			note = "  (no agent any more: cannot log in)"
		}
		fmt.Fprintf(std.Out, "%s%s\n", name, note)
	}
	return err
}

func removeAccount(std console.Stdio, path, name string) error {
	there, err := accounts.Remove(path, name)
	if err != nil {
		return err
	}
	if !there {
		return fmt.Errorf("%q has no account", name)
	}
	fmt.Fprintf(std.Out, "%s cannot log in any more.\n", name)
	return nil
}

// askPassword reads a password: twice and unseen from a terminal, else the first line
// of standard input.
func askPassword(std console.Stdio, name string) (string, error) {
	terminal, is := std.In.(*os.File)
	if !is || !term.IsTerminal(int(terminal.Fd())) {
		line, err := bufio.NewReader(std.In).ReadString('\n')
		if line == "" && err != nil {
			return "", fmt.Errorf("read the password from standard input: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2][]byte
	for i, what := range []string{"Password of " + name, "Again"} {
		fmt.Fprintf(std.Err, "%s: ", what)
		var err error
		if typed[i], err = term.ReadPassword(int(terminal.Fd())); err != nil {
			return "", err
		}
		fmt.Fprintln(std.Err)
	}
	if string(typed[0]) != string(typed[1]) {
		return "", errors.New("the two passwords differ; nothing was changed")
	}
	return string(typed[0]), nil
}
