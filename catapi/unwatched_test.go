package catapi

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestWhyNobodyLooksAtATaskIsRead(t *testing.T) {
	for _, tc := range []struct {
		name          string
		status, order int
		want          Idle
	}{
		{"it runs", 2, 1, ""},
		{"as in the vendor's example", 0, 0, ""},
		{"it is paused", 6, 1, Paused},
		{"it is paused until its hours", 10, 1, OffHours},
		{"it is not paid for", 2, 2, Overdue},
		{"it is paused since it is not paid for", 6, 2, Overdue},
		{"it is gone, and not paid for", 9, 2, Deleted},
		{"it is being made", 1, 1, Starting},
		{"it does not start", 3, 1, Failing},
	} {
		t.Run(tc.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprintf(w, `{"Response":{"TaskSet":[{"TaskId":"task-ab12cd34","TaskType":5,"Interval":30,"Status":%d,"OrderState":%d}],"Total":1,"RequestId":"x"}}`, tc.status, tc.order)
			}))
			defer server.Close()
			c, _ := newTestClient(t, Config{URL3: server.URL})
			task, err := c.ProbeTask(t.Context(), "task-ab12cd34")
			if err != nil || task.Idle != tc.want || task.Interval != 30*time.Minute {
				t.Errorf("%+v, %v", task, err)
			}
		})
	}
}

func TestATaskThatWasPausedIsSeenToBeWithinAMinute(t *testing.T) {
	status := 2
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, fmt.Sprintf(`{"Response":{"TaskSet":[{"TaskId":"task-ab12cd34","TaskType":5,"Interval":5,"Status":%d}],"Total":1,"RequestId":"x"}}`, status))
	}))
	defer server.Close()
	now := incident.End
	c, _ := newTestClient(t, Config{URL3: server.URL, Now: func() time.Time { return now }})
	if task, err := c.ProbeTask(t.Context(), "task-ab12cd34"); err != nil || task.Idle != "" {
		t.Fatalf("%+v, %v", task, err)
	}
	status, now = 6, now.Add(61*time.Second)
	if task, err := c.ProbeTask(t.Context(), "task-ab12cd34"); err != nil || task.Idle != Paused {
		t.Errorf("%+v, %v", task, err)
	}
}

func TestOfV2sTasksTheIntervalIsKnown(t *testing.T) {
	api := newFakeAPI(t, text(`{"code":0,"total":1,"tasks":[{"taskId":24418,"taskName":"x","period":5,"status":2,"cgiUrl":"pop.qq.com"}]}`))
	c, _ := newTestClient(t, Config{URL: api.URL})
	tasks, err := c.Tasks(t.Context())
	if err != nil || len(tasks) != 1 || tasks[0].Interval != 5*time.Minute {
		t.Errorf("%+v, %v", tasks, err)
	}
}
