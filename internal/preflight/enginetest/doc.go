// Package enginetest is a fake engine for tests: an [http.Handler] that speaks
// as much of the Engine API as this project uses, with faults to choose from.
//
// It answers as real engines do: the same statuses and sentences, streams in the
// same framing, attach over a hijacked connection, images known by the ids that
// follow from what was loaded. A container "runs" by printing the output that
// the options give. Every request is recorded, so that a test can see what was
// asked for, and that nothing was left behind.
package enginetest
