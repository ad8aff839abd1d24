package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"catbot/catapi"
	"catbot/i18n"
)

var update = flag.Bool("update", false, "write the golden files")

var (
	begin = time.Date(2017, 5, 25, 0, 0, 0, 0, catapi.Beijing)
	end   = time.Date(2017, 5, 25, 8, 10, 0, 0, catapi.Beijing)
	now   = time.Date(2017, 5, 25, 8, 11, 0, 0, catapi.Beijing)
)

// lineCut is why an answer may be missing.
var lineCut = &catapi.TransportError{Op: "sending the request", Cause: errors.New("connection refused")}

func row(isp, province, name, server string, code int64, reason string, count int64) catapi.Row {
	return catapi.Row{ISP: isp, Province: province, ProvinceName: name, ServerIP: server, Code: code, Reason: reason, Count: count}
}

// failed is a bucket that begins some minutes after the window.
func failed(isp string, minutes int, count int64) catapi.BucketCount {
	return catapi.BucketCount{ISP: isp, Begin: begin.Add(time.Duration(minutes) * time.Minute), Count: count}
}

// example is the API document's own.
func example() catapi.History {
	return catapi.History{
		Query:     catapi.Query{Task: "126531", Begin: begin, End: end, Province: "jiangxi"},
		Rows:      []catapi.Row{row("移动", "jiangxi", "江西", "119.28.20.246", 10016, "Ping超时", 982)},
		Summary:   []catapi.CodeTotal{{Code: 10016, Reason: "Ping超时", Count: 982}},
		FetchedAt: now,
	}
}

// busy has several of everything, successes among them.
func busy() catapi.History {
	return catapi.History{
		Query: catapi.Query{Task: "126531", Begin: begin, End: end},
		Rows: []catapi.Row{
			row("移动", "jiangxi", "江西", "1.1.1.1", 10016, "Ping超时", 400),
			row("移动", "jiangxi", "江西", "", 10016, "Ping超时", 60),
			row("移动", "gd", "广东", "1.1.1.1", 10010, "连接超时", 30),
			row("移动", "hongkong-1", "", "1.1.1.1", -2, "连接失败", 7),
			row("移动", "zj", "浙江", "1.1.1.1", 503, "HTTP 请求503错误", 3),
			row("电信", "gd", "广东", "1.1.1.2", 10010, "连接超时", 20),
			row("电信", "gd", "广东", "1.1.1.2", 0, "验证成功", 90000),
			row("=HYPERLINK(\"x\")", "sh", "上海", "1.1.1.2", 4242, "", 1),
		},
		FetchedAt: now.Add(-4 * time.Minute), Cached: true,
	}
}

// earlier is the window before busy.
func earlier() *catapi.History {
	return &catapi.History{
		Query: catapi.Query{Task: "126531", Begin: begin.Add(begin.Sub(end)), End: begin},
		Rows: []catapi.Row{
			row("移动", "jiangxi", "江西", "1.1.1.1", 10016, "Ping超时", 50),
			row("电信", "gd", "广东", "1.1.1.2", 10010, "连接超时", 20),
			row("联通", "tj", "天津", "1.1.1.2", 111, "连接被拒绝", 12),
		},
	}
}

// A text is a command that is printed already.
type text string

func (t text) String() string { return string(t) }

func asked(tasks, provinces []string) Request {
	return Request{Command: text("codes " + strings.Join(tasks, " ")), Tasks: tasks, OnlyProvinces: provinces, Begin: begin, End: end, Top: 3}
}

