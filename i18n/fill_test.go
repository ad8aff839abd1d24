package i18n

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
	"golang.org/x/text/message/catalog"
	"pgregory.net/rapid"
)

// TestSentencesAreFilledAsByTextMessage: golang.org/x/text/message, which knows the rules of each language, writes each
// sentence with the same arguments in the same way.
func TestSentencesAreFilledAsByTextMessage(t *testing.T) {
	all := catalog.NewBuilder(catalog.Fallback(language.English))
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	formats := map[string]string{} // by key
	for english, n := range numbers {
		forms := plural.Selectf(n.arg, "%d", "=0", cmp.Or(n.none, english), "one", n.one, "other", english)
		must(all.Set(language.English, english, forms))
		formats[english] = english
	}
	for key, said := range inChinese {
		must(all.SetString(language.SimplifiedChinese, key, said))
		formats[key] = cmp.Or(keyedEnglish[key], key)
	}
	printers := map[Phrases]*message.Printer{
		English: message.NewPrinter(language.English, message.Catalog(all)),
		Chinese: message.NewPrinter(language.SimplifiedChinese, message.Catalog(all)),
	}
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SampledFrom(slices.Sorted(maps.Keys(formats))).Draw(t, "sentence")
		number := rapid.OneOf(rapid.SampledFrom([]int64{0, 1, 2, 999, 1000}), rapid.Int64Min(0))
		var args []any
		for _, verb := range verbs(formats[key]) {
			switch n := number.Draw(t, "number"); {
			case strings.HasSuffix(verb, "s"):
				args = append(args, rapid.SampledFrom([]string{"", "移动", "5%", "%s", "%d"}).Draw(t, "text"))
			case rapid.Bool().Draw(t, "as int"):
				args = append(args, int(n))
			default:
				args = append(args, n)
			}
		}
		for w, printer := range printers {
			want := printer.Sprintf(message.Key(key, formats[key]), args...)
			if got := w.say(keyed{key, formats[key]}, args...); got != want {
				t.Fatalf("%s: %q with %v is %q, and not %q", w.Name(), key, args, got, want)
			}
		}
	})
}
