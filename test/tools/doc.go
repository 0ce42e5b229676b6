// Package tools builds the programs that the tests run against: a current
// engine, Docker Compose and the linter. Each comes from a Go module of its own
// in a folder beside this file, so that its dependencies neither lift nor slow
// those of the plugin.
//
// The built programs live outside the working copy, in a folder named after a
// digest of what they were built from: they are built once, and again only
// when the module or the Go version changes.
package tools
