// Package archtest holds the house rules that a compiler does not: which
// package may import what, and which modules the project depends on. It has
// tests only.
package archtest
