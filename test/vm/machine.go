//go:build linux

package vm

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"docker-mapcount/test/engine"
)

// Machine is a running machine.
type Machine struct {
	// Host is the address of its Docker engine as DOCKER_HOST takes it.
	Host string
	// Other is the address of whatever [Machine.Expose] put there.
	Other string
	// Dir holds everything of the machine; it goes with it.
	Dir string

	image   Image
	sshAt   string // where its ssh server can be reached
	process *process
	qmp     *link
	agent   *link
	syncs   int
}

const (
	snapshot = "ready"
	// patience is how long a start may take on a machine that is busy with other
	// things, and how long any single command may.
	patience = 10 * time.Minute
)

// Run starts a machine from its snapshot. The caller ends it with
// [Machine.Stop]; if the calling process dies, it ends all the same.
func Run(ctx context.Context) (*Machine, error) {
	image, err := Prepare(ctx)
	if err != nil {
		return nil, err
	}
	defer measure("start from the snapshot")()
	return image.start(ctx, "", true)
}

// Boot boots a machine whose kernel gets these further words on its command
// line: one of [MostBoots].
func Boot(ctx context.Context, extra string) (*Machine, error) {
	image, err := Prepare(ctx)
	if err != nil {
		return nil, err
	}
	if err := booting(); err != nil {
		return nil, err
	}
	defer measure("boot")()
	return image.start(ctx, extra, false)
}

func (i Image) start(ctx context.Context, extra string, ready bool) (*Machine, error) {
	dir, err := os.MkdirTemp("", "mapcount-vm-")
	if err != nil {
		return nil, err
	}
	m := &Machine{image: i, Dir: dir}
	if err := m.start(ctx, extra, ready); err != nil {
		said := words(dir)
		return nil, errors.Join(fmt.Errorf("starting the machine: %w; its last words:\n%s", err, said), m.Stop())
	}
	return m, nil
}

func (m *Machine) start(ctx context.Context, extra string, ready bool) error {
	if err := m.image.newDisk(ctx, m.Dir, ready); err != nil {
		return err
	}
	from := ""
	if ready {
		from = snapshot
	}
	var err error
	if m.process, err = m.image.emulate(m.Dir, extra, from); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if m.qmp, err = m.reach(ctx, "qmp", dialQMP); err != nil {
		return err
	}
	if m.agent, err = m.reach(ctx, "agent", dial); err != nil {
		return err
	}
	if err := m.findPorts(ctx); err != nil {
		return err
	}
	return m.ready(ctx)
}

// reach connects to one of qemu's sockets, and gives up at once when qemu ended.
func (m *Machine) reach(ctx context.Context, name string, dial func(context.Context, string) (*link, error)) (*link, error) {
	var l *link
	err := engine.Until(ctx, "qemu opens its socket "+name, func(ctx context.Context) bool {
		var err error
		l, err = dial(ctx, filepath.Join(m.Dir, name))
		return err == nil || m.process.gone()
	})
	if err == nil && l == nil {
		err = errors.New("qemu ended at once")
	}
	return l, err
}

var forwarded = regexp.MustCompile(`TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+\S+\s+(\d+)`)

// findPorts asks qemu which ports of loopback lead into the machine.
func (m *Machine) findPorts(ctx context.Context) error {
	text, err := m.qmp.monitor(ctx, "info usernet")
	if err != nil {
		return err
	}
	ports := map[int]string{}
	for _, match := range forwarded.FindAllStringSubmatch(text, -1) {
		inside, _ := strconv.Atoi(match[2])
		ports[inside] = "127.0.0.1:" + match[1]
	}
	if ports[enginePort] == "" || ports[otherPort] == "" || ports[sshPort] == "" {
		return fmt.Errorf("qemu does not say how to reach the machine: %s", text)
	}
	m.Host, m.Other, m.sshAt = "tcp://"+ports[enginePort], "tcp://"+ports[otherPort], ports[sshPort]
	return nil
}

// ready waits until the machine has started everything, and its engine answers.
func (m *Machine) ready(ctx context.Context) error {
	if err := m.resync(ctx); err != nil {
		return err
	}
	if err := m.setClock(ctx); err != nil {
		return err
	}
	out, err := m.run(ctx, "systemctl is-system-running --wait")
	if err != nil {
		failed, _ := m.run(ctx, "systemctl --failed --plain --no-legend")
		return fmt.Errorf("the system is %s: %w: %s", strings.TrimSpace(out), err, failed)
	}
	return slowly(ctx, "the engine answers", func(ctx context.Context) bool { return Answers(ctx, m.Host) })
}

// Answers reports whether an engine answers at that address.
func Answers(ctx context.Context, host string) bool {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http"+strings.TrimPrefix(host, "tcp")+"/_ping", nil)
	if err != nil {
		return false
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// command gives qemu one of the commands that say nothing when they did their work.
func (m *Machine) command(ctx context.Context, line string) error {
	text, err := m.qmp.monitor(ctx, line)
	if err == nil && strings.TrimSpace(text) != "" {
		err = errors.New(strings.TrimSpace(text))
	}
	if err != nil {
		return fmt.Errorf("%s: %w", line, err)
	}
	return nil
}

// Stop ends the machine at once. Nothing of it is left afterwards.
func (m *Machine) Stop() error {
	for _, l := range []*link{m.qmp, m.agent} {
		if l != nil {
			l.conn.Close()
		}
	}
	if m.process == nil {
		return os.RemoveAll(m.Dir)
	}
	return m.process.stop()
}
