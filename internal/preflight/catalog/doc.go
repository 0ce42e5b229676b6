// Package catalog answers one question: what does this service of a Compose
// project ask of vm.max_map_count, and which of its settings say so?
//
// The knowledge is data: products.yaml, described in docs/catalog.md. The code
// does three things with it. It identifies the product that a service runs, by
// its image reference or by its Dockerfile; it finds out whether the container
// starts that product at all; and it looks the product's settings up wherever
// they can stand (environment, arguments, mounted files, the image itself).
//
// Everything read here was written by others: all work is bounded, nothing is
// executed, and what cannot be understood makes a need stricter, never weaker.
package catalog
