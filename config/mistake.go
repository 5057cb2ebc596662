package config

import "maildesk/config/document"

// Mistake is one thing that is wrong, or unusual, in a file.
type Mistake = document.Mistake

// Mistakes is the error of [Load]: everything that is wrong, sorted by file and line.
type Mistakes = document.Mistakes
