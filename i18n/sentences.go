package i18n

import (
	"maps"
	"strings"
)

// betweenNames is the key of the separator between names. Parts of a sentence have their own, which may differ.
const betweenNames = "between names"

// betweenSentences is the key of the separator between sentences.
const betweenSentences = "between sentences"

// Keys of sentences that are the same in English but differ in Chinese.
const (
	aShare           = "a share"            // a percentage before a name
	totalAndFindings = "total and findings" // the number of failures, and what they share
	ispInProvince    = "ISP in province"    // a name for both
	mostOnISP        = "most on an ISP"     // at least four of five failures
	mostInProvince   = "most in a province" // the same
	mostAtServer     = "most at an address" // the same
	someOnISP        = "some on an ISP"     // fewer than that
	someInProvince   = "some in a province" // the same
)

// Sentences with a share of the failures, and where they are.
var (
	mostOn = keyed{mostOnISP, "%s are on %s"}
	mostIn = keyed{mostInProvince, "%s are in %s"}
	mostAt = keyed{mostAtServer, "%s are at %s"}
	someOn = keyed{someOnISP, "%s are on %s"}
	someIn = keyed{someInProvince, "%s are in %s"}
)

// A keyed sentence has a key of its own, because its English text stands for several Chinese ones.
type keyed struct{ key, english string }

// chinese maps English sentences to simplified Chinese. Each map is in a file of its own, with a name in _zh.go.
var chinese = []map[string]string{
	chineseAnswer, chineseReasons, chineseDigest, chineseSyntax, chineseHelp, chineseControls, chineseHints, chineseNames,
	chineseForms, chineseCompare, chineseIncident, chineseMutes, chineseConditions,
}

// inChinese holds all of chinese.
var inChinese = func() map[string]string {
	all := map[string]string{}
	for _, field := range chinese {
		maps.Copy(all, field)
	}
	return all
}()

// f formats an English sentence in the language of w, in the form for its numbers. In an argument with an odd number
// of backticks it replaces them, so that the argument can't open a code span.
func (w Phrases) f(english string, args ...any) string {
	for i, arg := range args {
		if text, ok := arg.(string); ok && strings.Count(text, "`")%2 == 1 {
			args[i] = strings.ReplaceAll(text, "`", "'")
		}
	}
	return w.say(keyed{english, english}, args...)
}

// say formats s in the language of w, in the form for its numbers. Its verbs are those of fill.
func (w Phrases) say(s keyed, args ...any) string {
	if w == Chinese {
		if said, ok := inChinese[s.key]; ok {
			return fill(said, args)
		}
	}
	if n, ok := numbers[s.english]; ok {
		return fill(n.form(s.english, args), args)
	}
	return fill(s.english, args)
}
