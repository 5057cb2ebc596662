// Package web is a page to look at: how the desk stands now, its tickets, their
// correspondence, figures, articles, and a search over all. It shows each agent what they may read
// and changes nothing; agents work by mail.
//
// Begin with [New] and [Server.Run]. A request passes guard.go (headers, hosts, who asks),
// then a handler in the file of its page, which reads one snapshot and fills in a template
// of the folder pages. [maildesk/web/access] keeps who is logged in.
package web
