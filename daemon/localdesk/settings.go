package localdesk

import (
	"os"
	"time"

	"maildesk/addr"
	"maildesk/config"
	"maildesk/desk/macro"
	"maildesk/desk/settings"
	"maildesk/report"
	"maildesk/templates"
	"maildesk/ticket"
)

// Settings returns the desk's view of a configuration. It fails on mistakes in
// the admin's own texts.
func Settings(cfg *config.Config) (*settings.Settings, error) {
	words, err := templates.New(cfg.Desk.Templates)
	if err != nil {
		return nil, err
	}
	macros, err := Macros(cfg.Desk.Macros)
	if err != nil {
		return nil, err
	}
	s := &settings.Settings{
		Words:          words,
		FigureWords:    words,
		LoginWords:     words,
		Macros:         macros,
		Name:           cfg.Desk.Name,
		Former:         cfg.Desk.Former,
		SameWithin:     cfg.Desk.SameWithin,
		VendorWithin:   cfg.Desk.VendorWithin,
		Deputies:       deputiesOf(cfg),
		Hostname:       cfg.Desk.Hostname,
		Control:        cfg.Desk.Control,
		Language:       cfg.Desk.Language,
		LanguageCheck:  cfg.Desk.LanguageCheck,
		NoSuggestions:  !cfg.Desk.Suggestions,
		NoRatings:      !cfg.Desk.Ratings,
		Learn:          settings.Learn{Suggest: cfg.Desk.LearnSuggest, Route: cfg.Desk.LearnRoute},
		Admin:          cfg.Desk.Admin,
		Routing:        cfg.Routing,
		Rules:          cfg.Rules,
		LoadedAt:       time.Now(),
		AuthServers:    cfg.SMTP.AuthServers,
		Ladder:         cfg.Proof,
		Trusted:        cfg.SMTP.Trusted,
		Relays:         cfg.Auth.Relays,
		Unchecked:      cfg.Auth.Off,
		Grace:          cfg.Desk.Grace,
		TokenLife:      cfg.Desk.TokenLife,
		UndoWindow:     cfg.Desk.UndoWindow,
		KeepSent:       cfg.Desk.KeepSent,
		MaxFiles:       cfg.Limits.MaxFiles,
		Limits:         limitsOf(cfg),
		SecurityEvents: cfg.Limits.SecurityEventsPerHour,
	}
	s.Outages = settings.Outages{
		Requests: cfg.Outages.Requests, Within: cfg.Outages.Within, Priority: ticket.Priority(cfg.Outages.Priority), Page: cfg.Outages.Page,
	}
	s.Notices = settings.Notices{Many: cfg.Notices.Many, Within: cfg.Notices.Within, Urgent: ticket.Priority(cfg.Notices.Urgent)}
	s.Guard.Addresses = cfg.Guard.Addresses
	for _, h := range cfg.Guard.Headers {
		s.Guard.Headers = append(s.Guard.Headers, settings.HeaderPattern(h))
	}
	if hours := cfg.Rules.Calendar(); hours != nil {
		s.Location = hours.Location()
	}
	s.Addresses, s.Agents = addressesOf(cfg), agentsOf(cfg)
	for _, f := range cfg.Figures {
		s.Figures = append(s.Figures, settings.FigureMail{To: f.To, Every: report.Unit(f.Every), Language: f.Language})
	}
	return s, nil
}

// limitsOf returns the limits of automatic mail.
func limitsOf(cfg *config.Config) settings.Limits {
	return settings.Limits{
		SenderHour:   cfg.Limits.AcknowledgementsPerSenderHour,
		SenderDay:    cfg.Limits.AcknowledgementsPerSenderDay,
		DomainHour:   cfg.Limits.AcknowledgementsPerDomainHour,
		Hour:         cfg.Limits.AcknowledgementsPerHour,
		Hops:         cfg.Limits.MaxHops,
		Participants: cfg.Limits.MaxParticipants,
		Late:         cfg.Limits.AcknowledgeWithin,
	}
}

func addressesOf(cfg *config.Config) (all []settings.Address) {
	for _, a := range cfg.Addresses {
		all = append(all, settings.Address{Mail: a.Mail, Queue: a.Queue, Language: a.Language, NoPlus: !a.Plus, Groups: a.Groups})
	}
	return all
}

func agentsOf(cfg *config.Config) (all []settings.Agent) {
	for _, a := range cfg.Agents {
		agent := settings.Agent{Name: a.Name, Display: a.Display, Mail: a.Mail, Languages: a.Languages, Proof: a.Proof, Keys: a.Keys}
		for _, d := range a.Absent {
			agent.Absent = append(agent.Absent, settings.Days(d))
		}
		agent.Digest = settings.Clock(a.Digest)
		for _, h := range a.Quiet {
			agent.Quiet = append(agent.Quiet, settings.QuietHours{From: settings.Clock(h.From), Until: settings.Clock(h.Until)})
		}
		all = append(all, agent)
	}
	return all
}

// Macros reads the texts that agents can send; nil: there is no folder of them.
func Macros(folder string) (*macro.Macros, error) {
	if folder == "" {
		return nil, nil
	}
	return macro.Read(os.DirFS(folder), folder)
}

// deputiesOf returns who approves in whose place.
func deputiesOf(cfg *config.Config) map[string]string {
	all := map[string]string{}
	for _, a := range cfg.Approvers {
		all[addr.Key(a.Mail)] = a.Deputy
	}
	return all
}
