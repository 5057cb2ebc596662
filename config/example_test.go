package config_test

import (
	"fmt"
	"os"
	"path/filepath"

	"maildesk/config"
)

// The configuration that quickstart writes works as it is.
func ExampleLoad() {
	folder, err := os.MkdirTemp("", "maildesk-example-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "maildesk.toml")
	text := config.Quickstart("support@example.org", "data")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		panic(err)
	}
	c, err := config.Load(path)
	if err != nil {
		panic(err)
	}
	for _, a := range c.Addresses {
		fmt.Println("address:", a.Mail)
	}
	for _, q := range c.Routing.Queues {
		fmt.Println("queue:", q.Name, "level", q.Level)
	}
	fmt.Println("SMTP:", c.SMTP.Listen)
	// Output:
	// address: support@example.org
	// queue: first-line level 1
	// queue: specialists level 2
	// queue: vendor level 3
	// SMTP: [127.0.0.1:2525]
}

// The error of Load lists every mistake with its place, its reason and what to do
// about it.
func ExampleMistakes() {
	_, err := config.Load("testdata/bad/agent-twice.toml")
	fmt.Println(err)
	// Output: testdata/bad/agent-twice.toml:17:8: there are two agents named "Alice"; give one of them another name
}
