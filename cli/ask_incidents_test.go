package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"catbot/commands"
	"catbot/demo/fakeslack"
	"catbot/digest"
	"catbot/report"
	"catbot/store/redistest"
)

func TestAskListsIncidentsOfAllChannels(t *testing.T) {
	clean(t)
	settingUp(t)
	server := redistest.Start(t)
	t.Setenv("REDIS_URL", server.URL())
	begin := time.Now().Add(-time.Hour).Truncate(time.Minute)
	over := digest.Incident{
		ID: "k7m2-abc", Digest: "k7m2", Channel: fakeslack.Ops, If: "if any isp >20%", Begin: begin, Opened: begin,
		Limit:  commands.Limit{Of: commands.AnyISP, Kind: commands.OverPercent, Percent: 20},
		Now:    digest.Reading{Slot: begin.Add(50 * time.Minute)},
		Closed: begin.Add(40 * time.Minute), End: begin.Add(35 * time.Minute),
		Tasks: []digest.Task{{ID: "task-ab12cd34", Name: "=Shop"}},
		Worst: digest.Reading{Slot: begin, All: report.Group{Failures: 45, Probes: 100}, Value: 90},
		Groups: []digest.Affected{{
			Group: report.Group{Kind: report.OfISP, ISP: "移动", Failures: 45, Probes: 50},
			Since: begin, Until: begin.Add(35 * time.Minute),
		}},
	}
	open := over
	open.ID, open.Channel, open.Tasks = "t5s3-abd", fakeslack.WarRoom, []digest.Task{{ID: "126531"}}
	open.Closed, open.End = time.Time{}, time.Time{}
	for _, i := range []digest.Incident{over, open} {
		storeIncident(t, server.URL(), i)
	}

	out, errs, code := catbot(t, "ask", "incidents")
	for _, want := range []string{"2 incidents", "✅", "🚨", "=Shop", "35 min", "50 min", "90% failed"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Fatalf("exit code %d, %q: it prints no %q:\n%s", code, errs, want, out)
		}
	}
	out, _, _ = catbot(t, "ask", "incidents 126531")
	if !strings.Contains(out, "1 incident\n") || strings.Contains(out, "Shop") {
		t.Errorf("of one task it prints\n%s", out)
	}
	list := asJSON(t, 0, "incidents last 24h")["incidents"].([]any)
	first, _ := list[0].(map[string]any)
	worst, _ := first["worst"].(map[string]any)
	if len(list) != 2 || first["id"] != "k7m2-abc" && first["id"] != "t5s3-abd" || worst["rate"] != 0.45 {
		t.Errorf("the JSON is %v", list)
	}
	out, _, code = catbot(t, "ask", "--format", "csv", "incidents task-ab12cd34")
	lines := strings.Split(out, "\n")
	if code != 0 || len(lines) != 3 || !strings.HasPrefix(lines[0], "id,digest,channel,") ||
		!strings.Contains(lines[1], ",'=Shop,") || !strings.Contains(lines[1], ",45,100,0.4500,移动,") {
		t.Errorf("exit code %d, the CSV is\n%s", code, out)
	}
	if _, errs, code := catbot(t, "ask", "incidents here"); code != 1 || !strings.Contains(errs, "is for channels") {
		t.Errorf("exit code %d, it says %q", code, errs)
	}
}

// storeIncident keeps i as the bot does.
func storeIncident(t *testing.T, url string, i digest.Incident) {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	db := redis.NewClient(options)
	defer func() { _ = db.Close() }()
	text, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	prefix := digest.Prefix + "|" + fakeslack.TeamID + "." + fakeslack.BotUserID + "}:v1:"
	if err := db.Set(t.Context(), prefix+"i:"+i.ID, text, 0).Err(); err != nil {
		t.Fatal(err)
	}
	mark := redis.Z{Score: float64(i.Begin.Unix()), Member: i.ID}
	if err := db.ZAdd(t.Context(), prefix+"incidents:"+i.Channel, mark).Err(); err != nil {
		t.Fatal(err)
	}
}
