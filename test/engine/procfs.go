//go:build linux

package engine

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// child returns the only child of a process.
func child(pid int) (int, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return childByStat(pid)
	}
	return strconv.Atoi(strings.TrimSpace(string(content)))
}

// childByStat serves kernels that were built without the list of children.
func childByStat(parent int) (int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return 0, err
	}
	for _, path := range stats {
		fields, err := stat(path)
		if err == nil && fields[1] == strconv.Itoa(parent) {
			return strconv.Atoi(filepath.Base(filepath.Dir(path)))
		}
	}
	return 0, fmt.Errorf("process %d has no child", parent)
}

// startTime is when the process was started, in the kernel's own unit: together
// with the pid it names a process for good.
func startTime(pid int) (string, error) {
	fields, err := stat(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", err
	}
	return fields[19], nil
}

// stat returns the fields of a stat file from the third on: what comes before
// is the program's name in brackets, which may hold anything.
func stat(path string) ([]string, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	_, after, _ := strings.Cut(string(content), ") ")
	fields := strings.Fields(after)
	if len(fields) < 20 {
		return nil, fmt.Errorf("%s is too short", path)
	}
	return fields, nil
}
