package preflight

import (
	"context"
	"sync"
)

// Work is what a check is handed: how to load, classify and read, and what the
// user asked for.
type Work struct {
	Kind    Kind
	Version string                                 // of this tool
	Load    func(context.Context) (Project, error) // nil: no project is looked at
	// Classify says what the services need; images is what engines told of local
	// images by their names, empty before any was asked. It must not ask one itself.
	Classify func(p Project, images map[string]LocalImage) ([]Need, []Finding)
	Engines  []Asking
	Minimum  int64
	Strict   bool
	Goal     int64 // see [Report]; the engines are asked for it also where nothing needs them
	Again    Again
}

// Asking is one engine that can be asked.
type Asking struct {
	// Prepare gets ready while the project is being loaded. It must not send
	// anything to the engine: a project that needs nothing asks no engine.
	Prepare func(context.Context)
	// Read measures. What goes wrong is part of its answer.
	Read func(context.Context) Engine
	// Images tells of those of the named images that the engine holds; nil: none.
	Images func(ctx context.Context, names []string) map[string]LocalImage
}

// Check loads the project, decides what it needs, reads the engines where that
// is needed, and judges. Loading and the engines' preparation overlap. An error
// means that there is no report: the project could not be loaded, or the
// context ended.
func Check(ctx context.Context, w Work) (Report, error) {
	c := Case{Kind: w.Kind, Version: w.Version, Minimum: w.Minimum, Goal: w.Goal, Strict: w.Strict, Again: w.Again}
	prepared := prepare(ctx, w.Engines)
	if w.Load != nil {
		p, err := w.Load(ctx)
		if err != nil {
			return Report{}, err
		}
		c.Project = &p
		c.Needs, c.Findings = w.Classify(p, nil)
	}
	needed := func() bool { return w.Kind == KindInspect || w.Goal > 0 || NeedsEngine(c.Needs, w.Minimum) }
	names := wanted(c.Needs)
	switch {
	case needed():
		prepared.Wait()
		var images map[string]LocalImage
		var wg sync.WaitGroup
		wg.Go(func() { images = lookAtImages(ctx, w.Engines, names) })
		c.Engines = readAll(ctx, w.Engines)
		wg.Wait()
		c.withImages(w, images)
	case blind(c.Needs):
		if c.withImages(w, lookAtImages(ctx, w.Engines, names)); needed() {
			prepared.Wait()
			c.Engines = readAll(ctx, w.Engines)
		}
	}
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	return Judge(c), nil
}

// withImages classifies again where engines told something of local images.
func (c *Case) withImages(w Work, images map[string]LocalImage) {
	if len(images) > 0 {
		c.Needs, c.Findings = w.Classify(*c.Project, images)
	}
}

func prepare(ctx context.Context, engines []Asking) *sync.WaitGroup {
	var wg sync.WaitGroup
	for _, e := range engines {
		if e.Prepare != nil {
			wg.Go(func() { e.Prepare(ctx) })
		}
	}
	return &wg
}

// readAll reads the engines side by side; the answers keep their order.
func readAll(ctx context.Context, engines []Asking) []Engine {
	out := make([]Engine, len(engines))
	var wg sync.WaitGroup
	for i, e := range engines {
		wg.Go(func() { out[i] = e.Read(ctx) })
	}
	wg.Wait()
	return out
}
