package i18n

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"
)

// keyedEnglish maps the keys of sentences to their English text.
var keyedEnglish = map[string]string{
	betweenNames: ", ", betweenSentences: " ", aShare: "%s", totalAndFindings: "%s: %s", ispInProvince: "%s in %s",
	mostOnISP: "%s are on %s", mostInProvince: "%s are in %s", mostAtServer: "%s are at %s", someOnISP: "%s are on %s", someInProvince: "%s are in %s",
}

// TestEverySentenceIsTranslated reads the source of this package: each sentence must have a Chinese text, and
// must be formatted by f.
func TestEverySentenceIsTranslated(t *testing.T) {
	translated := map[string]string{}
	for _, field := range chinese {
		for english, said := range field {
			if translated[english] != "" {
				t.Errorf("%q is translated twice", english)
			}
			translated[english] = said
		}
	}
	said := map[string]bool{}
	for key := range keyedEnglish {
		said[key] = true
	}
	for _, table := range []map[int64]string{reasonGloss, kindGloss[4], kindGloss[5]} {
		for _, gloss := range table {
			said[gloss] = true
		}
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || function.Recv == nil {
				continue
			}
			for _, literal := range sentencesOf(function) {
				said[literal] = true
				if translated[literal] == "" {
					t.Errorf("%s: %s: %q has no translation, or is said past f", name, function.Name.Name, literal)
				}
			}
		}
	}
	for english := range translated {
		if !said[english] {
			t.Errorf("%q is translated, but said nowhere", english)
		}
	}
}

// sentencesOf lists the strings with letters in a function. It skips those that nobody reads: cases, indexes, layouts
// of times, and the commands in examples of the help.
func sentencesOf(function *ast.FuncDecl) []string {
	var found []string
	skip := map[ast.Node]bool{}
	ast.Inspect(function, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CaseClause:
			for _, e := range n.List {
				skip[e] = true
			}
		case *ast.CallExpr:
			if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Format" {
				return false
			} else if ok && s.Sel.Name == "f" {
				if format, ok := n.Args[0].(*ast.BasicLit); ok {
					text, _ := strconv.Unquote(format.Value)
					found = append(found, text)
				}
			}
		case *ast.CompositeLit: // an example: its command, and what that does
			if of, ok := n.Type.(*ast.Ident); ok && of.Name == "keyed" {
				return false
			}
			if len(n.Elts) == 2 && n.Type == nil {
				skip[n.Elts[0]] = true
			}
		case *ast.BinaryExpr:
			skip[n.Y] = n.Op == token.EQL
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && !skip[n] && speaks(text) {
				found = append(found, text)
			}
		}
		return !skip[n]
	})
	return found
}

func speaks(text string) bool {
	text = strings.NewReplacer("%d", "", "%+d", "", "%s", "", "UTC+8", "").Replace(text)
	return strings.IndexFunc(text, unicode.IsLetter) >= 0 && text != "en" && text != "zh"
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?([sd%])`)

// verbs lists the verbs of a format in the order of its arguments.
func verbs(format string) []string {
	var all []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		all = append(all, strconv.Itoa(next)+m[2])
		next++
	}
	slices.Sort(all)
	return all
}

func TestTranslationsSayAllThatTheEnglishDoes(t *testing.T) {
	for _, field := range chinese {
		for english, said := range field {
			english = cmp.Or(keyedEnglish[english], english)
			if !slices.Equal(verbs(english), verbs(said)) {
				t.Errorf("%q takes %v, %q takes %v", english, verbs(english), said, verbs(said))
			}
			for _, kept := range []string{"manifest.yaml", "DATA_DIR", "digest show", "digest list", "ADMIN_USERS", "{ago}", "cron", "126531", "province="} {
				if strings.Contains(english, kept) != strings.Contains(said, kept) {
					t.Errorf("%q and %q differ in %s", english, said, kept)
				}
			}
			if strings.ContainsAny(said, ",;?!") && !strings.ContainsAny(english, `"0`) && strings.IndexFunc(said, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
				t.Errorf("%q has western punctuation", said)
			}
		}
	}
	for english, n := range numbers {
		for _, form := range []string{n.one, n.none} {
			if form != "" && form != "no failures" && !slices.Equal(verbs(english), verbs(form)) {
				t.Errorf("%q takes %v, %q takes %v", english, verbs(english), form, verbs(form))
			}
		}
	}
}

func TestChineseReadsAsWritten(t *testing.T) {
	w := Chinese
	for _, tc := range []struct{ got, want string }{
		{w.Failures(0), "0 次失败"}, {w.Failures(12345), "12,345 次失败"},
		{w.Concentrated(553, []Finding{{Name: "移动", Count: 492}}, nil, Finding{}, Finding{}), "553 次失败，89% 集中在移动。"},
		{w.Concentrated(982, []Finding{{Name: "移动", Count: 982}}, nil, Finding{Name: "1.1.1.1", Count: 982}, Finding{Name: w.Reason("Ping超时", 0, 10016), Count: 900}),
			"982 次失败，全部集中在移动，全部集中在 1.1.1.1，92% 为 Ping超时（10016）。"},
		{w.Concentrated(110, []Finding{{Name: "移动", Count: 90, Probes: 90, AllProbes: 110}}, nil, Finding{}, Finding{}), "110 次失败，82% 集中在移动，其拨测占比也是 82%。"},
		{w.StandsOut(78, []Rate{{"教育网", 38, 40}, {w.ISPIn("移动", "江西"), 10, 100}}, Rate{Failures: 40, Probes: 4000}, Finding{}),
			"78 次失败，教育网失败率 95%（40 次拨测），江西移动 10%（100 次），其余 1%（4,000 次）。"},
		{w.Spread(40, Reach{4, 4, 2, 30}, false, nil, []Finding{{Name: "江西", Count: 18}}, Finding{}, Finding{}), "40 次失败，分布在 4 个运营商、30 个省份中的 2 个，45% 在江西。"},
		{w.TasksFail(1105, 2, 3, []string{"移动"}), "3 个任务中 2 个有失败，共 1,105 次失败，均集中在移动。"},
		{w.ISP("移动"), "移动"}, {w.ReasonName("", 0, 10016), "Ping 超时"}, {w.ReasonName("Ping超时", 0, 10016), "Ping超时"},
		{w.MostIn([]string{"江西 3", "广东 2"}, 2), "主要省份：江西 3、广东 2，另有 2 个"},
		{w.Fetched(5*time.Minute, true), "5 分钟前获取，来自缓存"}, {w.RateOf(3, 1200), "失败率 <1%（1,200 次拨测）"},
		{English.Tasks([]string{"1", "2"}), "Tasks 1, 2"}, {w.Tasks([]string{"1", "2"}), "任务 1、2"},
	} {
		if tc.got != tc.want {
			t.Errorf("%q, want %q", tc.got, tc.want)
		}
	}
}

func TestLanguagesAreFoundByLocale(t *testing.T) {
	for locale, want := range map[string]string{"zh-CN": "zh", "zh-TW": "zh", "zh": "zh", "en-US": "en", "en": "en"} {
		if w, ok := For(locale); !ok || w.Name() != want {
			t.Errorf("%s: %s, %v", locale, w.Name(), ok)
		}
	}
	for _, locale := range []string{"", "de-DE", "???"} {
		if w, ok := For(locale); ok || w.Name() != "en" {
			t.Errorf("%s: %s, %v", locale, w.Name(), ok)
		}
	}
}
