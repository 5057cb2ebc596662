// Package document reads a TOML file into a tree whose values know their places, and says
// what is wrong in it by line and column.
package document
