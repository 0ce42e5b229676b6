//go:build linux

package e2e

// The values of the tests that repair: what the kernel starts with, what the
// project of fixture "small" is advised, and what it needs.
const (
	usual  = 65530
	target = 1048576
	need   = 262144
)
