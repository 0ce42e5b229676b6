package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/helper/machine"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// lookMode is how the helper program looks with that power.
func lookMode(w power) string {
	if w == plain {
		return protocol.ModeRead
	}
	return protocol.ModeReadMachine
}

// bounded are the arguments of a helper that ends by itself.
func bounded(arguments []string) []string {
	return append(slices.Clone(arguments), "--deadline", strconv.Itoa(int(helperTime/time.Second)))
}

// wholeDocument: the helper prints one document on one line.
func wholeDocument(stdout []byte) bool {
	return bytes.HasSuffix(stdout, []byte("\n")) && json.Valid(stdout)
}

// decode reads what the helper printed.
func decode(out output) (found, error) {
	doc, err := protocol.Decode(bytes.NewReader(out.stdout))
	if err == nil && doc.Live == 0 {
		err = fmt.Errorf("it could not read %s", preflight.Setting)
	}
	if err != nil {
		if words := out.said(); words != "" {
			err = fmt.Errorf("%w: %s", err, words)
		}
		return found{}, fmt.Errorf("%w: %w", errOutput, err)
	}
	return found{doc: doc, files: doc.Mode == protocol.ModeReadMachine && doc.Init != ""}, nil
}

// startFiles fills in what the files of this machine say about its next start.
func (h Host) startFiles(doc *protocol.Document) {
	machine.Look(machine.Source{
		ReadFile: func(path string, limit int) ([]byte, error) { return h.ReadFile(path, int64(limit)) },
		ReadLink: h.ReadLink,
		ReadDir: func(path string, limit int) ([]string, error) {
			names, err := h.ReadDir(path)
			return names[:min(len(names), limit+1)], err
		},
	}, doc)
}

// foreign is what an image that is not ours is asked to print: one small file
// after the other, by a program that nearly every image has.
var foreign = program{
	entrypoint: []string{"cat"},
	arguments: []string{
		"/proc/sys/vm/max_map_count", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/random/boot_id",
		"/proc/self/uid_map", "/proc/cmdline",
	},
}

// withImage reads with an image that the user named and that the engine has.
func (s *Session) withImage(ctx context.Context, f Facts, w way) found {
	id, err := s.imageID(ctx)
	if err != nil {
		return s.failed(ctx, err)
	}
	p := foreign
	p.image = id
	out, err := s.run(ctx, compose(p, plain, f, s.labels(f)))
	if err != nil {
		return s.failed(ctx, err)
	}
	doc, ok := readForeign(out.stdout)
	if !ok {
		return s.failed(ctx, fmt.Errorf("%w: image %s printed no value %s", errOutput, s.o.HelperImage, out.said()))
	}
	return found{
		source: preflight.SourceImage, doc: doc, noFiles: w.noFiles,
		why: fmt.Sprintf("image %s was named, %s", s.o.HelperImage, id),
	}
}

// imageID is the content id of the named image: what is run is what was shown,
// even if the name changes hands.
func (s *Session) imageID(ctx context.Context) (string, error) {
	var id string
	err := s.within(ctx, func(ctx context.Context) error {
		image, err := s.engine.ImageInspect(ctx, s.o.HelperImage)
		id = image.ID
		return err
	})
	if err == nil {
		return id, nil
	}
	if words := refusal(err); isRefusal(words) {
		return "", &preflight.Failure{
			Code:    preflight.CodeHelperRefused,
			Message: "--helper-image: " + engineWords(err),
			Hint:    "docker image ls",
			HintWhy: "which images the engine has; none is ever pulled",
		}
	}
	return "", err
}

// readForeign takes the files apart again. The kernel's command line is last, as
// it may hold anything.
func readForeign(text []byte) (protocol.Document, bool) {
	lines := strings.Split(string(text), "\n")
	if len(lines) < 4 {
		return protocol.Document{}, false
	}
	doc := protocol.Document{Live: number(lines[0]), KernelRelease: lines[1], BootID: lines[2]}
	rest := lines[3:]
	for len(rest) > 0 && isMapping(rest[0]) {
		if doc.UIDMap == "" {
			doc.UIDMap = strings.Join(strings.Fields(rest[0]), " ")
		}
		rest = rest[1:]
	}
	doc.CommandLine = strings.TrimSpace(strings.Join(rest, " "))
	return doc, doc.Live > 0
}

// isMapping: three numbers.
func isMapping(line string) bool {
	fields := strings.Fields(line)
	for _, field := range fields {
		if _, err := strconv.ParseUint(field, 10, 32); err != nil {
			return false
		}
	}
	return len(fields) == 3
}
