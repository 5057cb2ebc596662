package stats

import (
	"time"

	"maildesk/report"
	"maildesk/ticket"
)

// compared is a period beside the one before it.
type compared struct {
	sheet
	Before sheet `json:"before"`
}

// sheet is a period as --json prints it.
type sheet struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	sums
	Groups map[string]sums `json:"groups,omitempty"`
}

// sums are figures, with times in seconds.
type sums struct {
	Requests           int                            `json:"requests"`
	Merged             int                            `json:"merged"`
	Solved             int                            `json:"solved"`
	SolvedAtOnce       int                            `json:"solved_at_once"`
	SolvedWithoutAgent int                            `json:"solved_without_agent"`
	SolvedByLevel      map[string]int                 `json:"solved_by_level"`
	Reopened           int                            `json:"reopened"`
	Closed             int                            `json:"closed"`
	Backlog            int                            `json:"backlog"`
	BacklogAge         spread                         `json:"backlog_age"`
	NotInformed        int                            `json:"not_informed"`
	FirstResponse      spread                         `json:"first_response"`
	NextUpdate         spread                         `json:"next_update"`
	Resolution         spread                         `json:"resolution"`
	Promises           map[ticket.TargetKind]promised `json:"promises"`
	Escalated          int                            `json:"escalated"`
	Reasons            []counted                      `json:"reasons"`
	Bounced            int                            `json:"bounced"`
	RatedGood          int                            `json:"rated_good"`
	RatedBad           int                            `json:"rated_bad"`
	Chased             int                            `json:"chased"`
	Worked             float64                        `json:"worked"`
	Oldest             []old                          `json:"oldest"`
}

type spread struct {
	Count   int     `json:"count"`
	Median  float64 `json:"median"`
	P90     float64 `json:"p90"`
	Longest float64 `json:"longest"`
}

type promised struct {
	Kept   int `json:"kept"`
	Broken int `json:"broken"`
}

type counted struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

type old struct {
	Ticket  ticket.ID `json:"ticket"`
	Subject string    `json:"subject"`
	Queue   string    `json:"queue"`
	Age     float64   `json:"age"`
}

func sheetOf(s *report.Sheet) sheet {
	all := sheet{From: s.From, To: s.To, sums: sumsOf(&s.Figures)}
	if len(s.Groups) > 0 {
		all.Groups = map[string]sums{}
	}
	for name, f := range s.Groups {
		all.Groups[name] = sumsOf(f)
	}
	return all
}

func spreadOf(s *report.Spread) spread {
	return spread{s.Count(), s.Median().Seconds(), s.Late().Seconds(), s.Longest().Seconds()}
}

func sumsOf(f *report.Figures) sums {
	all := sums{
		Requests: f.Requests, Merged: f.Merged, Solved: f.Solved, SolvedAtOnce: f.AtOnce, SolvedWithoutAgent: f.ByThem,
		SolvedByLevel: map[string]int{"1": f.SolvedAt[1], "2": f.SolvedAt[2], "3": f.SolvedAt[3]},
		Reopened:      f.Reopened, Closed: f.Closed, Backlog: f.Backlog, BacklogAge: spreadOf(&f.Age), NotInformed: f.Uninformed,
		FirstResponse: spreadOf(&f.FirstResponse), NextUpdate: spreadOf(&f.NextUpdate), Resolution: spreadOf(&f.Resolution),
		Promises:  map[ticket.TargetKind]promised{},
		Escalated: f.Escalated, Reasons: []counted{}, Bounced: f.Bounced, RatedGood: f.Good, RatedBad: f.Bad, Chased: f.Chased, Worked: f.Worked.Seconds(), Oldest: []old{},
	}
	for _, k := range ticket.TargetKinds {
		all.Promises[k] = promised{f.Kept[k], f.Broken[k]}
	}
	for _, reason := range f.TopReasons(len(f.Reasons)) {
		all.Reasons = append(all.Reasons, counted{reason, f.Reasons[reason]})
	}
	for _, x := range f.Oldest {
		all.Oldest = append(all.Oldest, old{x.Ticket.ID, x.Ticket.Subject, x.Ticket.Queue, x.Age.Seconds()})
	}
	return all
}
