// Package localdesk opens the desk that a configuration describes: its data folder, its
// keys, and its settings. The daemon works on one, and so do the commands beside it.
package localdesk
