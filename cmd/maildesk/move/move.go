// Package move is the command maildesk move.
package move

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"maildesk/cmd/maildesk/console"
	"maildesk/daemon/moving"
)

// Command moves the data of a desk, or takes that back.
type Command struct {
	To           string `xor:"way" placeholder:"PLACE" predictor:"folder" help:"An empty database on PostgreSQL (postgres://…), or a folder."`
	PasswordFile string `placeholder:"FILE" predictor:"file" help:"A file that holds nothing but the password of the database."`
	Undo         bool   `xor:"way" help:"Let a desk work again on the data of the configuration, which were moved elsewhere or began to be."`
}

// Help says what is moved, and what is left to do.
func (c *Command) Help() string {
	return `Stop the desk first: its data are moved as they stand, all tickets, mails and numbers, from the files of the data folder to a
database on PostgreSQL, or from there into a folder. Run it as the user of the desk. The old data stay as they were, with a
mark by which no desk works on them any more. The new ones are compared with them row by row, and checked as maildesk check
--data does. If it is broken off, call it again: it goes on where it was.

Keys, accounts and whatever else lies in the folder stay there when the data go to PostgreSQL, and are copied when they come
back into another folder. What to change in the configuration is printed at the end.

After maildesk move --undo the desk has what it had before the move. Whatever was done on the other database is not in it: a
move that was begun and called off needs a new empty database next time.`
}

// Run moves the data.
func (c *Command) Run(path console.ConfigPath, ctx context.Context, std console.Stdio) error {
	cfg, err := console.LoadConfig(string(path))
	if err != nil {
		return err
	}
	if c.Undo {
		was, err := moving.Undo(ctx, cfg)
		if err != nil {
			return err
		}
		fmt.Fprintf(std.Out, "A desk may work on %s again. %s is no part of it any more: let no desk work there.\n", cfg.Desk.Place(), was.To)
		return nil
	}
	if c.To == "" {
		return console.UsageError(errors.New("say where to: maildesk move --to postgres://maildesk@db.example.org/maildesk, or --to FOLDER"))
	}
	o := moving.Options{To: c.To, After: progressOf(std)}
	if c.PasswordFile != "" {
		text, err := os.ReadFile(c.PasswordFile)
		if err != nil {
			return fmt.Errorf("the password of the database: %w", err)
		}
		o.Password = strings.TrimRight(string(text), "\r\n")
	}
	r, err := moving.Move(ctx, cfg, o)
	if err != nil {
		return err
	}
	c.print(r, string(path), std)
	return nil
}

// progressEvery is how often a long move says how far it is.
const progressEvery = 5 * time.Second

func progressOf(std console.Stdio) func(string, int64) error {
	said := time.Now()
	return func(what string, rows int64) error {
		if time.Since(said) >= progressEvery {
			said = time.Now()
			fmt.Fprintf(std.Err, "%s: %d rows\n", what, rows)
		}
		return nil
	}
}

func (c *Command) print(r moving.Result, path string, std console.Stdio) {
	if r.Sums == nil {
		fmt.Fprintf(std.Out, "The data of %s were moved before.\n", r.Old)
	} else {
		var rows int64
		for _, sum := range r.Sums {
			rows += sum.Rows
		}
		fmt.Fprintf(std.Out, "Moved %d mails and %d tickets: %d rows of %d tables, all compared.\n", r.Sums["mail"].Rows, r.Sums["ticket"].Rows, rows, len(r.Sums))
	}
	fmt.Fprintf(std.Out, "\nNow write into %s, in the place of data, data_password_file and folder:\n\n[desk]\n", path)
	if r.Desk.OnServer() {
		fmt.Fprintf(std.Out, "data = %s\n", strconv.Quote(r.Desk.Database))
		if c.PasswordFile != "" {
			fmt.Fprintf(std.Out, "data_password_file = %s\n", strconv.Quote(c.PasswordFile))
		}
		fmt.Fprintf(std.Out, "folder = %s\n", strconv.Quote(r.Desk.Data))
	} else {
		fmt.Fprintf(std.Out, "data = %s\n", strconv.Quote(r.Desk.Data))
	}
	fmt.Fprintf(std.Out, "\nThen: maildesk check --data, and start the desk. The data in %s are left as they were; nobody works on them (maildesk move --undo takes that back).\n", r.Old)
}
