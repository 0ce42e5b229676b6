package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/compose-spec/compose-go/v2/consts"
	"github.com/compose-spec/compose-go/v2/dotenv"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/compose-spec/compose-go/v2/utils"

	"docker-mapcount/internal/preflight"
)

// readEnvironment builds what variables are looked up in: the caller's
// environment first, then the env files.
func (l *loading) readEnvironment() error {
	l.environment = types.Mapping(utils.GetAsEqualsMap(l.Environ))
	if _, known := l.environment["PWD"]; !known {
		l.environment["PWD"] = l.WorkingDirectory
	}
	if len(l.EnvFiles) == 0 {
		// Compose takes this one from the process alone, never from .env.
		l.EnvFiles = strings.FieldsFunc(l.environment["COMPOSE_ENV_FILES"], func(r rune) bool { return r == ',' })
	}
	if err := l.adoptComposeVariables(); err != nil {
		return err
	}
	return l.readDotEnv()
}

// adoptComposeVariables does what Compose does before all else: COMPOSE_…
// variables of the env files count as if the process had them. So a .env can
// switch itself off (COMPOSE_DISABLE_ENV_FILE) and still name the files.
func (l *loading) adoptComposeVariables() error {
	files, err := l.envFiles()
	if err != nil {
		return err
	}
	found, err := l.parseEnvFiles(l.files.any, l.environment.Resolve, files)
	if err != nil {
		return nil // reported when the same files are read for good
	}
	for name, value := range found {
		if _, known := l.environment[name]; !known && strings.HasPrefix(name, "COMPOSE_") {
			l.environment[name] = value
		}
	}
	return nil
}

// readDotEnv adds the variables of the env files, by default of the .env in what
// is known of the project directory so far.
func (l *loading) readDotEnv() error {
	files, err := l.envFiles()
	if err != nil {
		return err
	}
	found, err := l.parseEnvFiles(l.files.any, l.environment.Resolve, files)
	if err != nil {
		return l.failure(err)
	}
	l.environment.Merge(found)
	return nil
}

// envFiles names the env files that apply.
func (l *loading) envFiles() ([]string, error) {
	if len(l.EnvFiles) > 0 {
		files := make([]string, len(l.EnvFiles))
		for i, f := range l.EnvFiles {
			files[i] = l.absolute(f)
		}
		return files, nil
	}
	if v, set := l.environment[consts.ComposeDisableDefaultEnvFile]; set {
		off, err := strconv.ParseBool(v)
		if err != nil {
			return nil, &preflight.Failure{
				Code:    preflight.CodeProject,
				Message: fmt.Sprintf("%s must be true or false, not %q", consts.ComposeDisableDefaultEnvFile, v),
			}
		}
		if off {
			return nil, nil
		}
	}
	file := filepath.Join(l.projectDirectory(), ".env")
	info, err := os.Stat(file)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && info.IsDir():
		return nil, nil
	case errors.Is(err, fs.ErrPermission):
		l.note("cannot access " + file + ", going on without it")
		return nil, nil
	}
	return []string{file}, nil
}

// parseEnvFiles reads env files one after the other; later ones see and override
// earlier ones, and lookup wins over all.
func (l *loading) parseEnvFiles(read func(string) ([]byte, error), lookup func(string) (string, bool), files []string) (types.Mapping, error) {
	found := types.Mapping{}
	for _, file := range files {
		content, err := read(file)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("env file %s not found", file)
			}
			return nil, err
		}
		known := func(name string) (string, bool) {
			if v, ok := lookup(name); ok {
				return v, true
			}
			v, ok := found[name]
			return v, ok
		}
		if err := boundedVariables(content, known); err != nil {
			return nil, fileError{file, err}
		}
		one, err := dotenv.ParseWithLookup(bytes.NewReader(content), known)
		if err != nil {
			return nil, fileError{file, err}
		}
		maps.Copy(found, one)
	}
	return found, nil
}
