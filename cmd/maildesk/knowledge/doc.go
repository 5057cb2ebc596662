// Package knowledge has the commands on the articles of the knowledge base.
package knowledge
