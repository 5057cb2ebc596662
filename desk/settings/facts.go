package settings

import (
	"strings"

	"maildesk/addr"
	"maildesk/desk/silence"
	"maildesk/mailauth"
	"maildesk/mailparse"
	"maildesk/routing"
	"maildesk/ticket"
)

// Authentication returns what is known about who sent the mail: what the servers of
// auth_servers say, and, where they say nothing, the desk's own checks. forged says that it does
// not come from the domain in its From field: a server says dmarc=fail, or, where none says
// anything of that, the desk's own check does, if the domain's owner does not want such mail.
func (s *Settings) Authentication(m ticket.Mail, msg *mailparse.Message) (known mailauth.Results, forged bool) {
	known = s.Results(m.Envelope, msg.Header)
	forged = known.DMARC == "fail"
	if own := m.Envelope.Checked; own != nil {
		forged = forged || known.DMARC == "" && own.Failed()
		known = known.Or(mailauth.Results{SPF: own.SPF, DKIM: own.DKIM, DMARC: own.DMARC, From: strings.ToLower(FromDomain(msg))})
	}
	return known, forged
}

// FromDomain returns the domain in the From field of a mail as it came, which DMARC is about:
// behind a group or a form it is not its author's.
func FromDomain(msg *mailparse.Message) string {
	from, err := mailparse.ParseIdentity(msg.Header.All("From"))
	if err != nil {
		from = msg.From
	}
	_, domain, _ := silence.SplitAddress(from.Address)
	return domain
}

// dmarcOf returns the result of DMARC as far as it is about an author: not the pass of a group or a
// form that sent their mail.
func dmarcOf(auth mailauth.Results, author string) string {
	if auth.DMARC == "pass" && !auth.Passes(author) {
		return ""
	}
	return auth.DMARC
}

// Facts returns what the admin's rules may see of a mail, whenever they judge it.
func (s *Settings) Facts(m ticket.Mail, msg *mailparse.Message, history ticket.History) routing.Facts {
	env := m.Envelope
	from := addr.Key(msg.From.Address)
	_, domain, _ := silence.SplitAddress(from)
	auth, _ := s.Authentication(m, msg)
	f := routing.Facts{
		Subject:     msg.Subject,
		Body:        msg.Text,
		Reply:       msg.Reply,
		From:        from,
		FromDomain:  domain,
		FromName:    msg.FromShown.Name,
		ReversePath: addr.Key(env.ReversePath),
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
		DMARC:       dmarcOf(auth, from),
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
		f.To = append(f.To, addr.Key(a.Address))
	}
	for _, path := range env.ForwardPaths {
		if a, ok := s.AddressFor(path); ok {
			path = a.Mail // without a plus suffix
		}
		f.Recipients = append(f.Recipients, addr.Key(path))
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
