package commands

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A grammar gives the productions of docs/language-grammar.ebnf by name.
type grammar map[string]expression

// An expression is one of:
//
//	terminal "x", special "? … ?", name of a production, alternatives, sequence, option [x], repetition {x}
type expression struct {
	kind rune // '"' '?' 'n' '|' ' ' '[' '{'
	text string
	of   []expression
}

// samples are what the specials of the grammar may stand for.
var samples = map[string][]string{
	"the id of a task of API 3.0":                     {"task-ab12cd34"},
	"the code, Chinese name or map key of a province": {"jiangxi", "gd", "江西", "江西省", "广东", "guangdong", "hongkong-1"},
	"a part of a task's name, target or id":           {"shop", "商城 首页", "1265"},
	"the id of a digest":                              {"k7m2"},
	"five fields of cron in quotes":                   {`"0 9 * * 1-5"`, `"*/15 8-20 * * *"`, "'30 8 1 * *'"},
	"a name of the tz database":                       {"Asia/Shanghai", "europe/berlin", "UTC"},
	"a channel picked from Slack's list":              {"<#C0123|ops>", "<#C0123>"},
	"the id of an incident":                           {"k7m2-t5s3x0"},
	"a person or a group picked from Slack's list":    {"<@U0ALICE|alice>", "<@U0ALICE|Alice Liddell>", "<!subteam^S0ONCALL|@oncall>", "<!here>"},
	"a name for a task":                               {"shop", "店", "shop_2"},
}

var grammarTokens = regexp.MustCompile(`//[^\n]*|"[^"]*"|\?[^?\n]*\?|\w+|[][=|(){}.]|\S`)

func readGrammar(t *testing.T) grammar {
	text, err := os.ReadFile("../docs/language-grammar.ebnf")
	if err != nil {
		t.Fatal(err)
	}
	tokens := slices.DeleteFunc(grammarTokens.FindAllString(string(text), -1), func(token string) bool { return strings.HasPrefix(token, "//") })
	g := grammar{}
	next := func() string {
		if len(tokens) == 0 {
			t.Fatal("the grammar ends too early")
		}
		token := tokens[0]
		tokens = tokens[1:]
		return token
	}
	var alternatives func(end string) expression
	alternatives = func(end string) expression {
		all, sequence := expression{kind: '|'}, expression{kind: ' '}
		for {
			switch token := next(); {
			case token == end || token == "|":
				all.of = append(all.of, sequence)
				if token == end {
					return all
				}
				sequence = expression{kind: ' '}
			case token == "(":
				sequence.of = append(sequence.of, alternatives(")"))
			case token == "[":
				sequence.of = append(sequence.of, expression{kind: '[', of: []expression{alternatives("]")}})
			case token == "{":
				sequence.of = append(sequence.of, expression{kind: '{', of: []expression{alternatives("}")}})
			case token[0] == '"':
				sequence.of = append(sequence.of, expression{kind: '"', text: strings.Trim(token, `"`)})
			case token[0] == '?':
				sequence.of = append(sequence.of, expression{kind: '?', text: strings.Trim(token, "? ")})
			default:
				sequence.of = append(sequence.of, expression{kind: 'n', text: token})
			}
		}
	}
	for len(tokens) > 0 {
		name := next()
		if equals := next(); equals != "=" || g[name].kind != 0 {
			t.Fatalf("after %s comes %q, or it stands there twice", name, equals)
		}
		g[name] = alternatives(".")
	}
	return g
}

// draw makes a text from e. Its parts stand apart by space: none inside a word.
func (g grammar) draw(t *rapid.T, e expression, space string) string {
	several := func(n int) string {
		var parts []string
		for i := range n {
			if part := g.draw(t, e.of[i%len(e.of)], space); part != "" {
				parts = append(parts, part)
			}
		}
		return strings.Join(parts, space)
	}
	switch e.kind {
	case '"':
		return e.text
	case '?':
		return rapid.SampledFrom(samples[e.text]).Draw(t, e.text)
	case '|':
		return g.draw(t, rapid.SampledFrom(e.of).Draw(t, "alternative"), space)
	case '[':
		return several(rapid.IntRange(0, 1).Draw(t, "option"))
	case '{':
		return several(rapid.IntRange(0, 2).Draw(t, "times"))
	case ' ':
		return several(len(e.of))
	}
	production, ok := g[e.text]
	if !ok {
		panic(fmt.Sprintf("there is no production %q", e.text))
	}
	if first := e.text[0]; first >= 'a' && first <= 'z' {
		space = ""
	}
	return g.draw(t, production, space)
}

// beyondGrammar are the problems of commands that are well formed, but mean what can't be done.
var beyondGrammar = []Problem{TooMany, BadTime, Reversed, Empty, Future, TooLong, TooOften, BadInterval, PercentOfV2, ClosingTooHigh, BadQuiet, MuteTooLong}

func TestWhatTheGrammarMakesIsUnderstood(t *testing.T) {
	g := readGrammar(t)
	understood, all := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		text := g.draw(t, expression{kind: 'n', text: "Command"}, " ")
		command, err := testLanguage.Parse(text, night)
		all++
		if syntax, ok := errors.AsType[*SyntaxError](err); ok {
			if !slices.Contains(beyondGrammar, syntax.Problem) {
				t.Fatalf("%q is not understood: %v", text, err)
			}
			return
		}
		understood++
		if again, err := testLanguage.Parse(command.String(), night); err != nil || again.String() != command.String() {
			t.Fatalf("%q is read as %q, and that as %v, %v", text, command, again, err)
		}
	})
	if understood*2 < all {
		t.Errorf("only %d of %d commands are understood: the grammar says too little", understood, all)
	}
}

// TestTheGrammarHasEveryWordOfTheParser also looks that each production is used.
func TestTheGrammarHasEveryWordOfTheParser(t *testing.T) {
	g := readGrammar(t)
	terminals, used := map[string]bool{}, map[string]bool{"Command": true}
	var walk func(e expression)
	walk = func(e expression) {
		terminals[e.text] = terminals[e.text] || e.kind == '"'
		used[e.text] = used[e.text] || e.kind == 'n'
		if e.kind == '?' && samples[e.text] == nil {
			t.Errorf("there is no sample of %q", e.text)
		}
		for _, part := range e.of {
			walk(part)
		}
	}
	for _, production := range g {
		walk(production)
	}
	words := slices.Concat(fillers, slices.Collect(maps.Keys(keywords)), slices.Collect(maps.Keys(commandWords)), slices.Collect(maps.Keys(isps)),
		slices.Collect(maps.Keys(units)), slices.Collect(maps.Keys(numerals)), slices.Collect(maps.Keys(digestWords)),
		slices.Collect(maps.Keys(aliasWords)), slices.Collect(maps.Keys(partWords)), slices.Collect(maps.Keys(dayWords)),
		slices.Collect(maps.Keys(languageNames)), slices.Collect(maps.Keys(topicWords)), slices.Collect(maps.Keys(baselineWords)), slices.Collect(maps.Keys(onceWords)))
	sets := []map[string]bool{overWords, belowWords, anyWords, usualWords, timesWords, failureWords, sameHours, runsWords, hereWords,
		joinedWords, placeWords, untilWords, tomorrowWords, takeWords}
	for _, set := range sets {
		words = append(words, slices.Collect(maps.Keys(set))...)
	}
	for _, typed := range words {
		if !terminals[typed] {
			t.Errorf("the grammar lacks the word %q", typed)
		}
	}
	for name := range g {
		if !used[name] {
			t.Errorf("no production uses %s", name)
		}
	}
}
