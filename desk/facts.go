package desk

import (
	"strings"

	"maildesk/desk/silence"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// look asks what the desk knows of the requester, for the facts.
func (h *handling) look() error {
	address, _ := h.requester()
	if address == "" {
		return nil
	}
	var err error
	h.history, err = h.tx.History(address)
	return err
}

// facts returns what the admin's rules may see of the mail.
func (h *handling) facts() routing.Facts { return h.set.facts(h.mail, h.msg, h.history) }

// facts returns what the admin's rules may see of a mail, whenever they judge it.
func (s *Settings) facts(m ticket.Mail, msg *mailparse.Message, history ticket.History) routing.Facts {
	env := m.Envelope
	from := strings.ToLower(msg.From.Address)
	_, domain, _ := silence.SplitAddress(from)
	auth := s.authentication(m, msg)
	f := routing.Facts{
		Subject:     msg.Subject,
		Body:        msg.Text,
		Reply:       msg.Reply,
		From:        from,
		FromDomain:  domain,
		FromName:    msg.FromShown.Name,
		ReversePath: strings.ToLower(env.ReversePath),
		Client:      env.Client,
		Source:      string(env.Source),
		Headers:     map[string]string{},
		Size:        int(m.Size),
		Language:    msg.Language,
		Class:       string(msg.Class),
		Received:    m.ReceivedAt,
		TLS:         env.TLS,
		Helo:        strings.ToLower(env.Helo),
		AuthUser:    env.AuthUser,
		SPF:         auth.SPF,
		DKIM:        auth.DKIM,
		DMARC:       auth.DMARC,
		DKIMDomains: []string{},
		OpenTickets: history.Open,
		AllTickets:  history.All,
	}
	if own := env.Checked; own != nil {
		f.DMARCPolicy = own.Policy
		for _, signature := range own.Signatures {
			if signature.Result == "pass" {
				f.DKIMDomains = append(f.DKIMDomains, signature.Domain)
			}
		}
	}
	for _, a := range append(msg.To[:len(msg.To):len(msg.To)], msg.Cc...) {
		f.To = append(f.To, strings.ToLower(a.Address))
	}
	for _, path := range env.ForwardPaths {
		if a, ok := s.addressFor(path); ok {
			path = a.Mail // without a plus suffix
		}
		f.Recipients = append(f.Recipients, strings.ToLower(path))
	}
	for _, field := range msg.Header {
		name := strings.ToLower(field.Name)
		if old, ok := f.Headers[name]; ok {
			f.Headers[name] = old + "\n" + field.Value
			continue
		}
		f.Headers[name] = field.Value
	}
	for _, a := range msg.Attachments {
		f.Attachments = append(f.Attachments, routing.Attachment{Name: a.Name, Type: a.Type, Size: len(a.Content)})
	}
	return f
}
