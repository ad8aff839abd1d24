package catapi

import (
	"context"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// tasks2PageSize is the number of tasks per page. No document has the maximum.
const tasks2PageSize = 100

// Tasks returns the tasks of API v2 that the account has (DescribeCatTaskList), page by page. Its errors are those of
// ReturnCodeHistory.
func (c *Client) Tasks(ctx context.Context) ([]Task, error) {
	var list taskPages
	for {
		args := map[string]string{"offset": strconv.Itoa(list.received), "limit": strconv.Itoa(tasks2PageSize)}
		page, err := call2(ctx, c, "DescribeCatTaskList", args, decodeTasks)
		if err != nil {
			return nil, err
		}
		ends, err := list.add(page.received, tasks2PageSize, page.total, page.tasks)
		switch {
		case err != nil:
			return nil, err
		case ends:
			return list.tasks, nil
		}
	}
}

// A tasksAnswer2 is a response of DescribeCatTaskList. The document's table has the fields in data,
// its example beside the code.
type tasksAnswer2 struct {
	envelope
	tasksFields2
	Data tasksData2 `json:"data"`
}

type tasksFields2 struct {
	Total number          `json:"total"`
	Tasks list[wireTask2] `json:"tasks"`
}

type wireTask2 struct {
	TaskID   number `json:"taskId"`
	TaskName string `json:"taskName"`
	CgiURL   string `json:"cgiUrl"`
	Period   number `json:"period"` // minutes
}

// tasksData2 is data: an object, or an array of one.
type tasksData2 tasksFields2

func (d *tasksData2) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	return each(dec, func() error {
		var item tasksFields2
		if err := json.UnmarshalDecode(dec, &item); err != nil {
			return err
		}
		if item.Total.given {
			d.Total = item.Total
		}
		d.Tasks = append(d.Tasks, item.Tasks...)
		return nil
	})
}

type tasksPage2 struct {
	tasks    []Task
	received int // those without an id, too
	total    number
}

// decodeTasks reads an answer of DescribeCatTaskList. Its errors are those of decode.
func decodeTasks(body []byte) (tasksPage2, error) {
	var answer tasksAnswer2
	if err := decode(body, &answer, &answer.envelope); err != nil {
		return tasksPage2{}, err
	}
	all := append(answer.Tasks, answer.Data.Tasks...)
	page := tasksPage2{received: len(all), total: answer.Total}
	if answer.Data.Total.given {
		page.total = answer.Data.Total
	}
	for _, t := range all {
		if t.TaskID.value > 0 {
			page.tasks = append(page.tasks, Task{
				ID: strconv.FormatInt(t.TaskID.value, 10), Name: t.TaskName, Target: t.CgiURL,
				Interval: time.Duration(t.Period.value) * time.Minute,
			})
		}
	}
	return page, nil
}
