// Measure runs a corpus of labelled Compose projects through the tool and prints
// precision and recall for each level, and every miss. Its exit status is not
// zero when there is no corpus, when a project made the tool crash, or with -min
// when a figure is below that.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"docker-mapcount/internal/preflight"
	"docker-mapcount/test/corpus"
)

func main() {
	least := flag.Float64("min", 0, "fail when precision or recall of required, or of all levels, is below this `share`, such as 0.97")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "measure [-min SHARE] [FOLDER]\nFOLDER holds a labels.jsonl; left out: what MAPCOUNT_CORPUS names.")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, flag.Args(), *least, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, least float64, out io.Writer) error {
	if len(args) > 1 || least < 0 || least > 1 {
		return errors.New("usage: measure [-min SHARE] [FOLDER], with a share from 0 to 1")
	}
	dir, err := folder(args)
	if err != nil {
		return err
	}
	projects, err := corpus.Read(dir)
	if err != nil {
		return err
	}
	s := corpus.Measure(ctx, projects)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	s.Print(out)
	if len(s.Crashes) > 0 {
		return fmt.Errorf("%d projects made it crash", len(s.Crashes))
	}
	return enough(s, least)
}

func folder(args []string) (string, error) {
	if len(args) > 0 && args[0] != "" {
		return args[0], nil
	}
	return corpus.Find()
}

// enough holds the figures against the least that is wanted.
func enough(s corpus.Score, least float64) error {
	required, all := s.Sum(preflight.LevelRequired), s.Sum(corpus.Levels...)
	worst := min(required.Precision(), required.Recall(), all.Precision(), all.Recall())
	if worst < least {
		return fmt.Errorf("a figure is %.3f, and %.3f was wanted", worst, least)
	}
	return nil
}
