package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/render"
)

// The formats of a result.
const (
	formatPretty     = "pretty"
	formatMarkdown   = "markdown"
	formatJSON       = "json"
	formatShell      = "sh"
	formatPowerShell = "powershell"
)

// formats are those of a command that names none.
var formats = []string{formatPretty, formatJSON}

// documents are the ways to write a result, by format.
type documents map[string]func(io.Writer, render.Options) error

// output is where a result goes: stdout in one format, and files in others.
type output struct {
	stdout io.Writer
	format string
	look   render.Options // of stdout
	ansi   string         // as asked for
	files  []outputFile
}

type outputFile struct{ format, path string }

// openOutput checks the output flags before any work is done.
func (a app) openOutput(cmd *cobra.Command, o outputOptions) (output, error) {
	formats := o.known()
	if !slices.Contains(formats, o.format) {
		return output{}, usageError(cmd, fmt.Sprintf("--format must be one of %s", strings.Join(formats, ", ")))
	}
	if o.ansi != "" && !slices.Contains([]string{"never", "always", "auto"}, o.ansi) {
		return output{}, usageError(cmd, "--ansi must be never, always or auto")
	}
	out := output{stdout: a.cli.Out(), format: o.format, look: a.look(o.ansi), ansi: o.ansi}
	for _, spec := range o.outputs {
		format, path, ok := strings.Cut(spec, "=")
		if !ok || path == "" || !slices.Contains(formats, format) {
			return output{}, usageError(cmd, fmt.Sprintf("--output takes FORMAT=FILE, with one of %s as FORMAT", strings.Join(formats, ", ")))
		}
		if info, err := os.Stat(filepath.Dir(path)); err != nil || !info.IsDir() {
			return output{}, usageError(cmd, fmt.Sprintf("--output: there is no folder %s", filepath.Dir(path)))
		}
		out.files = append(out.files, outputFile{format, path})
	}
	return out, nil
}

// write renders the result once per destination. A file is written whole or not at all.
func (o output) write(pretty func(io.Writer, render.Options) error, json func(io.Writer) error) error {
	return o.writeAs(documents{
		formatPretty: pretty,
		formatJSON:   func(w io.Writer, _ render.Options) error { return json(w) },
	}, false)
}

// writeAs is write for a result with more formats. told says that standard output
// has it already.
func (o output) writeAs(as documents, told bool) error {
	in := func(format string, look render.Options) ([]byte, error) {
		write, ok := as[format]
		if !ok {
			return nil, fmt.Errorf("there is no result in format %s here", format)
		}
		var b bytes.Buffer
		err := write(&b, look)
		return b.Bytes(), err
	}
	for _, f := range o.files {
		content, err := in(f.format, render.Options{UTF8: true})
		if err != nil {
			return err
		}
		if err := writeFile(f.path, content); err != nil {
			return err
		}
	}
	if told {
		return nil
	}
	content, err := in(o.format, o.look)
	if err != nil {
		return err
	}
	_, err = o.stdout.Write(content)
	return err
}

func (o output) report(r preflight.Report) error {
	return o.write(
		func(w io.Writer, look render.Options) error { return render.Pretty(w, r, look) },
		func(w io.Writer) error { return render.JSON(w, r) },
	)
}

// failed writes what stopped the command into the files of --output.
func (o output) failed(f *preflight.Failure, path, version string) error {
	for _, file := range o.files {
		var b bytes.Buffer
		if file.format == formatJSON {
			if err := failureJSON(&b, f, version); err != nil {
				return err
			}
		} else {
			b.WriteString(failureText(path, f))
		}
		if err := writeFile(file.path, b.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// writeFile puts the content there by renaming a finished file, so that nobody
// reads half of it. Devices and pipes are written to as they are.
func writeFile(path string, content []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, content, 0o644)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".mapcount-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(content)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}
