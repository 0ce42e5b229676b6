package preflight

// Nearest returns the candidate that a mistyped word most likely meant: the one
// with the fewest single-letter edits (a swap of neighbours counts as one), as
// long as no more than a third of the letters differ. Empty when there is none.
func Nearest(word string, candidates []string) string {
	best, bestEdits := "", len([]rune(word))/3+2
	for _, c := range candidates {
		limit := max(len([]rune(word)), len([]rune(c)))/3 + 1
		if n := edits([]rune(word), []rune(c)); n < bestEdits && n <= limit {
			best, bestEdits = c, n
		}
	}
	return best
}

// edits is the optimal string alignment distance of two words. Words longer than
// any name that a person mistypes are cut, so that the work is bounded.
func edits(a, b []rune) int {
	const longest = 64
	a, b = a[:min(len(a), longest)], b[:min(len(b), longest)]
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
