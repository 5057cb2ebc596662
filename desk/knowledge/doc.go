// Package knowledge decides what becomes of the articles of the knowledge base: an agent
// has one drafted from a solved ticket and reviews it by mail, a folder of them is
// imported, an answer sends one. What an article is, package article says.
package knowledge
