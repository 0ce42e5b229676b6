//go:build windows

package fileswap

import "os"

// openToRead opens a path that was a regular file a moment ago.
func openToRead(path string) (*os.File, error) { return os.Open(path) }

// likeBefore has nothing to do: the folder decides who may use a new file.
func likeBefore(*os.File, string) error { return nil }

// claim has nothing to do: a file that somebody has open cannot be removed.
func claim(*os.File) bool { return true }

// syncFolder has nothing to do: Windows writes names along with files.
func syncFolder(string) error { return nil }
