package desk

import (
	"strings"

	"maildesk/routing"
)

// facts gives what the admin's rules may see of the mail.
func (h *handling) facts() routing.Facts {
	env := h.mail.Envelope
	from := strings.ToLower(h.msg.From.Address)
	_, domain, _ := splitAddress(from)
	f := routing.Facts{
		Subject:     h.msg.Subject,
		Body:        h.msg.Text,
		Reply:       h.msg.Reply,
		From:        from,
		FromDomain:  domain,
		FromName:    h.msg.FromShown.Name,
		ReversePath: strings.ToLower(env.ReversePath),
		Client:      env.Client,
		Source:      string(env.Source),
		Headers:     map[string]string{},
		Size:        int(h.mail.Size),
		Language:    h.msg.Language,
		Class:       string(h.msg.Class),
		Received:    h.mail.ReceivedAt,
		TLS:         env.TLS,
	}
	for _, a := range append(h.msg.To[:len(h.msg.To):len(h.msg.To)], h.msg.Cc...) {
		f.To = append(f.To, strings.ToLower(a.Address))
	}
	for _, path := range env.ForwardPaths {
		if a, ok := h.set.addressFor(path); ok {
			path = a.Mail // without a plus suffix
		}
		f.Recipients = append(f.Recipients, strings.ToLower(path))
	}
	for _, field := range h.msg.Header {
		name := strings.ToLower(field.Name)
		if old, ok := f.Headers[name]; ok {
			f.Headers[name] = old + "\n" + field.Value
			continue
		}
		f.Headers[name] = field.Value
	}
	for _, a := range h.msg.Attachments {
		f.Attachments = append(f.Attachments, routing.Attachment{Name: a.Name, Type: a.Type, Size: len(a.Content)})
	}
	return f
}
