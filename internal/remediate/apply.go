package remediate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/remediate/recipe"
)

// settleTime bounds finding out what became of a change that was interrupted.
const settleTime = 30 * time.Second

// settling is the time for finding out what became of a change: as much as the
// hands take, which limit themselves, and after an interrupt a little.
func settling(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() == nil {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(context.WithoutCancel(ctx), settleTime)
}

// Work is one run of fix or undo.
type Work struct {
	Tool   string      // version of this program
	ID     string      // of the receipt: unique, and fit for a file name
	Scopes []Scope     // what was confirmed; steps of other scopes are left out
	Say    func(Event) // told before and after each step; nil: nobody listens
}

// Event is something that happened to a step.
type Event struct {
	Step int // its place in the plan, from 0
	Kind EventKind
	Text string // what was done, for people; empty when it starts
	Err  error  // why it failed
}

// EventKind is what happened to a step.
type EventKind string

// The events.
const (
	Started EventKind = "started"
	Made    EventKind = "done"
	Already EventKind = "already" // it was so before
	Missed  EventKind = "failed"
)

// Outcome is what came of a run.
type Outcome struct {
	Receipt Receipt
	// Engine is as measured afterwards.
	Engine preflight.Engine
	Events []Event // what came of each step, in order
	Failed []Event // those of them that failed
}

// Apply carries out the steps of a plan that somebody here can do, in their
// order: each is looked at, done where it is not so already, and looked at
// again. What is about to be changed is in the receipt before it is. A step that
// fails does not keep the others from being done, an ended context does. Then the
// engine is measured.
func Apply(ctx context.Context, p Plan, w Work, h Hands) Outcome {
	a := &applying{Work: w, hands: h, receipt: Receipt{
		Schema: ReceiptSchema, ID: w.ID, Tool: w.Tool, At: h.Now(), Engine: engineOf(p.Engine.Engine),
	}}
	for i, s := range p.Steps {
		if !s.Automatic() || !slices.Contains(w.Scopes, s.Scope) {
			continue
		}
		if ctx.Err() != nil {
			a.say(Event{Step: i, Kind: Missed, Err: ctx.Err()})
			continue
		}
		a.say(Event{Step: i, Kind: Started})
		text, done, err := a.step(ctx, s, p)
		a.say(eventOf(i, text, done, err))
	}
	return Outcome{Receipt: a.receipt, Engine: h.Measure(ctx), Events: a.events, Failed: a.failed}
}

// engineOf is how a receipt remembers an engine.
func engineOf(e preflight.Engine) Engine {
	return Engine{ID: e.ID, Name: e.Name, Context: e.Context, Endpoint: e.Endpoint, Provider: e.Provider, Title: e.Title}
}

func eventOf(step int, text string, done bool, err error) Event {
	switch {
	case err != nil:
		return Event{Step: step, Kind: Missed, Text: text, Err: err}
	case done:
		return Event{Step: step, Kind: Made, Text: text}
	}
	return Event{Step: step, Kind: Already, Text: text}
}

// applying is one run of [Apply].
type applying struct {
	Work
	hands   Hands
	receipt Receipt
	events  []Event
	failed  []Event
	reached int64 // the live value as read after a step that set it; 0: no such step was taken
}

func (a *applying) say(e Event) {
	if e.Kind != Started {
		a.events = append(a.events, e)
	}
	if e.Kind == Missed {
		a.failed = append(a.failed, e)
	}
	if a.Say != nil {
		a.Say(e)
	}
}

// step does one step. done is false where it was so already.
func (a *applying) step(ctx context.Context, s Step, p Plan) (text string, done bool, err error) {
	switch s.Do.Kind {
	case recipe.SetLive:
		return a.setLive(ctx, s, p)
	case recipe.RunProgram:
		return a.program(ctx, s, p)
	case recipe.EditFile:
		return a.change(ctx, s, p.To)
	case recipe.StartKeeper:
		return a.keep(ctx, s, p)
	case recipe.ByHand:
	}
	return "", false, errors.New("nobody here can do that")
}

// begin writes the change into the receipt before it is made, and returns its place there.
func (a *applying) begin(c Change) (int, error) {
	c.State = Begun
	a.receipt.Changes = append(a.receipt.Changes, c)
	if err := a.hands.Save(a.receipt); err != nil {
		a.receipt.Changes = a.receipt.Changes[:len(a.receipt.Changes)-1]
		return 0, fmt.Errorf("nothing was changed, because what stands there could not be kept for undo: %w", err)
	}
	return len(a.receipt.Changes) - 1, nil
}

// end notes how far a change came. A receipt that cannot be written now still
// says that the change was begun, which is enough to take it back.
func (a *applying) end(i int, state Progress) error {
	a.receipt.Changes[i].State = state
	if err := a.hands.Save(a.receipt); err != nil {
		return fmt.Errorf("keeping the receipt: %w", err)
	}
	return nil
}
