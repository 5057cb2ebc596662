// Package web serves the read-only page: the current state of the desk, its tickets, their
// correspondence, figures, articles, and a search over everything. It shows each agent what they
// may read and changes nothing; agents work by mail.
//
// Begin with [New] and [Server.Run]. A request passes guard.go (headers, hosts, who asks),
// then a handler in the file of its page, which reads one snapshot and renders a template
// of the folder pages. [maildesk/web/access] keeps track of who is logged in.
package web
