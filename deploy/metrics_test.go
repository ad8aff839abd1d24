package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"catbot/bot"
)

// registered returns the labels of each metric that the bot registers, by its name in a query.
func registered(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{"up": nil}
	described := make(chan *prometheus.Desc)
	go func() {
		bot.NewMetrics().Registry.Describe(described)
		close(described)
	}()
	// "Desc{fqName: "catbot_commands_total", help: "…", constLabels: {}, variableLabels: {kind,outcome}}"
	parts := regexp.MustCompile(`fqName: "([^"]+)".*variableLabels: \{(.*)\}\}$`)
	for desc := range described {
		match := parts.FindStringSubmatch(desc.String())
		if match == nil {
			t.Fatalf("a metric is described as %s", desc)
		}
		labels := append(strings.Split(match[2], ","), "job", "instance")
		for _, suffix := range []string{"", "_sum", "_count"} {
			found[match[1]+suffix] = labels
		}
		found[match[1]+"_bucket"] = append(labels, "le")
	}
	return found
}

var (
	queryString   = regexp.MustCompile(`"[^"]*"`)
	queryRange    = regexp.MustCompile(`\[[^\]]*\]`)
	queryGrouping = regexp.MustCompile(`\b(?:by|without|on|ignoring)\s*\(([^)]*)\)`)
	querySelector = regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9_:]*)?\{([^}]*)\}`)
	queryMatcher  = regexp.MustCompile(`([a-zA-Z_]\w*)\s*(?:=~|!~|!=|=)\s*"([^"]*)"`)
	queryName     = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*(\s*\()?`)
	queryWord     = regexp.MustCompile(`^(and|or|unless|offset|bool|group_left|group_right)$`)
)

// checkQuery fails for a metric that the bot has not, and for a label that none of the query's metrics has. It checks
// names only: promtool checks the syntax in deploy/check.
func checkQuery(t *testing.T, where, query string, metrics map[string][]string) {
	t.Helper()
	values := map[string]map[string]string{} // of matchers: by metric and label
	for _, selector := range querySelector.FindAllStringSubmatch(query, -1) {
		values[selector[1]] = map[string]string{}
		for _, matcher := range queryMatcher.FindAllStringSubmatch(selector[2], -1) {
			values[selector[1]][matcher[1]] = matcher[2]
		}
	}
	bare := queryRange.ReplaceAllString(queryString.ReplaceAllString(query, ""), "")
	var grouped []string
	for _, grouping := range queryGrouping.FindAllStringSubmatch(bare, -1) {
		grouped = append(grouped, strings.FieldsFunc(grouping[1], func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	bare = querySelector.ReplaceAllString(queryGrouping.ReplaceAllString(bare, ""), "$1")
	var labels []string
	for _, name := range queryName.FindAllString(bare, -1) {
		if strings.HasSuffix(name, "(") || queryWord.MatchString(name) {
			continue
		}
		own, known := metrics[name]
		if !known {
			t.Errorf("%s: the bot has no %s", where, name)
		}
		labels = append(labels, own...)
		for label, value := range values[name] {
			if !slices.Contains(own, label) {
				t.Errorf("%s: %s has no label %s", where, name, label)
			}
			checkValues(t, where, name, label, value)
		}
	}
	for _, label := range grouped {
		if !slices.Contains(labels, label) {
			t.Errorf("%s: no metric has the label %s", where, label)
		}
	}
}

// checkValues fails for a value of a label that the manual does not name with the metric.
func checkValues(t *testing.T, where, metric, label, values string) {
	t.Helper()
	if label == "job" || label == "instance" {
		return
	}
	row := regexp.MustCompile("(?m)^\\| `" + metric + "` .*$").FindString(read(t, "../docs/operations.md"))
	if metric == "catbot_commands_total" && label == "kind" {
		return // the manual does not list kinds
	}
	for _, value := range strings.Split(values, "|") {
		if !regexp.MustCompile(`[ (]` + regexp.QuoteMeta(value) + `[,)]`).MatchString(row) {
			t.Errorf("%s: the manual does not know %s=%q of %s", where, label, value, metric)
		}
	}
}

// A rule is an alert.
type rule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	Annotations map[string]string `yaml:"annotations"`
}

func rules(t *testing.T) []rule {
	t.Helper()
	var file struct {
		Groups []struct {
			Rules []rule `yaml:"rules"`
		} `yaml:"groups"`
	}
	readYAML(t, "prometheus/rules.yml", &file)
	return file.Groups[0].Rules
}

func TestAlertsNameMetricsThatExist(t *testing.T) {
	metrics := registered(t)
	for _, r := range rules(t) {
		checkQuery(t, r.Alert, r.Expr, metrics)
	}
}

// TestAlertsSeeTheFirstIncrease holds NewMetrics to counters at 0: Prometheus does not see the first increase of a
// counter that appears with it.
func TestAlertsSeeTheFirstIncrease(t *testing.T) {
	gathered, err := bot.NewMetrics().Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var series []string // catbot_commands_total kind="any" outcome="busy"
	for _, family := range gathered {
		for _, metric := range family.GetMetric() {
			text := family.GetName()
			for _, label := range metric.GetLabel() {
				text += fmt.Sprintf(" %s=%q", label.GetName(), label.GetValue())
			}
			series = append(series, text)
		}
	}
	increases := regexp.MustCompile(`increase\((\w+)(?:\{(\w+="[^"]*")\})?\[\d+m\]\)+ > 0`)
	for _, r := range rules(t) {
		for _, of := range increases.FindAllStringSubmatch(r.Expr, -1) {
			if !slices.ContainsFunc(series, func(s string) bool { return strings.HasPrefix(s, of[1]) && strings.Contains(s, of[2]) }) {
				t.Errorf("%s: %s with %s is not there from the start", r.Alert, of[1], of[2])
			}
		}
	}
}

func TestEachAlertHasATestAndARunbook(t *testing.T) {
	manual, tests := read(t, "../docs/operations.md"), read(t, "prometheus/rules_test.yml")
	for _, r := range rules(t) {
		if !strings.Contains(manual, "\n### "+r.Alert+"\n") {
			t.Errorf("docs/operations.md has no section %s", r.Alert)
		}
		if want := "docs/operations.md#" + strings.ToLower(r.Alert); r.Annotations["runbook"] != want {
			t.Errorf("%s points to %q, want %q", r.Alert, r.Annotations["runbook"], want)
		}
		if strings.Count(tests, "alertname: "+r.Alert+"\n") < 2 {
			t.Errorf("%s is not tested to fire and to stay silent", r.Alert)
		}
	}
}

// A panel is one of Grafana's.
type panel struct {
	Title   string `json:"title"`
	Type    string `json:"type"`
	Targets []struct {
		Expr   string `json:"expr"`
		Legend string `json:"legendFormat"`
	} `json:"targets"`
}

func panels(t *testing.T) []panel {
	t.Helper()
	var dashboard struct {
		Panels []panel `json:"panels"`
	}
	if err := json.Unmarshal([]byte(read(t, "grafana/catbot.json")), &dashboard); err != nil {
		t.Fatal(err)
	}
	return dashboard.Panels
}

func TestDashboardNamesMetricsThatExist(t *testing.T) {
	metrics := registered(t)
	shown := map[string]bool{}
	for _, p := range panels(t) {
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("%s shows nothing", p.Title)
		}
		for _, target := range p.Targets {
			checkQuery(t, p.Title, target.Expr, metrics)
			for _, legend := range regexp.MustCompile(`\{\{(\w+)\}\}`).FindAllStringSubmatch(target.Legend, -1) {
				if !strings.Contains(target.Expr, legend[1]) && legend[1] != "instance" {
					t.Errorf("%s: the legend names %s, which the query drops", p.Title, legend[1])
				}
			}
			for name := range metrics {
				if regexp.MustCompile(`\b` + name + `\b`).MatchString(target.Expr) {
					shown[regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")] = true
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(metrics)) {
		if strings.HasPrefix(name, "catbot_") && !regexp.MustCompile(`_(bucket|sum|count)$`).MatchString(name) && !shown[name] {
			t.Errorf("no panel shows %s", name)
		}
	}
}

// TestManualListsTheMetrics holds the table in docs/operations.md to the names and labels of the metrics.
func TestManualListsTheMetrics(t *testing.T) {
	manual := read(t, "../docs/operations.md")
	for name, labels := range registered(t) {
		if !strings.HasPrefix(name, "catbot_") || regexp.MustCompile(`_(bucket|sum|count)$`).MatchString(name) {
			continue
		}
		row := regexp.MustCompile("(?m)^\\| `" + name + "` \\|([^|]*)\\|").FindStringSubmatch(manual)
		if row == nil {
			t.Errorf("the manual says nothing of %s", name)
			continue
		}
		for _, label := range labels {
			if label != "" && label != "job" && label != "instance" && !strings.Contains(row[1], "`"+label+"`") {
				t.Errorf("the manual does not say that %s has the label %s", name, label)
			}
		}
	}
}
