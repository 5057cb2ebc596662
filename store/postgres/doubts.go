package postgres

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"maildesk/store/sqlrow"
)

// Settings returns what is in force on a connection: "server_version=15.14 fsync=on …".
func (e *Engine) Settings(ctx context.Context, q sqlrow.Querier) (string, error) {
	var words []string
	for _, name := range []string{"server_version", "fsync", "full_page_writes", "synchronous_commit", "synchronous_standby_names", "transaction_read_only"} {
		var value string
		if err := q.QueryRowContext(ctx, `SELECT current_setting($1)`, name).Scan(&value); err != nil {
			return "", fmt.Errorf("read the setting %s: %w", name, err)
		}
		words = append(words, name+"="+strings.ReplaceAll(cmp.Or(value, "''"), " ", ""))
	}
	return strings.Join(words, " "), nil
}

// Doubts returns why what the server keeps or is told is less safe than it seems; none: a commit is
// on stable storage, and on the standbys that are waited for, and nobody on the way reads or changes what is said.
// It connects also to a server on which a desk would not start.
func (e *Engine) Doubts(ctx context.Context) (doubts []string, err error) {
	config := *e.config.Copy()
	config.ValidateConnect = nil
	pool := readers(config)
	defer pool.Close()
	var commit, standbys, pages string
	var streaming int
	err = pool.QueryRowContext(ctx, `SELECT current_setting('synchronous_commit'), current_setting('synchronous_standby_names'), current_setting('full_page_writes'), (SELECT count(*) FROM pg_stat_replication)`).
		Scan(&commit, &standbys, &pages, &streaming)
	if err != nil {
		return nil, Explain(fmt.Errorf("what a commit means: %w", err))
	}
	if hosts := e.Unverified(); len(hosts) > 0 {
		doubts = append(doubts, fmt.Sprintf("nothing proves that the server is %s, and a server that refuses TLS may be spoken to in clear text, with the password and all mail: write sslmode=verify-full in the URL, and sslrootcert=FILE where no public authority has signed its certificate", strings.Join(hosts, " or ")))
	}
	return append(doubts, doubtsOf(commit, standbys, pages, streaming)...), nil
}

// unawaited is where the server notices that somebody has ended a commit's wait for the standbys. Such a
// commit succeeds all the same.
const unawaited = "SyncRepWaitForLSN"

// WarnOf lets fn be told of each commit that did not wait for the standbys, as somebody has cancelled
// that. It is called before anything connects.
func (e *Engine) WarnOf(fn func(text string)) {
	e.config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) {
		if n.Routine == unawaited {
			fn("a commit did not wait for the standby, as its statement was cancelled (pg_cancel_backend): what it has is on this server alone, and is lost if a standby takes over that has not got it since")
		}
	}
}

// Unverified returns the hosts beyond this machine whose certificates are not looked at
// (sslmode is neither verify-full nor verify-ca).
func (e *Engine) Unverified() (hosts []string) {
	look := func(host string, c *tls.Config) {
		verified := c != nil && (!c.InsecureSkipVerify || c.VerifyPeerCertificate != nil || c.VerifyConnection != nil)
		if !verified && !onThisMachine(host) && !slices.Contains(hosts, host) {
			hosts = append(hosts, host)
		}
	}
	look(e.config.Host, e.config.TLSConfig)
	for _, f := range e.config.Fallbacks {
		look(f.Host, f.TLSConfig)
	}
	return hosts
}

// onThisMachine reports whether a host of a URL is a socket, or this machine's by its name or address.
func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return strings.HasPrefix(host, "/") || strings.HasPrefix(host, "@") || strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

func doubtsOf(commit, standbys, pages string, streaming int) (doubts []string) {
	switch {
	case standbys == "" && streaming > 0:
		doubts = append(doubts, fmt.Sprintf("%d standbys follow the server, and no commit waits for one (synchronous_standby_names is empty): when one takes over, mails may be lost that were acknowledged just before", streaming))
	case standbys != "" && commit == "local":
		doubts = append(doubts, "synchronous_commit = local: no commit waits for the standbys in synchronous_standby_names, so that mails that were acknowledged may be lost when one takes over; set it to on")
	case standbys != "" && commit == "remote_write":
		doubts = append(doubts, "synchronous_commit = remote_write: a standby has an acknowledged mail in memory only, and loses it with its own power; set it to on")
	}
	if pages != "on" {
		doubts = append(doubts, "full_page_writes = off: a power cut can damage the database, unless the file system never tears a page")
	}
	return doubts
}
