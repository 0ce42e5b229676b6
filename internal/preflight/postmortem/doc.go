// Package postmortem answers one question: what ended this container, and had
// vm.max_map_count to do with it?
//
// It is pure reasoning over what an engine tells: status, state and the end of
// the log. A line of the log that names the setting and belongs to the run that
// ended decides; a status alone proves little, and a line that only fits is
// called possible. Whatever is not the setting is told apart by name, so that
// nobody raises a value for nothing.
package postmortem
