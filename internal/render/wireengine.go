package render

import "docker-mapcount/internal/preflight"

type wireEngine struct {
	Context         *string            `json:"context"`
	Endpoint        *string            `json:"endpoint"`
	ID              *string            `json:"id"`
	Name            *string            `json:"name"`
	Provider        preflight.Provider `json:"provider"`
	Title           *string            `json:"title"`
	Why             []string           `json:"why"`
	OperatingSystem *string            `json:"operatingSystem"`
	KernelVersion   *string            `json:"kernelVersion"`
	Architecture    *string            `json:"architecture"`
	ServerVersion   *string            `json:"serverVersion"`
	CPUs            *int64             `json:"cpus"`
	Memory          *int64             `json:"memory"`
	Traits          []preflight.Trait  `json:"traits"`
	Verdict         *string            `json:"verdict"`
	Failing         []string           `json:"failing"`
	HelperImage     *string            `json:"helperImage"`
	Error           *wireFailure       `json:"error"`
	Reading         wireReading        `json:"reading"`
}

type wireReading struct {
	Live   *int64           `json:"live"`
	Source preflight.Source `json:"source"`
	Why    *string          `json:"why"`
	Boot   wireBoot         `json:"boot"`
}

type wireBoot struct {
	State    preflight.BootState `json:"state"`
	Value    *int64              `json:"value"`
	Why      *string             `json:"why"`
	Evidence []wireEvidence      `json:"evidence"`
}

type wireEvidence struct {
	Kind    preflight.EvidenceKind `json:"kind"`
	On      *string                `json:"on"`
	File    *string                `json:"file"`
	Line    *int                   `json:"line"`
	Value   *int64                 `json:"value"`
	Applies bool                   `json:"applies"`
	Why     *string                `json:"why"`
}

type wireFailure struct {
	Code    string  `json:"code"`
	Message string  `json:"message"`
	Hint    *string `json:"hint"`
}

// wireEngineOf spells one engine out. Its verdict is null where none was given.
func wireEngineOf(e preflight.Judged, dir string) wireEngine {
	provider := e.Provider
	if provider == "" {
		provider = preflight.ProviderUnknown
	}
	return wireEngine{
		Context: text(e.Context), Endpoint: text(e.Endpoint), ID: text(e.ID), Name: text(e.Name),
		Provider: provider, Title: text(e.Title), Why: list(e.Why, Clean), OperatingSystem: text(e.OperatingSystem),
		KernelVersion: text(e.KernelVersion), Architecture: text(e.Architecture), ServerVersion: text(e.ServerVersion),
		CPUs: positive(int64(e.CPUs)), Memory: positive(e.Memory), Traits: append([]preflight.Trait{}, e.Traits...),
		Verdict: text(string(e.Verdict)), Failing: list(e.Failing, Clean), HelperImage: text(e.HelperImage),
		Error: wireFailureOf(e.Err), Reading: wireReadingOf(e.Reading, dir),
	}
}

func wireFailureOf(f *preflight.Failure) *wireFailure {
	if f == nil {
		return nil
	}
	return &wireFailure{Code: f.Code, Message: Clean(f.Message), Hint: text(f.Hint)}
}

func wireReadingOf(r preflight.Reading, dir string) wireReading {
	source, state := r.Source, r.Boot.State
	if source == "" {
		source = preflight.SourceNone
	}
	if state == "" {
		state = preflight.BootUnknown
	}
	return wireReading{
		Live: positive(r.Live), Source: source, Why: text(r.Why),
		Boot: wireBoot{
			State: state, Value: positive(r.Boot.Value), Why: text(r.Boot.Why),
			Evidence: list(r.Boot.Evidence, func(e preflight.Evidence) wireEvidence { return wireEvidenceOf(e, dir) }),
		},
	}
}

// wireEvidenceOf leaves paths of the engine's machine as they are there.
func wireEvidenceOf(e preflight.Evidence, dir string) wireEvidence {
	file := e.File
	if e.On == preflight.OnClient {
		file = relative(file, dir)
	}
	return wireEvidence{
		Kind: e.Kind, On: text(string(e.On)), File: text(file), Line: line(e.Line),
		Value: positive(e.Value), Applies: e.Applies, Why: text(e.Why),
	}
}
