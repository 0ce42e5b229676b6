//go:build windows

package fileswap

import "os"

// openToRead opens a path that was a regular file a moment ago.
func openToRead(path string) (*os.File, error) { return os.Open(path) }

// likeBefore has nothing to do: the folder decides who may use a new file.
func likeBefore(*os.File, string) error { return nil }

// syncFolder has nothing to do: Windows writes names along with files.
func syncFolder(string) error { return nil }
