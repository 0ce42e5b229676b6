// Package census counts the memory mappings of the processes in containers, from
// the files of a machine's /proc: vm.max_map_count bounds those of each process.
package census

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// The bounds of one count.
const (
	Processes  = 4096    // in containers, whose mappings are counted
	numbers    = 1 << 16 // of processes at all
	containers = 1000    // that are reported
	groupLimit = 64 << 10
	nameLimit  = 64
	// mapLimit bounds how much of one process's list of mappings is read, allLimit
	// how much of all of them: a line has about a hundred bytes.
	mapLimit = 256 << 20
	allLimit = 2 << 30
)

// Count fills in how many mappings the largest process of each container has.
func Count(proc fs.FS, d *protocol.Document) {
	c := counter{proc: proc, doc: d, byID: map[string]*protocol.Mapped{}, room: allLimit}
	pids, err := processes(proc)
	if err != nil {
		d.Errors = append(d.Errors, "listing processes: "+err.Error())
	}
	if len(pids) > numbers {
		pids, d.Truncated = pids[:numbers], true
	}
	for _, pid := range pids {
		c.process(pid)
	}
	d.Maps = c.result()
}

// processes lists the numbers in /proc, lowest first, at least one more than are
// looked at if there are more.
func processes(proc fs.FS) ([]int, error) {
	dir, err := proc.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	list, ok := dir.(fs.ReadDirFile)
	if !ok {
		return nil, errors.New("no directory")
	}
	var pids []int
	for len(pids) <= numbers {
		entries, err := list.ReadDir(256)
		for _, e := range entries {
			if pid, err := strconv.Atoi(e.Name()); err == nil && pid > 0 {
				pids = append(pids, pid)
			}
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return pids, err
		}
	}
	slices.Sort(pids)
	return pids, nil
}

// counter collects by container.
type counter struct {
	proc   fs.FS
	doc    *protocol.Document
	byID   map[string]*protocol.Mapped
	room   int64 // bytes that may still be read
	seen   int   // processes whose mappings were counted
	unseen int   // and those that could not be
}

// process counts one process. One that ends meanwhile is passed over.
func (c *counter) process(pid int) {
	groups, err := c.read(pid, "cgroup", groupLimit)
	if err != nil {
		return
	}
	ids := Containers(string(groups))
	if len(ids) == 0 {
		return
	}
	if c.seen++; c.seen > Processes {
		c.doc.Truncated = true
		return
	}
	count, whole, err := c.maps(pid)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) || whole && count == 0:
		return // it ended
	case err != nil:
		c.refused(pid, err)
		return
	}
	name, _ := c.read(pid, "comm", nameLimit)
	for _, id := range ids {
		c.add(id, protocol.Mapped{Container: id, PID: pid, Command: text(name), Count: count, AtLeast: !whole})
	}
}

// refused is told for the first process only: the reason is the same for all.
func (c *counter) refused(pid int, err error) {
	if c.unseen++; c.unseen == 1 {
		c.doc.Errors = append(c.doc.Errors, fmt.Sprintf("reading the mappings of process %d: %v", pid, cause(err)))
	}
}

// add keeps the largest process of a container.
func (c *counter) add(id string, m protocol.Mapped) {
	have := c.byID[id]
	if have == nil {
		if len(c.byID) >= containers {
			c.doc.Truncated = true
			return
		}
		have = &protocol.Mapped{}
		c.byID[id] = have
	}
	m.Processes = have.Processes + 1
	if m.Count <= have.Count {
		have.Processes++
		return
	}
	*have = m
}

// maps counts the lines of a process's list of mappings, without keeping them.
func (c *counter) maps(pid int) (count int64, whole bool, err error) {
	f, err := c.proc.Open(strconv.Itoa(pid) + "/maps")
	if err != nil {
		return 0, false, err
	}
	defer f.Close()
	limit := min(mapLimit, c.room)
	buffer := make([]byte, 64<<10)
	for read := int64(0); read < limit; {
		n, err := f.Read(buffer)
		count += int64(bytes.Count(buffer[:n], []byte{'\n'}))
		read += int64(n)
		c.room -= int64(n)
		if errors.Is(err, io.EOF) {
			return count, true, nil
		}
		if err != nil {
			return count, false, err
		}
	}
	c.doc.Truncated = true
	return count, false, nil
}

// read is the beginning of a small file of a process.
func (c *counter) read(pid int, name string, limit int64) ([]byte, error) {
	f, err := c.proc.Open(strconv.Itoa(pid) + "/" + name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// result lists the containers, the fullest first.
func (c *counter) result() []protocol.Mapped {
	list := make([]protocol.Mapped, 0, len(c.byID))
	for _, m := range c.byID {
		list = append(list, *m)
	}
	slices.SortFunc(list, func(a, b protocol.Mapped) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Container, b.Container))
	})
	return list
}

func text(raw []byte) string { return strings.ToValidUTF8(strings.TrimSpace(string(raw)), "?") }

func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
