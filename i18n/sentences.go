package i18n

import (
	"cmp"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
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
	mostOn = message.Key(mostOnISP, "%s are on %s")
	mostIn = message.Key(mostInProvince, "%s are in %s")
	mostAt = message.Key(mostAtServer, "%s are at %s")
	someOn = message.Key(someOnISP, "%s are on %s")
	someIn = message.Key(someInProvince, "%s are in %s")
)

// chinese maps English sentences to simplified Chinese. Each map is in a file of its own, with a name in _zh.go.
var chinese = []map[string]string{
	chineseAnswer, chineseReasons, chineseDigest, chineseSyntax, chineseHelp, chineseControls, chineseHints, chineseNames,
	chineseForms, chineseCompare, chineseIncident, chineseMutes, chineseConditions,
}

// sentences holds the Chinese sentences, and the forms of English ones that depend on a number. A sentence without an
// entry is used as it is in the code.
var sentences = func() catalog.Catalog {
	all := catalog.NewBuilder(catalog.Fallback(language.English))
	for english, n := range numbers {
		forms := plural.Selectf(n.arg, "%d", "=0", cmp.Or(n.none, english), "one", n.one, "other", english)
		set(all.Set(language.English, english, forms))
	}
	for _, field := range chinese {
		for english, said := range field {
			set(all.SetString(language.SimplifiedChinese, english, said))
		}
	}
	return all
}()

func set(err error) {
	if err != nil {
		panic(err) // a mistake in the tables of this package, which every test would show
	}
}
