package moving

import (
	"context"
	"errors"
	"time"

	"maildesk/store"
	"maildesk/store/datafolder"
	"maildesk/store/postgres"
	"maildesk/store/sqlrow"
	"maildesk/store/transfer"
)

// serverPatience is how long a move waits for a daemon that is just ending.
const serverPatience = 5 * time.Second

// turnPatience is how long a move waits for a command that is changing something.
const turnPatience = 30 * time.Second

// serverHome is a database on PostgreSQL, with the folder that belongs to it.
type serverHome struct {
	*postgres.Engine
	url, password, folder string
}

func (s *serverHome) String() string { return s.url }

func (s *serverHome) lock(ctx context.Context) (release func() error, err error) {
	if err := datafolder.MakeFolder(s.folder); err != nil {
		return nil, err
	}
	file, err := datafolder.Lock(s.folder)
	if err != nil {
		return nil, err
	}
	pool := s.Pool(serverPatience)
	conn, err := pool.Conn(ctx)
	if err == nil {
		err = postgres.Unshared(ctx, pool)
	}
	if err == nil {
		err = postgres.Lock(ctx, conn)
	}
	release = func() error { return errors.Join(pool.Close(), file.Close()) }
	if conn != nil {
		release = func() error { return errors.Join(conn.Close(), pool.Close(), file.Close()) }
	}
	if err != nil {
		return nil, errors.Join(postgres.Explain(err), release())
	}
	return release, nil
}

// ask runs fn on a connection.
func (s *serverHome) ask(ctx context.Context, fn func(sqlrow.Querier) error) error {
	return s.askFor(ctx, serverPatience, fn)
}

// askFor is ask with a wait for others who write.
func (s *serverHome) askFor(ctx context.Context, patience time.Duration, fn func(sqlrow.Querier) error) error {
	pool := s.Pool(patience)
	conn, err := pool.Conn(ctx)
	if err == nil {
		err = errors.Join(fn(conn), conn.Close())
	}
	return errors.Join(postgres.Explain(err), pool.Close())
}

func (s *serverHome) moved(ctx context.Context) (m *datafolder.Moved, err error) {
	err = s.ask(ctx, func(q sqlrow.Querier) (err error) {
		m, err = postgres.ReadMoved(ctx, q)
		return err
	})
	return m, err
}

func (s *serverHome) mark(ctx context.Context, m *datafolder.Moved) error {
	return s.askFor(ctx, turnPatience, func(q sqlrow.Querier) error { return postgres.MarkMoved(ctx, q, m) })
}

func (s *serverHome) source(ctx context.Context) (*transfer.Source, error) {
	return transfer.FromServer(ctx, s.Engine)
}

func (s *serverHome) free(ctx context.Context) error {
	return s.ask(ctx, func(q sqlrow.Querier) error {
		blank, err := postgres.IsBlank(ctx, q)
		if err == nil && !blank {
			err = errors.New("the database is not empty: name one that is (createdb --encoding=UTF8 --template=template0)")
		}
		if err == nil {
			err = postgres.MayCreate(ctx, q)
		}
		return err
	})
}

func (s *serverHome) target(ctx context.Context, id string) (*transfer.Target, error) {
	return transfer.IntoServer(ctx, s.Engine, id)
}

func (s *serverHome) open(ctx context.Context) (*store.DB, error) {
	return store.Open(ctx, s.folder, store.Options{Database: s.url, Password: s.password, Moved: true})
}

// keepBeside has nothing to do: the folder stays where it is.
func (s *serverHome) keepBeside() error { return nil }

func (s *serverHome) finish(ctx context.Context) error {
	return s.ask(ctx, func(q sqlrow.Querier) error {
		_, err := q.ExecContext(ctx, `DROP TABLE IF EXISTS `+datafolder.MovingTable)
		return err
	})
}
