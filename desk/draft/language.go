package draft

import "maildesk/ticket"

// WantedLanguage is described at [ticket.Reader].
func (d *Draft) WantedLanguage(address string) (string, error) {
	if language, ok := d.wanted[key(address)]; ok {
		return language, nil
	}
	d.rely(ticket.OfLanguage, 0, key(address))
	return d.Reader.WantedLanguage(address)
}

// SetWantedLanguage is described at [ticket.Draft].
func (d *Draft) SetWantedLanguage(address, language string) error {
	d.wanted[key(address)] = language
	d.change(ticket.SetWantedLanguage{Address: address, Language: language})
	return nil
}
