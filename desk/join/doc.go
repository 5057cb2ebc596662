// Package join merges, links and splits tickets: #merge, #link and #split.
package join
