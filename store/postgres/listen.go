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
// It has a connection of its own. When that cannot be made it calls unable once, and tries again.
func (e *Engine) Listen(ctx context.Context, woken func(), unable func(error)) {
	for told := false; ctx.Err() == nil; {
		listens, err := e.listen(ctx, woken)
		if !listens && !told && ctx.Err() == nil {
			unable(err)
		}
		told = !listens
		select {
		case <-ctx.Done():
		case <-time.After(listenAgain):
		}
	}
}

// listen reports whether it has listened until its error.
func (e *Engine) listen(ctx context.Context, woken func()) (listens bool, err error) {
	conn, err := pgx.ConnectConfig(ctx, e.config.Copy())
	if err != nil {
		return false, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := set(ctx, conn, nil); err != nil {
		return false, err
	}
	if _, err := conn.Exec(ctx, "LISTEN "+channel); err != nil {
		return false, err
	}
	for {
		woken() // something may have come before
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return true, err
		}
	}
}
