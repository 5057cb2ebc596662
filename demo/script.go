package demo

import "time"

// beat is the interval of the desk's clock: the grace time of the demo is short.
const beat = 200 * time.Millisecond

// configText is the whole configuration of the demo's desk; the first %s is the data, the second the smarthost.
const configText = `
[desk]
name = "Example IT"
hostname = "desk.example.org"
data = "%s"
fallback = "first-line"
grace = "3s"

[smtp]
listen = "127.0.0.1:0"

[outgoing]
smarthost = "smtp://%s"

[[address]]
mail = "support@example.org"

[[agent]]
name = "Alice"
mail = ["alice@example.org"]
languages = ["en"]

[[agent]]
name = "Carol"
mail = ["carol@example.org"]
languages = ["en"]

[[queue]]
name = "first-line"
level = 1
agents = ["Alice"]

[[queue]]
name = "network"
level = 2
agents = ["Carol"]

[[category]]
name = "network"
kind = "incident"
path = ["first-line", "network"]

[[rule]]
name = "VPN"
when = 'subject matches "(?i)\\bvpn\\b"'
category = "network"
priority = "high"
`
