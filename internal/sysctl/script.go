package sysctl

import "strings"

// ScriptLine is a line of a shell script that bears on the parameter.
type ScriptLine struct {
	Line  int   // 1-based
	Value int64 // what it sets; 0 when that is not certain
	Why   string
}

// Script lists the lines of a shell script that set the parameter, in the order
// in which they run. The script is not interpreted: only commands that do nothing
// else and certainly run get a value, everything else that names the parameter is
// listed without one.
func Script(content string) []ScriptLine {
	found := script(numbered(content, 1))
	number := 0
	for line := range strings.Lines(content) {
		number++
		for i := range found {
			if found[i].Line == number && strings.HasSuffix(line, "\r\n") {
				found[i].Value, found[i].Why = 0, returns
			}
		}
	}
	return found
}

// ScriptLineMatters reports whether a line of a script has to be there for Script
// to tell what the script does.
func ScriptLineMatters(line string) bool {
	text := strings.TrimSpace(line)
	return strings.HasPrefix(text, "#!") || text != "" && (strings.Contains(text, word) || appliesFiles(text) || branches(text))
}

// numberedLine is a line with its number in the file.
type numberedLine struct {
	number int
	text   string
}

func numbered(content string, first int) []numberedLine {
	var lines []numberedLine
	for line := range strings.Lines(content) {
		lines = append(lines, numberedLine{first + len(lines), strings.TrimRight(line, "\r\n")})
	}
	return lines
}

// The reasons for not taking a line's word.
const (
	notPlain   = "this line is not evaluated: it does more than set a number"
	notCertain = "this line is not evaluated: whether it runs depends on what stands before it"
	returns    = "this line is not evaluated: it ends in CR LF, and the kernel takes no number with a carriage return"
	readsAgain = "this line is not evaluated: it applies sysctl files once more"
)

func script(lines []numberedLine) []ScriptLine {
	var found []ScriptLine
	certain := len(lines) == 0 || isShell(lines[0].text)
	for _, l := range lines {
		text := strings.TrimSpace(l.text)
		if text == "" || text[0] == '#' {
			continue
		}
		switch {
		case strings.Contains(text, word):
			found = append(found, scriptLine(l.number, text, certain && !indented(l.text)))
		case appliesFiles(text):
			found = append(found, ScriptLine{Line: l.number, Why: readsAgain})
		}
		certain = certain && !branches(text)
	}
	return found
}

// scriptLine judges a line that names the parameter.
func scriptLine(number int, text string, certain bool) ScriptLine {
	value := plainCommand(text)
	switch {
	case value == 0:
		return ScriptLine{Line: number, Why: notPlain}
	case !certain:
		return ScriptLine{Line: number, Why: notCertain}
	}
	return ScriptLine{Line: number, Value: value}
}

// plainCommand is the value that a command sets which does nothing else; 0 when
// it is anything else.
func plainCommand(text string) int64 {
	text, _, _ = strings.Cut(text, " #")
	fields := strings.Fields(text)
	if fields[0] == "sudo" {
		fields = fields[1:]
	}
	if len(fields) == 0 {
		return 0
	}
	switch fields[0] {
	case "sysctl", "/sbin/sysctl", "/usr/sbin/sysctl":
		return sysctlCommand(fields[1:])
	case "echo":
		return echoCommand(text)
	}
	return 0
}

func sysctlCommand(arguments []string) int64 {
	for len(arguments) > 0 && (arguments[0] == "-w" || arguments[0] == "-q" || arguments[0] == "-qw" || arguments[0] == "-wq") {
		arguments = arguments[1:]
	}
	if len(arguments) != 1 {
		return 0
	}
	for _, name := range []string{"vm.max_map_count=", "vm/max_map_count="} {
		if value, ok := strings.CutPrefix(unquoted(arguments[0]), name); ok {
			return plainNumber(unquoted(value))
		}
	}
	return 0
}

// echoCommand reads: echo N > /proc/sys/vm/max_map_count.
func echoCommand(text string) int64 {
	left, right, ok := strings.Cut(text, ">")
	fields := strings.Fields(left)
	if !ok || unquoted(strings.TrimSpace(right)) != "/proc/sys/"+parameter || len(fields) != 2 {
		return 0
	}
	return plainNumber(unquoted(fields[1]))
}

// plainNumber is a number of decimal digits and nothing else.
func plainNumber(s string) int64 {
	if s == "" || s[0] == '0' || strings.Trim(s, "0123456789") != "" {
		return 0
	}
	n, _ := kernelNumber(s)
	return n
}

// unquoted takes off one pair of quotes.
func unquoted(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}

// appliesFiles reports whether a command makes sysctl read files.
func appliesFiles(text string) bool {
	if strings.Contains(text, "systemd-sysctl") {
		return true
	}
	if !strings.Contains(text, "sysctl") {
		return false
	}
	for field := range strings.FieldsSeq(text) {
		if field == "--system" || strings.HasPrefix(field, "--load") || strings.HasPrefix(field, "-p") {
			return true
		}
	}
	return false
}

// isShell: the first line of a script may name another interpreter.
func isShell(first string) bool {
	return !strings.HasPrefix(first, "#!") || strings.Contains(first, "sh")
}

// indented: people indent what runs under a condition.
func indented(line string) bool { return line != strings.TrimLeft(line, space) }

// branching are words after which commands may not run, or not at once.
var branching = map[string]bool{
	"if": true, "case": true, "for": true, "while": true, "until": true, "select": true, "function": true,
	"{": true, "(": true, "exec": true, "return": true, "trap": true, "kill": true, "reboot": true,
}

// branches reports whether what follows the line may not run, or may not be a
// command at all.
func branches(text string) bool {
	for field := range strings.FieldsSeq(text) {
		if branching[strings.TrimRight(field, ";")] {
			return true
		}
	}
	for _, end := range []string{"\\", "|", "&&"} {
		if strings.HasSuffix(text, end) {
			return true
		}
	}
	return strings.Contains(text, "<<") || strings.Contains(text, "exit") || strings.Contains(text, "()") ||
		strings.Count(text, "(") != strings.Count(text, ")") ||
		strings.Count(text, `"`)%2 == 1 || strings.Count(text, "'")%2 == 1
}
