// Package join makes one matter of two tickets, and two of one: #merge, #link and #split.
package join
