package tools

import (
	"errors"
	"os"
	"path/filepath"
)

// Root returns the root of the working copy that the current directory is in.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "plugin.json")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("not inside a working copy: no plugin.json here or above")
		}
		dir = up
	}
}

// Cache returns the folder for what tests keep between runs. MAPCOUNT_CACHE
// names another one.
func Cache() (string, error) {
	if dir := os.Getenv("MAPCOUNT_CACHE"); dir != "" {
		return dir, nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "docker-mapcount-test"), nil
}
