package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"maildesk/store/datafolder"
	"maildesk/store/sqlrow"
	"maildesk/ticket"
)

// codeOf returns the SQLSTATE of an error; empty: it does not come from the server
// (PostgreSQL's manual, appendix A).
func codeOf(err error) string {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code
	}
	return ""
}

// lockNotAvailable is the SQLSTATE of a lock that did not come in time.
const lockNotAvailable = "55P03"

// readOnly is that of a change on a server that takes none (read_only_sql_transaction).
const readOnly = "25006"

// IsBusy reports whether an error says that another process was in the way.
func (e *Engine) IsBusy(err error) bool {
	if errors.Is(err, ErrAside) {
		return true
	}
	switch codeOf(err) {
	case lockNotAvailable, "40P01", "40001", "57014": // deadlock_detected, serialization_failure, query_canceled (a person, or a timeout)
		return true
	}
	return false
}

// Undone reports whether an error of a statement says that its transaction is undone, or can only be.
// The server says so of COMMIT as well: once a commit is on its disk it has no error for it, but
// ends. What ends the connection says nothing.
func (e *Engine) Undone(err error) bool {
	refused, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || cmp.Or(refused.SeverityUnlocalized, refused.Severity) != "ERROR" {
		return false
	}
	for _, class := range inDoubt {
		if strings.HasPrefix(refused.Code, class) {
			return false
		}
	}
	return true
}

// inDoubt are the SQLSTATEs, by how they begin, with which a proxy may say that it does not know what
// became of a commit: connection_exception, statement_completion_unknown, operator_intervention, system_error,
// internal_error.
var inDoubt = []string{"08", "40003", "57P", "58", "XX"}

// Waited reports whether a statement waited for a lock for as long as it may: somebody rewrites the table, or
// an index of it.
func (e *Engine) Waited(err error) bool { return codeOf(err) == lockNotAvailable }

// Refusal returns [ticket.ErrRefused] where a statement failed for what it says: a value that no
// column takes, a constraint, a row that is too large for an index.
func (e *Engine) Refusal(err error) error {
	code := codeOf(err)
	for _, class := range []string{"22", "23", "54"} {
		if strings.HasPrefix(code, class) {
			return ticket.ErrRefused
		}
	}
	return nil
}

// Shortage returns of what this machine or the server is short where that is the cause of
// an error ([ticket.ErrStorageFull], [ticket.ErrResources]), else nil.
func (e *Engine) Shortage(err error) error {
	switch codeOf(err) {
	case "53100": // disk_full
		return ticket.ErrStorageFull
	case "53000", "53200", "53300": // insufficient_resources, out_of_memory, too_many_connections
		return ticket.ErrResources
	}
	return datafolder.Shortage(err)
}

// Integrity returns the indexes that the server does not use, as their making was broken
// off. What is wrong in its files, the server says itself (pg_amcheck, data checksums).
func (e *Engine) Integrity(ctx context.Context, q sqlrow.Querier) ([]string, error) {
	return sqlrow.Collect(sqlrow.ScanText)(q.QueryContext(ctx, `SELECT 'index ' || i.indexrelid::regclass::text || ' is not valid' FROM pg_index i
		JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = quote_ident(current_schema())::regnamespace AND NOT (i.indisvalid AND i.indisready) ORDER BY 1`))
}

// BrokenReferences returns the constraints that do not hold for all rows: the server sees to
// the others.
func (e *Engine) BrokenReferences(ctx context.Context, q sqlrow.Querier) ([]string, error) {
	return sqlrow.Collect(sqlrow.ScanText)(q.QueryContext(ctx, `SELECT 'constraint ' || conname || ' of ' || conrelid::regclass::text || ' was not checked' FROM pg_constraint
		WHERE connamespace = quote_ident(current_schema())::regnamespace AND NOT convalidated ORDER BY 1`))
}

// CheckIndex returns nil: the search index is a table like others, of which the laws tell.
func (e *Engine) CheckIndex(context.Context, sqlrow.Querier) error { return nil }

// insufficientPrivilege is the SQLSTATE of what a user may not do.
const insufficientPrivilege = "42501"

// MayCreate returns an error where the user may not make tables.
func MayCreate(ctx context.Context, q sqlrow.Querier) error {
	var schema string
	var may bool
	err := q.QueryRowContext(ctx, `SELECT coalesce(current_schema(), ''), coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)`).Scan(&schema, &may)
	if err != nil || may {
		return err
	}
	return &pgconn.PgError{Severity: "ERROR", Code: insufficientPrivilege, Message: fmt.Sprintf("the user may not make tables in the schema %q", schema)}
}

// isUnanswered reports whether an error is that of a host that did not answer in time, and does not say so yet.
func isUnanswered(err error) bool {
	for _, known := range []error{ErrSilent, ErrNoStandby, ErrStandbyBehind, context.Canceled} {
		if errors.Is(err, known) {
			return false
		}
	}
	return pgconn.Timeout(err)
}

// Explain adds to an error of a contact what to do about it. Where a host did not answer in time, and no other that the URL
// names said what is wrong, it is [ErrSilent].
func Explain(err error) error {
	var remedy string
	code := codeOf(err)
	if errors.Is(err, pgconn.ErrStandbyConnection) || errors.Is(err, pgconn.ErrReadOnlyConnection) {
		code = readOnly
	}
	if isUnanswered(err) && (code == "" || code == readOnly) {
		return fmt.Errorf("%w: %w", ErrSilent, err)
	}
	switch code {
	case "28P01", "28000": // invalid_password, invalid_authorization_specification
		remedy = "the server takes no such user and password: see [desk] data and data_password_file, and the server's pg_hba.conf"
	case "3D000": // invalid_catalog_name
		remedy = "make the database: createdb --encoding=UTF8 --template=template0 --owner=USER NAME"
	case insufficientPrivilege:
		remedy = "the user must own the database, or a schema in it: ALTER DATABASE NAME OWNER TO USER"
	case "53300": // too_many_connections
		remedy = fmt.Sprintf("the server, the database or the user has no connection left: a daemon holds up to %d, a command beside it about %d; set max_connections (or ALTER ROLE … CONNECTION LIMIT) to more, or find out who holds them (pg_stat_activity)", DaemonConns, CommandConns)
	case lockNotAvailable:
		remedy = "somebody else is at work in the database, perhaps a dump or a command: wait for its end, then call this again, and it goes on"
	case "42P05", "26000": // duplicate_prepared_statement, invalid_sql_statement_name
		remedy = errPooled.Error()
	case readOnly:
		remedy = "this server is a standby: name the primary in [desk] data"
	default:
		return err
	}
	return fmt.Errorf("%w (%s)", err, remedy)
}
