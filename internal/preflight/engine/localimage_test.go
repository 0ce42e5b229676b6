package engine

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/internal/preflight/enginetest"
)

func TestImages(t *testing.T) {
	t.Parallel()
	s := opened(t, enginetest.New(enginetest.Options{
		Configs: map[string]string{
			"acme/search:1": `{"Env":["A=b","C=d=e","F"],"Labels":{"x":"y"},"Entrypoint":["/e"],"Cmd":["c","d"],"WorkingDir":"/w"}`,
			"acme/bare":     `null`,
		},
		Fail: func(_, path string) (int, string) {
			if strings.Contains(path, "wrong") {
				return http.StatusBadRequest, "invalid reference format"
			}
			return 0, ""
		},
	}), nil)
	want := map[string]preflight.LocalImage{
		"acme/search:1": {
			Environment: map[string]string{"A": "b", "C": "d=e", "F": ""}, Labels: map[string]string{"x": "y"},
			Entrypoint: []string{"/e"}, Command: []string{"c", "d"}, WorkingDir: "/w",
		},
		"acme/bare": {Environment: map[string]string{}},
	}
	if diff := cmp.Diff(want, s.Images(t.Context(), []string{"gone", "wrong", "acme/search:1", "acme/bare", "gone:2"})); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if got := s.Images(t.Context(), nil); len(got) != 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func TestImagesOfAnEngineThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	s := opened(t, enginetest.New(enginetest.Options{
		Hang: func(_, _ string) bool { return true },
	}), func(o *Options) { o.Timeout = brief })
	if got := s.Images(t.Context(), []string{"a", "b", "c", "d", "e", "f"}); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}
