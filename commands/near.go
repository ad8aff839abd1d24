package commands

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// near reports whether word is known with one typing error: a wrong, missing, doubled or swapped letter; two in a
// long word. Short words and names of two Chinese characters are not compared, because they differ too little.
func near(word, known string) bool {
	n := max(utf8.RuneCountInString(word), utf8.RuneCountInString(known))
	allowed := 0
	switch {
	case n >= 7:
		allowed = 2
	case n >= 4 || n == 3 && hasHan(word):
		allowed = 1
	}
	if allowed == 0 || word == known || abs(utf8.RuneCountInString(word)-utf8.RuneCountInString(known)) > allowed {
		return false // most words are told apart by less than their distance
	}
	return distance([]rune(word), []rune(known)) <= allowed
}

// nearSecond returns the known names of two Chinese characters that differ from word in the second one: 江四 is 江西 or 江苏.
// The first one stays, since too many names share their second.
func nearSecond(word string, known []string) []string {
	typed := []rune(word)
	if len(typed) != 2 || !hasHan(word) {
		return nil
	}
	var found []string
	for _, name := range known {
		if runes := []rune(name); len(runes) == 2 && runes[0] == typed[0] && hasHan(name) {
			found = append(found, name)
		}
	}
	return found
}

func abs(n int) int { return max(n, -n) }

// distance is the number of edits between a and b, where two neighbours swapped are one edit
// (optimal string alignment).
func distance(a, b []rune) int {
	width := len(b) + 1
	all := make([]int, (len(a)+1)*width)
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = all[i*width : (i+1)*width]
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			best := min(change, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				best = min(best, rows[i-2][j-2]+1)
			}
			rows[i][j] = best
		}
	}
	return rows[len(a)][len(b)]
}

// nearest returns the known word that word most resembles, or "". Numbered nodes are compared
// without their number: hongkong-9 is a sibling of hongkong-1, not a misspelling of it.
func nearest(word string, known []string) string {
	if utf8.RuneCountInString(word) > 40 {
		return ""
	}
	best, bestDistance := "", 1<<30
	stem := stemOf(word)
	for _, candidate := range known {
		other := candidate
		if stem != word {
			other = stemOf(candidate)
			if other == stem {
				return ""
			}
		}
		if stem == word && stemOf(candidate) != candidate || !near(stem, other) {
			continue
		}
		if d := distance([]rune(word), []rune(candidate)); d < bestDistance || d == bestDistance && candidate < best {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// stemOf takes the number of a probe node away: hongkong-1 is hongkong, silicon-v2 is silicon.
func stemOf(word string) string {
	stem := strings.TrimRightFunc(word, unicode.IsDigit)
	if stem == word {
		return word
	}
	if stem = strings.TrimSuffix(strings.TrimSuffix(stem, "v"), "-"); stem == "" {
		return word
	}
	return stem
}

// looksLikeCode reports whether word could be one of CAT's codes that is not known yet: letters and digits with a
// number or a hyphen among them, as hongkong-9 and silicon-v3. A plain word is more likely a slip than a code.
func looksLikeCode(word string) bool { return len(word) <= 32 && code.MatchString(word) }

var code = regexp.MustCompile(`^[a-z][a-z0-9]*([0-9]|[-_][a-z0-9]+)+$`)
