package daemon

import "maildesk/daemon/localdesk"

// observeKeys puts the keys of the data folder into force, if they are others than those
// that the desk has. Keys that cannot be read change nothing.
func (d *Daemon) observeKeys() error {
	keys, err := localdesk.ReadKeys(d.policy.cfg.Desk.Data)
	if err != nil {
		return err
	}
	return d.local.Keys.Use(keys)
}
