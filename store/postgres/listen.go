package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Daemons are woken by a notification when a command has put something into the database, or
// when what a buried daemon had claimed is free. For what a daemon commits itself nobody else
// needs to wake. Whoever has lost the connection on which it listens
// looks by itself, every second for incoming mails and every five for outgoing ones.

const channel = "maildesk"

// listenAgain is how long a listener waits after it has lost its connection.
const listenAgain = 5 * time.Second

// Listen calls woken whenever another process has something for this one, until ctx is done.
// It has a connection of its own.
func (e *Engine) Listen(ctx context.Context, woken func()) {
	for ctx.Err() == nil {
		e.listen(ctx, woken) // an error means that this daemon looks by itself for a while
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}

func (e *Engine) listen(ctx context.Context, woken func()) error {
	conn, err := pgx.ConnectConfig(ctx, e.config.Copy())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := set(ctx, conn, nil); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return err
	}
	for {
		woken() // something may have come before
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
	}
}
