// Package knowledge handles the articles of the knowledge base: an agent
// has one drafted from a solved ticket and reviews it by mail, a folder of them is
// imported, an answer sends one. Package article defines what an article is.
package knowledge
