package engine

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/url"
	"strings"

	"docker-mapcount/internal/preflight"
)

// tlsTrouble: the two sides do not agree on encryption or on each other.
func tlsTrouble(t trouble) *preflight.Failure {
	message := tlsWords(t.err)
	if message == "" {
		return nil
	}
	return &preflight.Failure{
		Code:    preflight.CodeTLS,
		Message: message,
		Hint:    "docker context inspect " + t.context,
		HintWhy: "shows the certificates in use",
	}
}

func tlsWords(err error) string {
	text := err.Error()
	var record tls.RecordHeaderError
	var theirs *tls.CertificateVerificationError
	var alert tls.AlertError
	switch {
	case strings.Contains(text, "malformed HTTP response"), strings.Contains(text, "Client sent an HTTP request to an HTTPS server"):
		return "the engine speaks TLS, and this connection does not"
	case errors.As(err, &record), strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return "the engine does not speak TLS, and this connection does"
	case errors.As(err, &theirs):
		return "the engine's certificate was not accepted: " + theirs.Err.Error()
	case isX509(err):
		return "the engine's certificate was not accepted: " + fromX509(text)
	case errors.As(err, &alert), strings.Contains(text, "remote error: tls:"):
		_, words, _ := strings.Cut(text, "remote error: ")
		return "the engine did not accept this side's certificate: " + words
	case strings.Contains(text, "tls: "):
		_, words, _ := strings.Cut(text, "tls: ")
		return "no TLS connection: " + words
	}
	return ""
}

func isX509(err error) bool {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	return errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid) || strings.Contains(err.Error(), "x509: ")
}

func fromX509(text string) string {
	if i := strings.Index(text, "x509: "); i >= 0 {
		return text[i:]
	}
	return text
}

// overSSH: the dialer starts the ssh command and puts what that printed at the
// end of its error.
func overSSH(t trouble) *preflight.Failure {
	u, err := url.Parse(t.endpoint)
	var slow noAnswer
	if err != nil || u.Scheme != "ssh" || errors.As(t.err, &slow) {
		return nil
	}
	_, words, found := strings.Cut(t.err.Error(), "stderr=")
	switch {
	case !found && t.dial != nil:
		words = t.dial.Error()
	case !found && !strings.Contains(t.err.Error(), "command [ssh"):
		return nil
	}
	if _, host, ok := strings.Cut(words, "Could not resolve hostname "); ok {
		name, _, _ := strings.Cut(host, ":")
		return addressFailure(t, "cannot find host "+name)
	}
	target := u.Hostname()
	if u.User.Username() != "" {
		target = u.User.Username() + "@" + target
	}
	return &preflight.Failure{
		Code:    preflight.CodeSSH,
		Message: "ssh: " + strings.TrimPrefix(lastWords(words), "ssh: "),
		Hint:    "ssh " + target + " docker version",
		HintWhy: "must work without a question",
	}
}

// lastWords is the last line that says something: ssh prints warnings before
// the reason. The client adds a sentence of its own after it.
func lastWords(text string) string {
	text, _, _ = strings.Cut(text, "\n* Are you trying")
	last := "it ended without a word"
	for line := range strings.Lines(text) {
		if line = strings.Trim(line, " \t\r\n\""); line != "" {
			last = line
		}
	}
	return last
}
