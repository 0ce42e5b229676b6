package project

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/consts"
	"github.com/compose-spec/compose-go/v2/types"

	"docker-mapcount/internal/preflight"
)

const standardInput = "-"

// findFiles decides which compose files there are: -f, else COMPOSE_FILE, else
// the default names in the project directory or the nearest parent that has one.
func (l *loading) findFiles() error {
	if len(l.Files) == 0 {
		if named, set := l.environment[consts.ComposeFilePath]; set {
			separator := l.environment[consts.ComposePathSeparator]
			if separator == "" {
				separator = string(os.PathListSeparator)
			}
			l.Files = strings.Split(named, separator)
		} else if err := l.discover(); err != nil {
			return err
		}
	}
	files := make([]string, len(l.Files))
	for i, f := range l.Files {
		switch {
		case f == standardInput:
			files[i] = f
		case isRemote(f):
			files[i] = f
			l.remote = append(l.remote, f)
		default:
			files[i] = l.absolute(f)
		}
	}
	l.Files = files
	l.directory = l.projectDirectory()
	return nil
}

// discover searches upwards for a file with a default name and the override
// file beside it.
func (l *loading) discover() error {
	start := l.projectDirectory()
	for dir := start; ; dir = filepath.Dir(dir) {
		if file := l.first(dir, cli.DefaultFileNames); file != "" {
			l.Files = []string{file}
			if override := l.first(dir, cli.DefaultOverrideFileNames); override != "" {
				l.Files = append(l.Files, override)
			}
			return nil
		}
		if dir == filepath.Dir(dir) {
			return &preflight.Failure{
				Code: preflight.CodeNoProject,
				Message: fmt.Sprintf("no compose file in %s or a parent directory; looked for %s",
					start, strings.Join(cli.DefaultFileNames, ", ")),
				Location: preflight.Location{File: start},
			}
		}
	}
}

// first returns the first of the names that exists in a directory.
func (l *loading) first(dir string, names []string) string {
	var found []string
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		return ""
	}
	if len(found) > 1 {
		l.note(fmt.Sprintf("several compose files in %s: %s is used, not %s",
			dir, found[0], strings.Join(found[1:], ", ")))
	}
	return filepath.Join(dir, found[0])
}

// projectDirectory is where relative paths start: --project-directory, else the
// folder of the first local file, else the current directory.
func (l *loading) projectDirectory() string {
	if l.Directory != "" {
		return l.absolute(l.Directory)
	}
	for _, f := range l.Files {
		if isRemote(f) {
			break
		}
		if f != standardInput {
			return filepath.Dir(l.absolute(f))
		}
	}
	return l.WorkingDirectory
}

// readSources reads the compose files.
func (l *loading) readSources() error {
	l.sources = nil
	for _, f := range l.Files {
		content, err := l.source(f)
		if err != nil {
			return l.failure(err)
		}
		l.sources = append(l.sources, types.ConfigFile{Filename: f, Content: content})
	}
	return nil
}

func (l *loading) source(file string) ([]byte, error) {
	if file != standardInput {
		return l.files.any(file)
	}
	if l.Stdin == nil {
		return []byte{}, nil
	}
	in := l.Stdin
	l.Stdin = nil // a second "-" is empty, as it is for Compose
	content, err := bounded(in, "standard input")
	if content == nil {
		content = []byte{}
	}
	return content, err
}

// repository returns the nearest directory at or above dir that holds .git.
func repository(dir string) string {
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}
