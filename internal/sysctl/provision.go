package sysctl

import (
	"bytes"
	"slices"
	"strings"
)

// Provisions lists what the provision scripts in a configuration file of Lima or
// Colima do to the parameter, in the order in which they run at each start of the
// machine. It reads just the form of YAML in which people write these few keys:
// every other line that names the parameter is listed without a value, so that
// what is not understood is never taken for absent.
func Provisions(content []byte) []ScriptLine {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	p := provisionReader{lines: numbered(string(content), 1)}
	if base, ok := p.key("base"); ok && !isNothing(base.text) {
		p.found = append(p.found, ScriptLine{Line: base.number, Why: "another file that it builds on is not evaluated"})
	}
	p.section()
	return p.everything()
}

// provisionReader walks through the lines of one file.
type provisionReader struct {
	lines []numberedLine
	found []ScriptLine
}

// key finds a key at the top of the file; text is then what stands after it.
func (p *provisionReader) key(name string) (numberedLine, bool) {
	for _, l := range p.lines {
		if rest, ok := strings.CutPrefix(l.text, name+":"); ok {
			return numberedLine{l.number, strings.TrimSpace(rest)}, true
		}
	}
	return numberedLine{}, false
}

// everything is what was found, and every mention of the parameter that was not
// come across on the way.
func (p *provisionReader) everything() []ScriptLine {
	for _, l := range p.lines {
		known := slices.ContainsFunc(p.found, func(s ScriptLine) bool { return s.Line == l.number })
		if !known && strings.Contains(l.text, word) && !isComment(l.text) {
			p.found = append(p.found, ScriptLine{Line: l.number, Why: "this line is not evaluated: it is no provision script of the plain form"})
		}
	}
	return p.found
}

// section reads the entries below "provision:". A second such key, or one whose
// entries are not a plain list, is left to everything.
func (p *provisionReader) section() {
	head, ok := p.key("provision")
	if !ok || !isNothing(head.text) {
		return
	}
	body := p.lines[head.number:]
	for i, l := range body {
		if l.text != "" && !isComment(l.text) && indent(l.text) == 0 && !strings.HasPrefix(l.text, "- ") {
			body = body[:i]
			break
		}
	}
	for _, entry := range entries(body) {
		p.entry(entry)
	}
}

// entries cuts a block list into its items, whose first line loses its dash.
func entries(body []numberedLine) [][]numberedLine {
	dash := -1
	var list [][]numberedLine
	for _, l := range body {
		rest := strings.TrimLeft(l.text, " ")
		switch {
		case dash < 0 && (rest == "" || rest[0] == '#'):
			continue
		case dash < 0 && strings.HasPrefix(rest, "- "):
			dash = indent(l.text)
		case dash < 0:
			return nil
		}
		if indent(l.text) == dash && strings.HasPrefix(rest, "- ") {
			l.text = strings.Repeat(" ", dash+1) + rest[1:]
			list = append(list, nil)
		}
		list[len(list)-1] = append(list[len(list)-1], l)
	}
	return list
}

// entry reads one item: a mode, which is "system" if none is given, and a script.
// Another mode, and anything beside the two, may mean something else.
func (p *provisionReader) entry(lines []numberedLine) {
	if inner, ok := inBraces(lines); ok {
		lines = inner
	}
	mode, commands := "system", []numberedLine(nil)
	margin := indent(lines[0].text)
	for i := 0; i < len(lines); i++ {
		text := strings.TrimSpace(lines[i].text)
		if text == "" || text[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(text, ":")
		if !ok || indent(lines[i].text) != margin {
			return
		}
		value = strings.TrimSpace(value)
		switch name {
		case "mode":
			mode = scalar(value)
		case "script":
			block := blockOf(lines[i+1:], margin)
			if commands, ok = scriptOf(lines[i].number, value, block); !ok {
				return
			}
			i += len(block)
		default:
			p.note(lines[i].number, name)
			return
		}
	}
	if mode == "system" {
		p.found = append(p.found, script(commands)...)
	}
}

// inBraces turns an item such as {mode: system, script: "…"} into a line for each key.
func inBraces(lines []numberedLine) ([]numberedLine, bool) {
	text := strings.TrimSpace(lines[0].text)
	inner, opens := strings.CutPrefix(text, "{")
	inner, closes := strings.CutSuffix(inner, "}")
	if !opens || !closes || strings.ContainsAny(inner, "{}[]\\") {
		return nil, false
	}
	var out []numberedLine
	for pair := range strings.SplitSeq(inner, ",") {
		out = append(out, numberedLine{lines[0].number, strings.TrimSpace(pair)})
	}
	return append(out, lines[1:]...), true
}

// note lists an entry whose script is elsewhere.
func (p *provisionReader) note(line int, name string) {
	if name == "file" {
		p.found = append(p.found, ScriptLine{Line: line, Why: "the script in another file is not evaluated"})
	}
}

// blockOf is the lines that belong to a key at that margin.
func blockOf(lines []numberedLine, margin int) []numberedLine {
	for i, l := range lines {
		if strings.TrimSpace(l.text) != "" && indent(l.text) <= margin {
			return lines[:i]
		}
	}
	return lines
}

// scriptOf is the commands of a script: a literal block, or one line.
func scriptOf(number int, value string, block []numberedLine) ([]numberedLine, bool) {
	switch value {
	case "|", "|-", "|+":
		return outdented(block), true
	}
	text := scalar(value)
	if len(block) > 0 || text == "" {
		return nil, false
	}
	return []numberedLine{{number, text}}, true
}

// outdented takes off the indentation of a literal block, which its first line sets.
func outdented(block []numberedLine) []numberedLine {
	margin := -1
	var out []numberedLine
	for _, l := range block {
		if margin < 0 && strings.TrimSpace(l.text) != "" {
			margin = indent(l.text)
		}
		out = append(out, numberedLine{l.number, l.text[min(max(margin, 0), len(l.text)):]})
	}
	return out
}

// scalar is a plain or quoted value in one line; empty when it is none of these.
// Escapes, comments after it, anchors, flow collections and folded blocks are none.
func scalar(value string) string {
	inner := unquoted(value)
	if inner == value && (value == "" || strings.ContainsAny(value[:1], "\"'|>&*!{[%@`#") || strings.Contains(value, " #") || strings.Contains(value, ": ")) {
		return ""
	}
	if inner != value && strings.ContainsAny(inner, `\`+value[:1]) {
		return ""
	}
	return inner
}

// isNothing reports whether a value is absent, or spelled so.
func isNothing(value string) bool {
	switch value {
	case "", "[]", "null", "~":
		return true
	}
	return strings.HasPrefix(value, "#")
}

func isComment(line string) bool { return strings.HasPrefix(strings.TrimLeft(line, " "), "#") }

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
