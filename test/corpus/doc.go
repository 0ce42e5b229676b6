// Package corpus measures how right the tool is on Compose projects whose needs
// are known: a folder with a file labels.jsonl, in which each line is a project
// with the need of each of its services.
//
// A small corpus of our own stands in testdata/projects. Real projects stand
// outside the repository: MAPCOUNT_CORPUS names their folder, else a folder
// shared/corpus beside the repository is used, else none are measured.
package corpus
