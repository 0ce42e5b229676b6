package engine

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/docker/docker/client"

	"docker-mapcount/internal/preflight"
)

// trouble is a failed call with what is known around it.
type trouble struct {
	err      error
	dial     error // why connecting failed; nil when it worked
	ended    error // why the whole run ended; nil when it goes on
	timeout  time.Duration
	context  string
	endpoint string
	goos     string
}

// explain turns a failed call into words: the cause as the system or the engine
// put it, and what helps.
func explain(t trouble) *preflight.Failure {
	for _, cause := range []func(trouble) *preflight.Failure{
		interrupted, overSSH, hostNotFound, noPermission, tlsTrouble, tooSlow, notConnected, answered,
	} {
		if f := cause(t); f != nil {
			f.Message = oneLine(f.Message)
			return f
		}
	}
	return &preflight.Failure{Code: preflight.CodeAPI, Message: oneLine(t.err.Error()), Hint: "docker version", HintWhy: "does the engine answer?"}
}

func interrupted(t trouble) *preflight.Failure {
	if t.ended == nil {
		return nil
	}
	return &preflight.Failure{Code: preflight.CodeInterrupted, Message: "interrupted before the engine answered"}
}

func tooSlow(t trouble) *preflight.Failure {
	gaveUp := noAnswer{t.timeout}
	var timeout net.Error
	slow := errors.As(t.err, &gaveUp) || errors.Is(t.err, context.DeadlineExceeded) || errors.As(t.dial, &timeout) && timeout.Timeout()
	if !slow {
		return nil
	}
	return &preflight.Failure{
		Code:    preflight.CodeTimeout,
		Message: gaveUp.Error(),
		Hint:    "docker version",
		HintWhy: "does it answer? If not, restart the engine. --timeout " + longer(t.timeout).String() + " waits longer",
	}
}

func longer(d time.Duration) time.Duration { return (3 * d).Round(time.Second) }

func hostNotFound(t trouble) *preflight.Failure {
	var dns *net.DNSError
	if !errors.As(t.dial, &dns) || dns.IsTimeout {
		return nil
	}
	return addressFailure(t, "cannot find host "+dns.Name)
}

func addressFailure(t trouble, message string) *preflight.Failure {
	f := &preflight.Failure{Code: preflight.CodeHostNotFound, Message: message}
	f.Hint, f.HintWhy = "docker context inspect "+t.context, "shows the address"
	return f
}

func noPermission(t trouble) *preflight.Failure {
	if !errors.Is(t.dial, fs.ErrPermission) {
		return nil
	}
	f := &preflight.Failure{Code: preflight.CodePermission, Message: "permission denied on " + socketPath(t.endpoint)}
	if t.goos == "windows" {
		f.Hint = "net localgroup docker-users %USERNAME% /add"
		f.HintWhy = "as administrator, then sign in again"
		return f
	}
	f.Hint, f.HintWhy = "sudo usermod -aG docker $USER", "then sign in again"
	return f
}

// socketPath is the path of a socket or pipe; other endpoints stay as they are.
func socketPath(endpoint string) string {
	for _, scheme := range []string{"unix://", "npipe://"} {
		if path, ok := strings.CutPrefix(endpoint, scheme); ok {
			return path
		}
	}
	return endpoint
}

// notConnected: nothing listens, or what listens hung up without a word.
func notConnected(t trouble) *preflight.Failure {
	f := &preflight.Failure{Code: preflight.CodeNoEngine}
	switch {
	case t.dial != nil:
		f.Message = "cannot connect: " + systemWords(t.dial)
	case errors.Is(t.err, io.EOF), errors.Is(t.err, io.ErrUnexpectedEOF), errors.Is(t.err, syscall.ECONNRESET), errors.Is(t.err, syscall.EPIPE):
		f.Message = "the connection was closed without an answer"
	case client.IsErrConnectionFailed(t.err):
		f.Message = "cannot connect: " + systemWords(t.err)
	default:
		return nil
	}
	f.Hint = startHint(t)
	return f
}

func startHint(t trouble) string {
	switch {
	case remote(Facts{Endpoint: t.endpoint}):
		return "docker context inspect " + t.context
	case t.goos == "linux":
		return "start Docker Desktop, or on Linux: sudo systemctl start docker"
	}
	return "start Docker Desktop, or the program that runs your engine"
}

// systemWords is what the operating system said, without the operation and the
// address around it, which the report shows already.
func systemWords(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	var in *url.Error
	if errors.As(err, &in) {
		return in.Err.Error()
	}
	return err.Error()
}

const daemonPrefix = "Error response from daemon: "

// answered: the engine, or something in front of it, said no.
func answered(t trouble) *preflight.Failure {
	words, ok := strings.CutPrefix(t.err.Error(), daemonPrefix)
	if !ok {
		return nil
	}
	f := &preflight.Failure{Code: preflight.CodeAPI, Message: "the engine answered: " + words, Hint: "docker version", HintWhy: "does the engine answer?"}
	switch {
	case strings.Contains(words, "client version") && strings.Contains(words, "is too old"):
		f.Message = "this program is too old for the engine: " + words
		f.Hint, f.HintWhy = "install a newer docker mapcount", "or unset DOCKER_API_VERSION where it is set"
	case strings.Contains(words, "client version") && strings.Contains(words, "is too new"):
		f.Message = "the engine is too old for this program: " + words
		f.Hint, f.HintWhy = "install a newer Docker Engine", "or unset DOCKER_API_VERSION where it is set"
	}
	return f
}

// longestMessage bounds words that come from elsewhere.
const longestMessage = 400

// oneLine makes one bounded line of a message.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > longestMessage {
		s = strings.ToValidUTF8(s[:longestMessage], "") + "…"
	}
	return s
}
