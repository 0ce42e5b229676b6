package render

// Options are what the pretty output has to know about its reader.
type Options struct {
	Width   int    // columns of the terminal; 80 when 0
	Color   bool   // whether to colour symbols and words
	UTF8    bool   // whether the locale can show more than ASCII
	Command string // how this tool is called here; "docker mapcount" when empty
	Actions bool   // whether the output is read by GitHub Actions
}

const (
	defaultWidth   = 80
	minimumWidth   = 20
	tableWidth     = 60 // below it a table becomes lines
	defaultCommand = "docker mapcount"
)

func (o Options) width() int {
	if o.Width <= 0 {
		return defaultWidth
	}
	return max(o.Width, minimumWidth)
}

func (o Options) command() string {
	if o.Command == "" {
		return defaultCommand
	}
	return o.Command
}
