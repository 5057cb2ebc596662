package maildesk

// The arrows of a desk that is moved from one database to another.
func init() {
	arrows["store/transfer"] = []string{"similar", "store/datafolder", "store/migrations", "store/postgres", "store/sqlite", "store/sqlrow", "store/statement", "store/tables", "store/tables/articles", "ticket"}
	arrows["daemon/moving"] = []string{"config", "daemon/localdesk", "desk/incoming", "durable", "store", "store/datafolder", "store/laws", "store/migrations", "store/postgres", "store/sqlite", "store/sqlrow", "store/transfer"}
	arrows["daemon"] = append(arrows["daemon"], "daemon/moving")
	arrows["daemon/doctor"] = append(arrows["daemon/doctor"], "store/postgres")
	arrows["cmd/maildesk/move"] = []string{"cmd/maildesk/console", "daemon/moving"}
	arrows["cmd/maildesk"] = append(arrows["cmd/maildesk"], "cmd/maildesk/move")
}
