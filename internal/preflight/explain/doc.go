// Package explain answers one question: what is this name, and why does the tool
// say of it what it says? A name is taken for the first of: a rule, a service of
// the project, a container, an image. Containers that failed are told why.
//
// It is the pipeline between what the project, the catalog and an engine tell,
// which it is handed as functions, and one [preflight.Explanation]. It looks at
// nothing by itself.
package explain
