package engine

import (
	"context"
	"io"
	"time"
)

// patience ends a context when nothing has moved for a while: a slow line is no
// hanging engine.
type patience struct {
	most   time.Duration
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

func patiently(ctx context.Context, most time.Duration) (context.Context, *patience) {
	ctx, cancel := context.WithCancelCause(ctx)
	p := &patience{most: most, cancel: cancel}
	p.timer = time.AfterFunc(most, func() { cancel(errNoAnswer) })
	return ctx, p
}

func (p *patience) stop() {
	p.timer.Stop()
	p.cancel(nil)
}

// reader starts the waiting anew with every piece that passes.
func (p *patience) reader(r io.Reader) io.Reader { return patientReader{r, p} }

type patientReader struct {
	io.Reader
	p *patience
}

func (r patientReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if n > 0 {
		r.p.timer.Reset(r.p.most)
	}
	return n, err
}
