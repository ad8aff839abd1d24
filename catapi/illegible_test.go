package catapi

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestRowsThatWereNotFoundAreNoGoodNews(t *testing.T) {
	for _, tc := range []struct {
		name, data string
		legible    bool
	}{
		{"nothing at all", `{}`, true},
		{"empty lists", `{"detail":[],"summary":[]}`, true},
		{"an empty list, and another of something else", `{"detail":[],"nodes":[{"id":1}]}`, true},
		{"a summary of successes alone", `{"detail":[],"summary":[{"resultCode":0,"resultCount":9}]}`, true},
		{"an empty list of an unknown name", `{"items":[]}`, true},
		{"rows under an unknown name", `{"items":[{"ispName":"移动","resultCode":10016,"resultCount":9}]}`, false},
		{"a summary of failures without rows", `{"detail":[],"summary":[{"resultCode":10016,"resultCount":9}]}`, false},
		{"a summary beside rows under an unknown name", `{"rows":[{}],"summary":[{"resultCode":10016,"resultCount":9}]}`, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, _ := newTestClient(t, Config{URL: newFakeAPI(t, text(`{"code":0,"data":`+tc.data+`}`)).URL})
			_, err := c.ReturnCodeHistory(t.Context(), morning)
			if (err == nil) != tc.legible || err != nil && TroubleOf(err).Kind != TroubleGarbage {
				t.Errorf("ended in %v", err)
			}
		})
	}
}

func TestProbesWithoutATotalAreFollowedToTheirEnd(t *testing.T) {
	f := newFake3(t, func(n int, _ map[string]any) string {
		rows := ""
		if n <= 2 {
			rows = saw("移动", "江西", incident.Begin.Add(time.Duration(n)*time.Minute), 603)
		}
		return `{"Response":{"DataSet":[` + rows + `],"ScrollID":"s","RequestId":"x"}}`
	})
	h, err := f.client(t).ReturnCodeHistory(t.Context(), incident)
	if err != nil || len(h.Rows) != 1 || h.Rows[0].Count != 2 {
		t.Errorf("%+v, %v after %d calls", h.Rows, err, len(f.asked))
	}
}

func TestATaskIsAskedForOnceForAllWhoWantToKnow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tasks := 0
		c := inBubble(t, Config{}, nil)
		answer3By(c, func(r *http.Request) (*http.Response, error) {
			if r.Header.Get("X-TC-Action") == "DescribeProbeTasks" {
				<-time.After(time.Second)
				tasks++
				return respond(oneTask3), nil
			}
			return respond(`{"Response":{"DataSet":[],"TotalNumber":0,"RequestId":"x"}}`), nil
		})
		impatient, giveUp := context.WithCancel(t.Context())
		go c.ProbeTask(impatient, incident.Task)
		synctest.Wait()
		long := incident
		long.End = long.Begin.AddDate(0, 0, 10)
		time.AfterFunc(time.Millisecond, giveUp)
		if _, err := c.ReturnCodeHistory(t.Context(), long); err != nil || tasks != 1 {
			t.Errorf("ended in %v, and asked for the task %d times", err, tasks)
		}
	})
}

func TestWhoAsksWhyNobodyLooksWaitsAsEverybodyDoes(t *testing.T) {
	c, _ := newTestClient(t, Config{
		URL3: newFakeAPI(t, text(`{"Response":{"TaskSet":[{"TaskId":"task-1"}],"Total":1,"RequestId":"x"}}`)).URL,
	})
	full := WithWait(t.Context(), func() (func(), error) { return nil, ErrBusy })
	if _, err := c.ProbeTask(full, "task-1"); !errors.Is(err, ErrBusy) {
		t.Errorf("a question for the API ended in %v", err)
	}
	if _, err := c.ProbeTask(t.Context(), "task-1"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.ProbeTask(full, "task-1"); err != nil {
		t.Errorf("what is known ended in %v", err)
	}
}
