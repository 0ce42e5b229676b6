package engine

import (
	"fmt"
	"strconv"
	"strings"

	"docker-mapcount/internal/preflight"
)

// desktopBoot: nothing in Docker Desktop's machine can be configured, so it
// starts with what its version ships.
func desktopBoot(f Facts, defaults []versionDefault, live int64) preflight.Boot {
	text, version, ok := desktopVersion(f.Version.Platform.Name)
	if !ok {
		return preflight.Boot{
			State: preflight.BootUnknown,
			Why:   "Docker Desktop decides, and its version is not known",
		}
	}
	var value int64
	for _, d := range defaults {
		if !before(version, d.from) {
			value = d.value
		}
	}
	return preflight.Boot{
		State:    compare(live, value, false),
		Value:    value,
		Why:      "the default of Docker Desktop " + text,
		Evidence: []preflight.Evidence{defaultEvidence(value, "what Docker Desktop "+text+" starts with: docker/for-mac#7047")},
	}
}

// desktopVersion reads names such as "Docker Desktop 4.25.0 (126437)".
func desktopVersion(platform string) (string, [3]int, bool) {
	var v [3]int
	rest, ok := strings.CutPrefix(platform, "Docker Desktop ")
	if !ok {
		return "", v, false
	}
	text, _, _ := strings.Cut(rest, " ")
	parts := strings.SplitN(text, ".", 3)
	if len(parts) != 3 {
		return "", v, false
	}
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 {
			return "", v, false
		}
		v[i] = n
	}
	return fmt.Sprintf("%d.%d.%d", v[0], v[1], v[2]), v, true
}

func before(a, b [3]int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}