func answers() map[string]Answer {
	compared := asked([]string{"126531"}, nil)
	compared.Compare = true
	stale := busy()
	stale.Stale, stale.FetchedAt = lineCut, now.Add(-3*time.Hour)
	today := busy() // of API 3.0, which counts the probes
	today.Rows = slices.DeleteFunc(today.Rows, func(r catapi.Row) bool { return r.Code == 0 })
	for i := range today.Rows {
		today.Rows[i].Province, today.Rows[i].ServerIP = today.Rows[i].ProvinceName, ""
	}
	today.Probes = []catapi.ProbeCount{{ISP: "移动", Province: "江西", Count: 900}, {ISP: "移动", Province: "广东", Count: 2300},
		{ISP: "电信", Province: "广东", Count: 90020}, {ISP: "=HYPERLINK(\"x\")", Province: "上海", Count: 5}, {ISP: "联通", Province: "上海", Count: 7000}}
	today.Buckets = []catapi.BucketCount{
		failed("移动", 90, 20), failed("移动", 120, 120), failed("移动", 150, 260), failed("移动", 180, 100),
		failed("电信", 150, 20), failed("=HYPERLINK(\"x\")", 450, 1),
	}
	none := catapi.History{Probes: []catapi.ProbeCount{}, FetchedAt: now}
	quiet := catapi.History{Query: catapi.Query{Task: "126533", Begin: begin, End: end}, FetchedAt: now}
	refused := NewPart(Question{Task: "126531", Province: "jianxi"}, example(), nil)
	refused.Notes = append(refused.Notes, Note{Kind: ProvinceRefused, Err: &catapi.Error{Code: 10001, CodeDesc: "InvalidParameter", Message: "province 不正确"}})
	unknown := NewPart(Question{Task: "126531", Province: "zzz"}, quiet, nil)
	unknown.Notes = refused.Notes
	onlyUnicom := asked([]string{"126531"}, nil)
	onlyUnicom.OnlyISPs = []string{"联通"}
	differs := example()
	differs.Summary[0].Count = 1000
	return map[string]Answer{
		"the document's example": NewAnswer(asked([]string{"126531"}, []string{"jiangxi"}),
			[]Part{NewPart(Question{Task: "126531", Province: "jiangxi"}, example(), nil)}),
		"several ISPs": NewAnswer(asked([]string{"126531"}, nil), []Part{NewPart(Question{Task: "126531"}, busy(), nil)}),
		"compared":     NewAnswer(compared, []Part{NewPart(Question{Task: "126531"}, busy(), earlier())}),
		"all quiet":    NewAnswer(asked([]string{"126533"}, nil), []Part{NewPart(Question{Task: "126533"}, quiet, nil)}),
		"of API 3.0":   NewAnswer(asked([]string{"task-ab12cd34"}, nil), []Part{NewPart(Question{Task: "task-ab12cd34", Now: now}, today, nil)}),
		"no probes":    NewAnswer(asked([]string{"task-ab12cd34"}, nil), []Part{NewPart(Question{Task: "task-ab12cd34"}, none, nil)}),
		"stale":        NewAnswer(asked([]string{"126531"}, nil), []Part{NewPart(Question{Task: "126531"}, stale, nil)}),
		"province refused, summary differs": NewAnswer(asked([]string{"126531", "126532"}, []string{"jianxi"}), []Part{
			refused, NewPart(Question{Task: "126532", Province: "jianxi"}, differs, nil)}),
		"a province that nobody knows": NewAnswer(asked([]string{"126531"}, []string{"zzz"}), []Part{unknown}),
		"no such ISP": NewAnswer(onlyUnicom, []Part{
			NewPart(Question{Task: "126531", ISPs: 1, ISP: func(name string) bool { return name == "联通" }}, busy(), nil)}),
		"one of three failed": NewAnswer(asked([]string{"126531", "126533", "126534"}, nil), []Part{
			NewPart(Question{Task: "126531"}, busy(), nil),
			{Task: "126533", Err: lineCut},
			NewPart(Question{Task: "126534"}, quiet, nil)}),
		"all failed": NewAnswer(asked([]string{"126531"}, nil), []Part{{Task: "126531", Err: lineCut}}),
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", strings.NewReplacer(" ", "-", "'", "", ",", "").Replace(name))
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got; run with -update when it is meant):\n%s", path, diff)
	}
}

func TestAnswersReadAsWritten(t *testing.T) {
	for name, answer := range answers() {
		t.Run(name, func(t *testing.T) {
			golden(t, name+".txt", []byte(Text(answer, i18n.English, now)))
			shape, err := JSON(answer, i18n.English, now)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".json", append(shape, '\n'))
			var sheet bytes.Buffer
			if err := CSV(&sheet, answer, i18n.English); err != nil {
				t.Fatal(err)
			}
			golden(t, name+".csv", sheet.Bytes())
		})
	}
}

func anyHistory(t *rapid.T) catapi.History {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"移动", "电信", "=1+1", "\u202Eevil", "\x1b[31m", "@x", ""}))
	seen := map[rowKey]bool{}
	rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) catapi.Row {
		return row(text.Draw(t, "isp"), text.Draw(t, "province"), text.Draw(t, "name"), text.Draw(t, "server"),
			rapid.Int64Range(-100, 20011).Draw(t, "code"), text.Draw(t, "reason"), rapid.Int64Range(0, 1e12).Draw(t, "count"))
	}), 0, 20).Draw(t, "rows")
	var unique []catapi.Row
	for _, row := range rows {
		if !seen[keyOf(row)] {
			seen[keyOf(row)] = true
			unique = append(unique, row)
		}
	}
	return catapi.History{Rows: unique}
}

func TestEverySideAddsUpToTheTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, before := anyHistory(t), anyHistory(t)
		var want, wantBefore int64
		for _, row := range now.Rows {
			if row.Code != 0 {
				want += row.Count
			}
		}
		for _, row := range before.Rows {
			if row.Code != 0 {
				wantBefore += row.Count
			}
		}
		part := NewPart(Question{}, now, &before)
		if part.Total != want || part.Before != wantBefore {
			t.Fatalf("total %d, before %d; want %d, %d", part.Total, part.Before, want, wantBefore)
		}
		check := func(side string, sum, sumBefore int64) {
			if sum != want || sumBefore != wantBefore {
				t.Fatalf("%s add up to %d and %d before, not to %d and %d", side, sum, sumBefore, want, wantBefore)
			}
		}
		check(sums("ISPs", part.ISPs))
		check(sums("reasons", part.Reasons))
		check(sums("provinces", part.Provinces))
		check(sums("servers", part.Servers))
		var reasons []Reason
		var places []Place
		for _, isp := range part.ISPs {
			reasons, places = append(reasons, isp.Reasons...), append(places, isp.Provinces...)
		}
		check(sums("the ISPs' reasons", reasons))
		check(sums("the ISPs' provinces", places))
	})
}

func sums[T interface{ size() (int64, int64) }](side string, rows []T) (_ string, sum, before int64) {
	for _, row := range rows {
		n, b := row.size()
		sum, before = sum+n, before+b
	}
	return side, sum, before
}

func TestForeignTextIsDefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		answer := NewAnswer(asked([]string{"126531"}, nil), []Part{NewPart(Question{Task: "126531"}, anyHistory(t), nil)})
		text := Text(answer, i18n.English, now)
		for _, r := range text {
			if r != '\n' && (r < 0x20 || r == 0x7f || r == '\u202e' || r == '\u202d') {
				t.Fatalf("the text has the control character %U:\n%q", r, text)
			}
		}
		var sheet bytes.Buffer
		if err := CSV(&sheet, answer, i18n.English); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(&sheet).ReadAll()
		if err != nil {
			t.Fatalf("the sheet cannot be read back: %v", err)
		}
		if len(records) != 1+len(answer.Parts[0].Rows) {
			t.Fatalf("%d records for %d rows", len(records), len(answer.Parts[0].Rows))
		}
		for _, record := range records[1:] {
			for i, field := range record {
				if columns[i] != "code" && field != "" && strings.ContainsRune("=+-@", []rune(strings.Trim(field, "\u2068\u2069"))[0]) {
					t.Fatalf("%s begins as a formula: %q", columns[i], field)
				}
			}
		}
	})
}

func TestColumnsAlignWithChineseNames(t *testing.T) {
	answer := answers()["several ISPs"]
	answer.Rows = true // so that all ISPs are listed
	text := Text(answer, i18n.English, now)
	var ends []int
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasSuffix(line, "%") {
			ends = append(ends, i18n.Cells(line))
		}
	}
	if len(ends) < 5 {
		t.Fatalf("too few lines with a share:\n%s", text)
	}
	for _, end := range ends {
		if end != ends[0] {
			t.Fatalf("the shares end in columns %v:\n%s", ends, text)
		}
	}
}

func TestFailuresOfOtherISPsAreSaidOnce(t *testing.T) {
	stale := busy()
	stale.Stale = lineCut
	for name, history := range map[string]catapi.History{"fresh": busy(), "stale": stale} {
		part := NewPart(
			Question{Task: "126531", ISPs: 1, ISP: func(name string) bool { return name == "联通" }}, history, nil,
		)
		for w, said := range map[i18n.Phrases]string{
			i18n.English: "(?i)others? (isps )?have", i18n.Chinese: "其他运营商有失败",
		} {
			text := Text(NewAnswer(asked([]string{"126531"}, nil), []Part{part}), w, now)
			if found := regexp.MustCompile(said).FindAllString(text, -1); len(found) != 1 {
				t.Errorf("%s: it says so %d times:\n%s", name, len(found), text)
			}
		}
	}
}
