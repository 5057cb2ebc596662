package moving

import (
	"context"
	"errors"
	"fmt"

	"maildesk/config"
	"maildesk/search/attached"
	"maildesk/store/postgres"
	"maildesk/store/transfer"
)

// Snapshot writes a database on PostgreSQL, as it is at this moment, into a folder, as the files
// that a desk without a server has. Daemons may work on the database.
func Snapshot(ctx context.Context, d config.Desk, folder string) error {
	e, err := postgres.Open(d.Database, string(d.DatabasePassword))
	if err != nil {
		return err
	}
	from, err := transfer.FromServer(ctx, e)
	if err != nil {
		return err
	}
	return copyAll(ctx, from, func() (*transfer.Target, error) { return transfer.IntoFolder(ctx, folder, "snapshot") }, (*transfer.Target).Seal)
}

// copyAll copies and compares all rows, does something with what is filled, and closes both.
func copyAll(ctx context.Context, from *transfer.Source, target func() (*transfer.Target, error), then func(*transfer.Target, context.Context) error) (err error) {
	defer func() { err = errors.Join(err, from.Close()) }()
	into, err := target()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, into.Close()) }()
	if err := transfer.Copy(ctx, from, into, transfer.Options{Files: attached.TextOf}); err != nil {
		return err
	}
	if _, err := transfer.Verify(ctx, from, into); err != nil {
		return err
	}
	return then(into, ctx)
}

// Room reports why a database on PostgreSQL cannot be filled from files under an id; nil: it
// can, as it is empty, or that was begun and broken off.
func Room(ctx context.Context, d config.Desk, id string) error {
	e, err := postgres.Open(d.Database, string(d.DatabasePassword))
	if err != nil {
		return err
	}
	into, err := transfer.IntoServer(ctx, e, id)
	if errors.Is(err, transfer.ErrNotEmpty) {
		return fmt.Errorf("%w: name one that is (createdb --encoding=UTF8 --template=template0)", err)
	}
	if err != nil {
		return err
	}
	return into.Close()
}

// Fill fills a database on PostgreSQL under an id from the files in a folder, which have the
// newest schemas. No desk opens it before [Finish], unless it is told to open what is not all there.
func Fill(ctx context.Context, d config.Desk, folder, id string) error {
	e, err := postgres.Open(d.Database, string(d.DatabasePassword))
	if err != nil {
		return err
	}
	from, err := transfer.FromFolder(ctx, folder)
	if err != nil {
		return err
	}
	return copyAll(ctx, from, func() (*transfer.Target, error) { return transfer.IntoServer(ctx, e, id) }, func(*transfer.Target, context.Context) error { return nil })
}

// Finish lets a desk open a database that is filled. It may be called again.
func Finish(ctx context.Context, d config.Desk) error {
	h, err := homeOf(d)
	if err != nil {
		return err
	}
	return h.finish(ctx)
}
