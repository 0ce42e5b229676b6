// Package engine answers one question: what does this Docker engine give its
// containers for vm.max_map_count, now and after its next start?
//
// A [Session] is one engine. Its Read asks the engine who it is, names the
// provider of its kernel, and measures in the cheapest honest way: from this
// machine's own files where client and engine share a kernel, else with a small
// helper container, which gets privileges only where files inside the engine's
// machine decide and the user allows it. Every path that creates a container
// removes it.
//
// The package is the only one that imports Docker's client.
package engine
