package engine

import (
	"context"
	"errors"
	"strconv"

	"github.com/docker/docker/api/types/container"

	"docker-mapcount/internal/preflight/helper/protocol"
)

// keeperMemory is the limit for a keeper, in bytes. It uses less than 4 MiB itself, and
// Docker takes 6 MiB as a limit, but what the engine's runtime needs to start a container
// counts, too. With 6 MiB that is a matter of luck: runc 1.1 copies its own program, and
// where the container's control group is charged for that (seen at the start of a slow
// machine), the start ends for want of memory. The engine does not try again then, so
// that the value would stay low: the limit has to be above every doubt.
const keeperMemory = 48 << 20

// keeperLog bounds what the engine keeps of a keeper's lines.
var keeperLog = container.LogConfig{Type: "json-file", Config: map[string]string{"max-size": "64k", "max-file": "1"}}

// newKeeper starts a keeper under a name of its own, with the smallest power with which
// it works.
func (s *Session) newKeeper(ctx context.Context, f Facts, id Identity, to int64) (Keeper, error) {
	var denied denials
	for _, w := range s.writers(f, id) {
		k, doc, err := s.tryKeeper(ctx, f, w, to)
		switch {
		case err == nil:
			return k, nil
		case isRefusal(err) || errors.Is(err, errDenied):
			denied.note(w, doc, err)
		default:
			return Keeper{}, s.helperFailure(ctx, err)
		}
	}
	return Keeper{}, denied.failure(s.noPrivileges(id))
}

// tryKeeper starts a keeper and waits until it has set the value. What does not
// work is removed.
func (s *Session) tryKeeper(ctx context.Context, f Facts, w power, to int64) (k Keeper, doc protocol.Document, err error) {
	err = s.withOurs(ctx, f, func(image helperImage, id string) error {
		s.listImage(image)
		c := composeKeeper(id, w, f, to)
		created, err := s.create(ctx, c)
		if err != nil {
			return err
		}
		doc, err = s.firstWords(ctx, created, c)
		if err == nil {
			_, err = outcome(doc)
		}
		if err != nil {
			s.remove(ctx, created)
		}
		k = Keeper{ID: created, Name: c.name, Value: to}
		return err
	})
	return k, doc, err
}

// composeKeeper says how a keeper is run: as a helper that may write, but to stay.
func composeKeeper(image string, w power, f Facts, to int64) spec {
	number := strconv.FormatInt(to, 10)
	p := program{image: image, arguments: atMount(w, []string{protocol.ModeKeep, number}), whole: wholeDocument}
	c := compose(p, w, f, map[string]string{keeperLabel: number})
	c.host.AutoRemove = false
	c.host.RestartPolicy = container.RestartPolicy{Name: container.RestartPolicyUnlessStopped}
	c.host.LogConfig = keeperLog
	if f.Info.MemoryLimit {
		c.host.Memory = keeperMemory
	}
	return c
}

// firstWords starts a keeper and reads the document that it prints at its start.
func (s *Session) firstWords(ctx context.Context, id string, c spec) (protocol.Document, error) {
	out, err := s.follow(ctx, id, c)
	if errors.Is(err, errNotAttached) && ctx.Err() == nil {
		out, err = s.followLog(ctx, id, c)
	}
	if err != nil {
		return protocol.Document{}, err
	}
	got, err := decode(out)
	return got.doc, err
}
