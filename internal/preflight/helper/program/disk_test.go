//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadRegular(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for _, err := range []error{
		os.WriteFile(at("file"), []byte("text"), 0o644), os.Symlink("file", at("link")),
		os.Mkdir(at("folder"), 0o755), syscall.Mkfifo(at("pipe"), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if raw, err := readRegular(at("file"), 4); err != nil || string(raw) != "text" {
		t.Errorf("%q, %v", raw, err)
	}
	for name, want := range map[string]string{"link": "symbolic links", "folder": "not a regular file", "pipe": "not a regular file", "gone": "no such file"} {
		if _, err := readRegular(at(name), 4); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	if _, err := readRegular(at("file"), 3); err == nil {
		t.Error("more than the limit was read")
	}
	if _, err := readRegular("/dev/zero", 3); err == nil {
		t.Error("a device was read")
	}
}

func TestReadNames(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if names, err := readNames(dir, 2); err != nil || len(names) != 0 {
		t.Errorf("%v, %v", names, err)
	}
	for _, name := range []string{"c", "a", "b"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if names, err := readNames(dir, 5); err != nil || !cmp.Equal(names, []string{"a", "b", "c"}) {
		t.Errorf("%v, %v", names, err)
	}
	if names, err := readNames(dir, 1); err != nil || len(names) != 2 {
		t.Errorf("%v, %v", names, err)
	}
	if _, err := readNames(filepath.Join(dir, "a"), 5); err == nil {
		t.Error("a file was listed")
	}
}

func TestMemTotal(t *testing.T) {
	t.Parallel()
	if n, err := memTotal("MemFree: 1 kB\nMemTotal:       24684096 kB\n"); err != nil || n != 24684096*1024 {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := memTotal("MemTotal: lots kB\n"); err == nil {
		t.Error("taken")
	}
}
