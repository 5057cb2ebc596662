package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"maildesk/cmd/maildesk/console"
)

type readyCommand struct{}

// Help says for whom it is.
func (c *readyCommand) Help() string {
	return `It asks the daemon of this machine for /readyz at the address that [health] listen names, and prints the answer: for the
health checks of containers in which there is no other program. Exit code 1: no new mail is accepted, or nobody answers.`
}

const readyWithin = 10 * time.Second

func (c *readyCommand) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, _, err := console.ConfigInForce(string(path))
	if err != nil {
		return err
	}
	if cfg.Health.Listen == "" {
		return console.UsageError(errors.New(`the desk answers nowhere: add a section [health] with listen = "127.0.0.1:9125"`))
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+cfg.Health.Listen+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("the desk does not answer: %w", err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(std.Out, answer.Body); err != nil {
		return fmt.Errorf("the desk's answer: %w", err)
	}
	if answer.StatusCode != http.StatusOK {
		return console.ErrNo
	}
	return nil
}
