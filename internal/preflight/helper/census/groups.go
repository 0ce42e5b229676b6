package census

import (
	"slices"
	"strings"
)

// idLength is the number of hexadecimal digits in a container's id.
const idLength = 64

// Containers are the ids in the text of /proc/PID/cgroup, the outermost first. A
// process in a container that runs in another one belongs to both. All
// hierarchies of cgroup v1 and the one of v2 name the same containers, mostly.
func Containers(groups string) []string {
	var ids []string
	for line := range strings.Lines(groups) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		_, path, ok := strings.Cut(rest, ":")
		if !ok {
			continue
		}
		for part := range strings.SplitSeq(path, "/") {
			if id := containerID(part); id != "" && !slices.Contains(ids, id) && len(ids) < mostNested {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// mostNested bounds how many containers one process is counted for.
const mostNested = 8

// containerID is the id in one part of a group's path: as it stands with the
// driver cgroupfs, between a prefix and ".scope" with systemd, where podman's
// monitor has a group of its own that is no part of the container.
func containerID(part string) string {
	part = strings.TrimSuffix(part, ".scope")
	prefix, id, ok := cutLast(part, "-")
	if !ok {
		id = part
	}
	if len(id) != idLength || strings.Trim(id, "0123456789abcdef") != "" || strings.HasSuffix(prefix, "conmon") {
		return ""
	}
	return id
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(sep):], true
}
