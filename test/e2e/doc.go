// Package e2e proves the plugin as a person meets it: built by make, started by
// the real docker command, against real engines. It has tests only.
package e2e
