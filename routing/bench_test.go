package routing

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// bigDesk has 500 rules as admins write them, 50 queues and 200 agents.
func bigDesk() Desk {
	d := Desk{Fallback: "queue-0"}
	for i := range 50 {
		q := Queue{Name: fmt.Sprintf("queue-%d", i), Level: 1 + i%3}
		for j := range 4 {
			q.Agents = append(q.Agents, fmt.Sprintf("agent-%d", 4*i+j))
		}
		d.Queues = append(d.Queues, q)
	}
	for i := range 50 {
		d.Categories = append(d.Categories, Category{Name: fmt.Sprintf("category-%d", i), Path: []string{fmt.Sprintf("queue-%d", i)}})
	}
	conditions := []string{
		`subject matches "(?i)\\bproduct-%d\\b"`,
		`from_domain == "customer-%d.example"`,
		`has_word(subject, "printer %[1]d") or has_word(body, "printer %[1]d", "toner%[1]d")`,
		`body contains "AnyConnect %d"`,
		`"help-%d@example.org" in recipients`,
		`subject contains "Invoice %d" and size > 10000`,
		`header("X-Customer") == "%d"`,
		`any(attachments, .name endsWith "-%d.pdf")`,
		`language == "fr" and has_word(reply, "imprimante %d")`,
		`body matches "(?i)error[- ]?code[: ]+%d"`,
	}
	for i := range 500 {
		d.Rules = append(d.Rules, Rule{Name: fmt.Sprintf("rule-%d", i), When: fmt.Sprintf(conditions[i%len(conditions)], i),
			Category: fmt.Sprintf("category-%d", i%50), Tags: []string{"t"}})
	}
	return d
}

func bigFacts() Facts {
	text := strings.Repeat("Good morning, since yesterday the machine on my desk shows an error and I cannot work. ", 46)[:4000]
	return Facts{Subject: "Machine on my desk does not start any more", Body: text, Reply: text[:1000], From: "ana@example.org", FromDomain: "example.org",
		FromName: "Ana", To: []string{"help@example.org"}, Recipients: []string{"help@example.org"}, ReversePath: "ana@example.org", Client: "192.0.2.1", Source: "smtp",
		Headers: map[string]string{"subject": "x"}, Attachments: []Attachment{{"photo.jpg", "image/jpeg", 100000}}, Size: 140000, Language: "en", Class: "person", Received: time.Now()}
}

func BenchmarkRoute(b *testing.B) {
	r, err := Compile(bigDesk())
	if err != nil {
		b.Fatal(err)
	}
	f := bigFacts()
	b.ReportAllocs()
	for b.Loop() {
		if d := r.Route(f); len(d.Rules) != 0 || len(d.Problems) != 0 {
			b.Fatalf("Route = %+v, want nothing fired", d)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	d := bigDesk()
	for b.Loop() {
		if _, err := Compile(d); err != nil {
			b.Fatal(err)
		}
	}
}
