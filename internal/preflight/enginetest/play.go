package enginetest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"docker-mapcount/internal/fileswap"
	"docker-mapcount/internal/preflight/helper/machine"
	"docker-mapcount/internal/preflight/helper/protocol"
)

// run plays the helper program; stays says that it does not end.
func (m *Machine) run(c Create) (stdout string, stays bool) {
	mode, arguments := command(c.Cmd)
	var d protocol.Document
	_ = json.Unmarshal([]byte(Document), &d) // a constant
	m.share()
	d.Mode, d.Live = mode, m.Live
	if m.Kernel != "" {
		d.KernelRelease = m.Kernel
	}
	if m.CommandLine != "" {
		d.CommandLine = m.CommandLine
	}
	if m.UIDMap != "" {
		d.UIDMap = m.UIDMap
	}
	switch mode {
	case protocol.ModeRead:
	case protocol.ModeReadMachine:
		if m.entered(c, &d) {
			machine.Look(m.source(), &d)
		}
	case protocol.ModeMaps:
		if m.entered(c, &d) {
			d.Maps = m.Maps
		}
	case protocol.ModeSet, protocol.ModeKeep:
		to, _ := strconv.ParseInt(arguments[0], 10, 64)
		m.write(c, &d, max(to, m.Live), to)
	case protocol.ModeLower:
		from, _ := strconv.ParseInt(arguments[0], 10, 64)
		to, _ := strconv.ParseInt(arguments[1], 10, 64)
		m.lower(c, &d, from, to)
	case protocol.ModeFile:
		if m.entered(c, &d) {
			d.Held = &protocol.Held{Path: arguments[0], State: m.Files[arguments[0]]}
		}
	case protocol.ModeSwap:
		if m.entered(c, &d) {
			d.Held = m.swap(arguments)
		}
	default:
		d.Errors = append(d.Errors, strconv.Quote(mode)+" is no mode of this helper")
	}
	var out bytes.Buffer
	_ = protocol.Encode(&out, d) // a buffer takes everything
	return out.String(), mode == protocol.ModeKeep
}

// command takes the deadline out.
func command(cmd []string) (mode string, arguments []string) {
	cmd = slices.Clone(cmd)
	if i := slices.Index(cmd, "--deadline"); i >= 0 {
		cmd = slices.Delete(cmd, i, min(i+2, len(cmd)))
	}
	if len(cmd) == 0 {
		return "", nil
	}
	return cmd[0], append(cmd[1:], "", "")
}

// entered: whether the container may enter the machine's files and processes.
func (m *Machine) entered(c Create, d *protocol.Document) bool {
	mighty := c.HostConfig.Privileged || slices.Contains(c.HostConfig.CapAdd, "CAP_SYS_CHROOT") || slices.Contains(c.HostConfig.CapAdd, "SYS_CHROOT")
	if c.HostConfig.PidMode == "host" && mighty {
		return true
	}
	d.Errors = append(d.Errors, "entering the files of the engine's machine: operation not permitted")
	return false
}

// write puts the value, if the container has what that takes.
func (m *Machine) write(c Create, d *protocol.Document, value, wanted int64) {
	d.Wrote = &protocol.Write{Path: "/proc/sys/vm/max_map_count", Wanted: wanted, Before: m.Live, After: m.Live}
	mounted := slices.ContainsFunc(c.HostConfig.Mounts, func(v Mount) bool { return v.Source == "/proc/sys/vm" && !v.ReadOnly })
	switch {
	case value == m.Live:
	case m.UIDMap == "" && (c.HostConfig.Privileged || mounted && !m.Denied):
		if err := m.set(value); err != nil {
			d.Wrote.Err = err.Error()
			return
		}
		d.Live, d.Wrote.After, d.Wrote.Changed = value, value, true
	default:
		d.Wrote.Err, d.Wrote.Denied = "permission denied", true
	}
}

func (m *Machine) lower(c Create, d *protocol.Document, from, to int64) {
	if m.Live != from && m.Live != to {
		d.Wrote = &protocol.Write{
			Wanted: to, Before: m.Live, After: m.Live, Moved: true,
			Err: "it is " + strconv.FormatInt(m.Live, 10) + " now, not " + strconv.FormatInt(from, 10),
		}
		return
	}
	m.write(c, d, to, to)
}

// swap is [fileswap.Swap] on the machine's files.
func (m *Machine) swap(arguments []string) *protocol.Held {
	file := arguments[0]
	h := &protocol.Held{Path: file, State: m.Files[file]}
	switch {
	case h.State.Digest() != arguments[1]:
		h.Fail(fileswap.ErrChanged)
		return h
	case m.ReadOnly:
		h.Err = "read-only file system"
		return h
	case arguments[2] == "remove":
		delete(m.Files, file)
	default:
		mode, _ := strconv.ParseUint(arguments[2], 8, 32)
		content, _ := base64.StdEncoding.DecodeString(arguments[3])
		m.Files[file] = fileswap.State{Exists: true, Content: content, Mode: fs.FileMode(mode)}
	}
	h.State = m.Files[file]
	return h
}

// source shows the files as the machine's file system.
func (m *Machine) source() machine.Source {
	return machine.Source{
		ReadFile: func(name string, _ int) ([]byte, error) {
			if name == "/proc/1/comm" {
				return []byte(m.Init + "\n"), nil
			}
			f, ok := m.Files[name]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return f.Content, nil
		},
		ReadLink: func(string) (string, error) { return "", fs.ErrInvalid },
		ReadDir: func(folder string, _ int) ([]string, error) {
			var names []string
			for name := range m.Files {
				if path.Dir(name) == strings.TrimSuffix(folder, "/") {
					names = append(names, path.Base(name))
				}
			}
			slices.Sort(names)
			if names == nil {
				return nil, fs.ErrNotExist
			}
			return names, nil
		},
	}
}
