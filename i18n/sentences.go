package i18n

import (
	"cmp"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
)

// betweenNames is the key of what stands between the members of a list; between parts of a
// sentence it may be another mark.
const betweenNames = "between names"

// betweenSentences is the key of what stands between two sentences.
const betweenSentences = "between sentences"

// Sentences whose English depends on less than their Chinese does are known by a key.
const (
	aShare           = "a share"            // a percentage that a name follows
	totalAndFindings = "total and findings" // how many failures there are, and what is found in them
	ispInProvince    = "ISP in province"    // a name for both
	mostOnISP        = "most on an ISP"     // the share that makes a finding
	mostInProvince   = "most in a province" // the same
	mostAtServer     = "most at an address" // the same
	someOnISP        = "some on an ISP"     // less than that
	someInProvince   = "some in a province" // the same
)

// What stands between a share of the failures and where they are.
var (
	mostOn = message.Key(mostOnISP, "%s are on %s")
	mostIn = message.Key(mostInProvince, "%s are in %s")
	mostAt = message.Key(mostAtServer, "%s are at %s")
	someOn = message.Key(someOnISP, "%s are on %s")
	someIn = message.Key(someInProvince, "%s are in %s")
)

// chinese says each English sentence in simplified Chinese; the files named after it hold one field each.
var chinese = []map[string]string{chineseAnswer, chineseReasons, chineseDigest, chineseSyntax, chineseHelp, chineseControls, chineseHints, chineseNames, chineseForms, chineseCompare}

// sentences holds what each sentence is in other languages, and the forms of those in English that depend on a number.
// Without an entry a sentence is said as it stands in the code.
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
