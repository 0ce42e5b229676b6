//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"docker-mapcount/internal/preflight/helper/protocol"
)

const valueName = "max_map_count"

// lookAtKernel fills in what any process of the kernel may see.
func lookAtKernel(d *protocol.Document) {
	fill := func(name string, put func(text string) error) {
		raw, err := readRegular(name, protocol.Limit/8)
		if err == nil {
			err = put(strings.TrimSpace(string(raw)))
		}
		if err != nil {
			d.Errors = append(d.Errors, "reading "+name+": "+cause(err))
		}
	}
	into := func(field *string) func(string) error {
		return func(text string) error {
			*field = strings.ToValidUTF8(text, "?")
			return nil
		}
	}
	fill("/proc/sys/vm/"+valueName, func(text string) (err error) {
		d.Live, err = number(text)
		return err
	})
	fill("/proc/sys/kernel/osrelease", into(&d.KernelRelease))
	fill("/proc/sys/kernel/random/boot_id", into(&d.BootID))
	fill("/proc/cmdline", into(&d.CommandLine))
	fill("/proc/self/uid_map", func(text string) error {
		first, _, _ := strings.Cut(text, "\n")
		d.UIDMap = strings.Join(strings.Fields(first), " ")
		return nil
	})
	fill("/proc/meminfo", func(text string) (err error) {
		d.MemTotal, err = memTotal(text)
		return err
	})
	d.CPUs = runtime.NumCPU()
	d.Architecture = machineName()
}

// number is a value of the parameter as the kernel prints it.
func number(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > protocol.MaxValue {
		return 0, fmt.Errorf("%.40q is not a value of the parameter", text)
	}
	return n, nil
}

// memTotal is the machine's memory in bytes.
func memTotal(meminfo string) (int64, error) {
	for line := range strings.Lines(meminfo) {
		fields := strings.Fields(line)
		if len(fields) == 3 && fields[0] == "MemTotal:" && fields[2] == "kB" {
			n, err := strconv.ParseInt(fields[1], 10, 64)
			return n * 1024, err
		}
	}
	return 0, errors.New("no line MemTotal")
}

// machineName is what uname -m prints.
func machineName() string {
	var u syscall.Utsname
	if syscall.Uname(&u) != nil {
		return runtime.GOARCH
	}
	var b strings.Builder
	for _, c := range u.Machine {
		if c == 0 {
			break
		}
		b.WriteByte(byte(c))
	}
	return b.String()
}

// readValue reads the parameter in a directory that is /proc/sys/vm.
func readValue(directory string) (int64, error) {
	raw, err := readRegular(filepath.Join(directory, valueName), 100)
	if err != nil {
		return 0, err
	}
	return number(strings.TrimSpace(string(raw)))
}

// cause is an error without the path that its message already has.
func cause(err error) string {
	var p *os.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}
