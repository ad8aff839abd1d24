package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"catbot/demo/fakecat"
)

// twins are the ids under which both of the simulated APIs show the same site.
var twins = map[string]string{
	"126531": "task-00002pmr", "126540": "task-00002pn0", "126548": "task-00002pn8", "126556": "task-00002png",
	"126560": "task-00002pnk",
}

// useProbes makes catbot, in this process, ask api.
func useProbes(t *testing.T, api *fakecat.API) {
	t.Helper()
	clean(t)
	t.Setenv("CAT_API_URL", api.URL())
	t.Setenv("CAT_API3_URL", api.URL3())
	t.Setenv("TENCENTCLOUD_SECRET_ID", api.SecretID())
	t.Setenv("TENCENTCLOUD_SECRET_KEY", api.SecretKey())
}

func startProbes(t *testing.T, options fakecat.Options) *fakecat.API {
	t.Helper()
	api, err := fakecat.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(api.Close)
	return api
}

// part asks and returns the one part of the answer, as JSON says it.
func part(t *testing.T, command string) map[string]any {
	t.Helper()
	out, errs, code := catbot(t, "ask", "--format", "json", command)
	if code != 0 {
		t.Fatalf("%s: exit code %d\n%s%s", command, code, out, errs)
	}
	var answer struct{ Parts []map[string]any }
	if err := json.Unmarshal([]byte(out), &answer); err != nil || len(answer.Parts) != 1 {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return answer.Parts[0]
}

func TestBothAPIsReportSameIncident(t *testing.T) {
	useProbes(t, startProbes(t, fakecat.Options{}))
	t.Setenv("USUAL_CALLS", "0") // a day costs more calls of 3.0 than of v2
	for _, number := range slices.Sorted(maps.Keys(twins)) {
		for _, rest := range []string{
			"from 2026-11-19 22:30 to 2026-11-20 01:10",
			"from 2026-11-20 02:00 to 2026-11-20 04:00 jiangxi compare",
			"from 2026-11-20 02:00 to 2026-11-20 04:00 广东 isp 移动",
		} {
			t.Run(number+" "+rest, func(t *testing.T) {
				old, today := part(t, "codes "+number+" "+rest), part(t, "codes "+twins[number]+" "+rest)
				if strings.Contains(fmt.Sprint(old), "probes") || today["probes"] == nil {
					t.Errorf("only API 3.0 knows how many probes ran:\n%v\n%v", old, today)
				}
				if diff := cmp.Diff(common(old), common(today)); diff != "" {
					t.Errorf("the answers differ:\n%s", diff)
				}
			})
		}
	}
}

// common leaves out what only one of the APIs tells: v2 the servers and its codes of provinces, 3.0 how many probes
// ran, and so the severity.
func common(part map[string]any) map[string]any {
	for _, name := range []string{"task", "fetched_at", "probes", "rate", "servers", "verdict", "severity"} {
		delete(part, name)
	}
	rename := func(rows any) {
		for _, row := range rows.([]any) {
			place := row.(map[string]any)
			if place["name"] == nil {
				place["name"] = place["province"]
			}
			delete(place, "province")
		}
	}
	for _, row := range part["isps"].([]any) {
		isp := row.(map[string]any)
		delete(isp, "probes")
		delete(isp, "rate")
		rename(isp["provinces"])
	}
	rename(part["provinces"])
	return part
}

func TestFaultAtPage7Of12IsRetriedOrReported(t *testing.T) {
	const command = "codes task-00002pmr from 2026-11-20 00:00 to 2026-11-20 13:00 jiangxi"
	for name, tc := range map[string]struct {
		times int
		fault fakecat.Fault
		says  string // nothing: it is retried
	}{
		"the line is cut once":            {1, fakecat.Fault{Drop: true}, ""},
		"half a page comes once":          {1, fakecat.Fault{Truncate: true}, ""},
		"the API stumbles once":           {1, fakecat.Fault{Code: 6000}, ""},
		"the line stays cut":              {fakecat.Always, fakecat.Fault{Drop: true}, "CAT could not be reached"},
		"the gateway fails for good":      {fakecat.Always, fakecat.Fault{Status: 502}, "502"},
		"half a page comes again, always": {fakecat.Always, fakecat.Fault{Truncate: true}, "an answer that catbot can't read"},
	} {
		t.Run(name, func(t *testing.T) {
			// A page that was cut off on its way is lost, for the scroll has moved on: then all of them come once more.
			var pages, whole atomic.Int64
			var count *atomic.Int64 = &whole
			api := startProbes(t, fakecat.Options{Page3: 625, OnCall: func(call fakecat.Call) {
				if call.Action == "DescribeDetailedSingleProbeData" {
					count.Add(1)
				}
			}})
			useProbes(t, api)
			t.Setenv("USUAL_CALLS", "0")
			want := part(t, command)
			if whole.Load() != 3+12 { // three pages that were too large come first
				t.Fatalf("%d calls for 12 pages", whole.Load())
			}
			count = &pages
			api.Fail(tc.times, fakecat.Fault{
				When: func(call fakecat.Call) bool { return pages.Load() >= 3+7 },
				Drop: tc.fault.Drop, Truncate: tc.fault.Truncate, Code: tc.fault.Code, Status: tc.fault.Status,
			})
			if tc.says != "" {
				out, errs, code := catbot(t, "ask", command)
				if code != 1 || !strings.Contains(out+errs, tc.says) || strings.Contains(out, "probes") {
					t.Errorf("exit code %d, want %q:\n%s%s", code, tc.says, out, errs)
				}
				return
			}
			got := part(t, command)
			delete(got, "fetched_at")
			delete(want, "fetched_at")
			if diff := cmp.Diff(want, got); diff != "" || !tc.fault.Truncate && pages.Load() != 3+12+1 {
				t.Errorf("after %d calls:\n%s", pages.Load(), diff)
			}
		})
	}
}

func TestDoctorSaysWhichAPIIsReached(t *testing.T) {
	api := startProbes(t, fakecat.Options{})
	for variable, says := range map[string][]string{
		"":             {"ok    CAT, API v2, for tasks such as 126531", "ok    CAT, API 3.0, for tasks such as task-ab12cd34"},
		"CAT_API_URL":  {"CAT, API v2, is not reached", "ok    CAT, API 3.0, for tasks"},
		"CAT_API3_URL": {"ok    CAT, API v2, for tasks", "CAT, API 3.0, is not reached"},
	} {
		t.Run(variable, func(t *testing.T) {
			useProbes(t, api)
			if variable != "" {
				t.Setenv(variable, "http://127.0.0.1:1")
			}
			out, _, _ := catbot(t, "doctor")
			for _, want := range says {
				if !strings.Contains(out, want) {
					t.Errorf("it does not say %q:\n%s", want, out)
				}
			}
			if strings.Contains(out, "FAIL  CAT") {
				t.Errorf("one API is enough:\n%s", out)
			}
		})
	}
}

func TestOnlyPausedTaskHasNoData(t *testing.T) {
	useProbes(t, startProbes(t, fakecat.Options{}))
	for task, paused := range map[string]bool{"task-t9w3cb7m": true, "task-00002pmr": false} {
		part := part(t, "codes "+task+" last 1h")
		if verdict := fmt.Sprint(part["verdict"]); strings.Contains(verdict, "CAT has this task paused") != paused {
			t.Errorf("of %s it says %s", task, verdict)
		}
	}
}
