// Package preflight answers one question: will the services of this Compose
// project get the vm.max_map_count that they need from this engine, now and
// after its next start?
//
// It holds the words of the answer as plain values and the judgement over them,
// which is pure. What has to look at the world (loading a project, recognising
// products, reading an engine) lives in the packages below and is handed to
// [Check] as functions. Data goes one way:
//
//	compose files → Project → []Need      ┐
//	engine → Provider+Traits → Reading    ┴→ Judge → Report → render
//
// The package uses the standard library only and imports no other package of
// this project, so that every other one can import it.
package preflight
