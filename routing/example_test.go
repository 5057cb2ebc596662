package routing_test

import (
	"fmt"

	"maildesk/routing"
)

// Rules are compiled once and then route every new request. Compile reports all
// mistakes at once.
func Example() {
	rules, err := routing.Compile(routing.Desk{
		Fallback: "first-line",
		Queues: []routing.Queue{
			{Name: "first-line", Level: 1},
			{Name: "network", Level: 2},
		},
		Rules: []routing.Rule{{
			Name: "VPN is down", When: `has_word(subject, "vpn") and not has_word(reply, "please order")`,
			Queue: "network", Priority: "high", Tags: []string{"vpn"},
		}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, subject := range []string{"VPN drops every hour", "A new keyboard"} {
		d := rules.Route(routing.Facts{Subject: subject})
		fmt.Printf("%s: queue %s, priority %s, tags %v, rules %v\n", subject, d.Queue, d.Priority, d.Tags, d.Rules)
	}
	// Output:
	// VPN drops every hour: queue network, priority high, tags [vpn], rules [VPN is down]
	// A new keyboard: queue first-line, priority normal, tags [], rules []
}

// A mistake in a rule names its place and a remedy.
func ExampleRuleError() {
	_, err := routing.Compile(routing.Desk{
		Fallback: "first-line",
		Queues:   []routing.Queue{{Name: "first-line", Level: 1}},
		Rules:    []routing.Rule{{Name: "VPN", When: `subjct contains "vpn"`, Tags: []string{"vpn"}}},
	})
	fmt.Println(err)
	// Output: rule "VPN": when (1:1): there is no "subjct"; did you mean "subject"?
}
