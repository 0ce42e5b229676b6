// Package corpus measures the tool on real Compose projects with labelled needs.
// They stand outside the repository: MAPCOUNT_CORPUS names their folder, else a
// folder shared/corpus beside the repository is used, else nothing is measured.
package corpus
