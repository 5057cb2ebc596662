package moving

import (
	"context"
	"errors"
	"fmt"

	"maildesk/config"
	"maildesk/desk/incoming"
	"maildesk/store/postgres"
	"maildesk/store/transfer"
)

// Snapshot writes a database on PostgreSQL, as it is at this moment, into a folder, as the files
// that a desk without a server has. Daemons may work on the database.
func Snapshot(ctx context.Context, d config.Desk, folder string) (err error) {
	e, err := postgres.Open(d.Database, string(d.DatabasePassword))
	if err != nil {
		return err
	}
	from, err := transfer.FromServer(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	into, err := transfer.IntoFolder(ctx, folder, "snapshot")
	if err != nil {
		return err
	}
	return errors.Join(copyAll(ctx, from, into), into.Close())
}

// copyAll copies and compares all rows, and lets a desk open what it has filled.
func copyAll(ctx context.Context, from *transfer.Source, into *transfer.Target) error {
	err := transfer.Copy(ctx, from, into, transfer.Options{Files: incoming.Searchable})
	if err == nil {
		_, err = transfer.Verify(ctx, from, into)
	}
	if err == nil {
		err = into.Seal(ctx)
	}
	return err
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
// newest schemas.
func Fill(ctx context.Context, d config.Desk, folder, id string) (err error) {
	e, err := postgres.Open(d.Database, string(d.DatabasePassword))
	if err != nil {
		return err
	}
	from, err := transfer.FromFolder(ctx, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	into, err := transfer.IntoServer(ctx, e, id)
	if err != nil {
		return err
	}
	return errors.Join(copyAll(ctx, from, into), into.Close())
}
