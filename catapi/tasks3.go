package catapi

import (
	"context"
	"fmt"
	"time"
)

const (
	// maxTasks and taskTTL bound the cache of tasks. A task's name may change, its type does not.
	maxTasks = 2000
	taskTTL  = 10 * time.Minute
	// taskStateTTL is how long it is cached whether a task is paused.
	taskStateTTL = time.Minute
	// tasksPageSize is the largest page of DescribeProbeTasks.
	tasksPageSize = 100
	// taskTimeout bounds the request for one task, which outlives its first caller.
	taskTimeout = 30 * time.Second
)

// A Task is one monitored site.
type Task struct {
	ID     string
	Name   string
	Target string // the address that is fetched
	Kind   Kind   // 0 in v2

	Interval time.Duration // between two probes; 0 if the API does not say
	Idle     Idle          // why no probe runs; "" while probes run, and in v2
}

// A Kind is what a task of API 3.0 does, by the API's own numbers; 0 for all tasks of v2, where it does not matter.
type Kind int

// The kinds of tasks.
const (
	Page Kind = iota + 1
	Upload
	Download
	Port
	Network
	Media
)

// A cachedTask is a task as it was at fetchedAt.
type cachedTask struct {
	Task
	fetchedAt time.Time
}

// analyzeTypes maps kinds of tasks to the values of TaskType in DescribeDetailedSingleProbeData.
// No document has the mapping; it is inferred from the Chinese labels.
var analyzeTypes = map[Kind]string{
	Page:     "AnalyzeTaskType_Browse",
	Upload:   "AnalyzeTaskType_UploadDownload",
	Download: "AnalyzeTaskType_UploadDownload",
	Port:     "AnalyzeTaskType_Transport",
	Network:  "AnalyzeTaskType_Network",
	Media:    "AnalyzeTaskType_MediaStream",
}

// tasksAnswer is what DescribeProbeTasks answers.
type tasksAnswer struct {
	header3
	TaskSet []struct {
		TaskID        string `json:"TaskId"`
		Name          string `json:"Name"`
		TargetAddress string `json:"TargetAddress"`
		TaskType      Kind   `json:"TaskType"`
		Interval      int64  `json:"Interval"` // minutes
		Status        int    `json:"Status"`
		OrderState    int    `json:"OrderState"`
	} `json:"TaskSet"`
	Total number `json:"Total"`
}

// listTasks returns the tasks that match params, page by page, and caches them.
func (a *api3) listTasks(ctx context.Context, params map[string]any) ([]Task, error) {
	var list taskPages
	for {
		asked := map[string]any{"Limit": tasksPageSize, "Offset": list.received}
		for name, value := range params {
			asked[name] = value
		}
		page, err := call3[tasksAnswer](ctx, a, "DescribeProbeTasks", asked)
		if err != nil {
			return nil, err
		}
		var tasks []Task
		for _, t := range page.TaskSet {
			if t.TaskID == "" {
				continue
			}
			task := Task{
				ID: t.TaskID, Name: t.Name, Target: t.TargetAddress, Kind: t.TaskType,
				Interval: time.Duration(t.Interval) * time.Minute, Idle: idleReason(t.Status, t.OrderState),
			}
			tasks = append(tasks, task)
			a.tasks.Add(task.ID, cachedTask{task, a.client.cfg.Now()})
		}
		ends, err := list.add(len(page.TaskSet), tasksPageSize, page.Total, tasks)
		switch {
		case err != nil:
			return nil, err
		case ends:
			return list.tasks, list.checkEmpty()
		}
	}
}

// ProbeTasks returns the account's tasks in API 3.0. Its errors are those of ReturnCodeHistory.
func (c *Client) ProbeTasks(ctx context.Context) ([]Task, error) { return c.api3.listTasks(ctx, nil) }

// ProbeTask returns a task of API 3.0 as it was a minute ago at most. Its errors are those of ReturnCodeHistory.
func (c *Client) ProbeTask(ctx context.Context, id string) (Task, error) {
	if task, ok := c.api3.cached(id, taskStateTTL); ok {
		return task, nil
	}
	end, err := BeginWait(ctx)
	if err != nil {
		return Task{}, err
	}
	defer end()
	return c.api3.getTask(ctx, id, taskStateTTL)
}

// cached returns a task if it was fetched no longer than age ago.
func (a *api3) cached(id string, age time.Duration) (Task, bool) {
	t, ok := a.tasks.Get(id)
	return t.Task, ok && a.client.cfg.Now().Before(t.fetchedAt.Add(age))
}

// getTask returns a task that was fetched no longer than age ago. Concurrent callers share one request.
func (a *api3) getTask(ctx context.Context, id string, age time.Duration) (Task, error) {
	if task, ok := a.cached(id, age); ok {
		return task, nil
	}
	found := a.flights.DoChan(id, func() (task any, err error) {
		defer Recover(&err)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), taskTimeout)
		defer cancel()
		return a.fetchTask(ctx, id)
	})
	select {
	case result := <-found:
		task, _ := result.Val.(Task)
		return task, result.Err
	case <-ctx.Done():
		return Task{}, &TransportError{Op: opSend, Cause: ctx.Err()}
	}
}

// fetchTask requests one task.
func (a *api3) fetchTask(ctx context.Context, id string) (Task, error) {
	found, err := a.listTasks(ctx, map[string]any{"TaskIDs": []string{id}})
	if err != nil {
		return Task{}, err
	}
	for _, t := range found {
		if t.ID == id {
			return t, nil
		}
	}
	return Task{}, &Error{CodeDesc: "ResourceNotFound", Message: fmt.Sprintf("no task %s", id)}
}
