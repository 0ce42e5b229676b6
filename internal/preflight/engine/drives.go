package engine

import (
	"path"
	"strings"
)

// Drives is where this machine has the drives of Windows if it is a distribution
// of WSL: /mnt, or what its wsl.conf says ([automount] root).
func (h Host) Drives() string {
	root, section := "/mnt", ""
	content, err := h.completed().ReadFile("/etc/wsl.conf", 64<<10)
	if err != nil {
		return root
	}
	for line := range strings.Lines(string(content)) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") {
			section = strings.ToLower(strings.Trim(line, "[] "))
		}
		key, value, ok := strings.Cut(line, "=")
		if ok && section == "automount" && strings.EqualFold(strings.TrimSpace(key), "root") {
			root = path.Clean("/" + strings.Trim(strings.TrimSpace(value), `"`))
		}
	}
	return root
}
