package fakecat

import (
	"strconv"
	"time"
)

// A Question is one call of GetCatReturnCodeHistory.
type Question struct {
	Task       string
	Province   string // "" is all
	Begin, End time.Time
}

// maxWindow is the longest window that is answered. It is a guess, and bounds the work of a call.
const maxWindow = 93 * 24 * time.Hour

// returnCodeHistory handles GetCatReturnCodeHistory.
func (a *API) returnCodeHistory(params map[string]string) (any, *refusal) {
	q, refused := a.question(params)
	if refused != nil {
		return nil, refused
	}
	a.mu.Lock()
	shape, serve := a.shape, a.serve
	body, pinned := a.answers[q.Task]
	if !pinned {
		body, pinned = a.answers[""]
	}
	a.mu.Unlock()
	switch {
	case pinned:
		return body, nil
	case serve != nil:
		return shape.history(q, serve(q)), nil
	}
	rows, refused := a.rows(q)
	if refused != nil {
		return nil, refused
	}
	return shape.history(q, rows), nil
}

// question reads the parameters of a question.
func (a *API) question(params map[string]string) (Question, *refusal) {
	q := Question{Task: params["taskId"], Province: params["province"]}
	for _, name := range []string{"taskId", "beginTime", "endTime"} {
		if params[name] == "" {
			return q, refuse(10001, "输入参数错误：缺少参数 %s", name)
		}
	}
	if id, err := strconv.ParseInt(q.Task, 10, 64); err != nil || id <= 0 {
		return q, refuse(10001, "输入参数错误：taskId 应为正整数")
	}
	var err error
	if q.Begin, err = parseTime(params["beginTime"]); err != nil {
		return q, refuse(10001, "输入参数错误：beginTime 格式不正确")
	}
	if q.End, err = parseTime(params["endTime"]); err != nil {
		return q, refuse(10001, "输入参数错误：endTime 格式不正确")
	}
	midnight := time.Date(q.Begin.Year(), q.Begin.Month(), q.Begin.Day()+1, 0, 0, 0, 0, beijing)
	switch {
	case !q.Begin.Before(q.End):
		return q, refuse(10001, "输入参数错误：beginTime 应早于 endTime")
	case q.End.Sub(q.Begin) > maxWindow:
		return q, refuse(10001, "输入参数错误：时间跨度过大")
	case a.opts.OneDay && q.End.After(midnight):
		return q, refuse(10001, "输入参数错误：beginTime 与 endTime 应在同一天")
	}
	return q, nil
}

// rows answers q from the synthetic data.
func (a *API) rows(q Question) ([]Row, *refusal) {
	id, _ := strconv.ParseInt(q.Task, 10, 64) // question has checked it
	task, ok := a.world.byID[id]
	if !ok || task.only3 {
		return nil, refuse(5000, "资源不存在：taskId %d", id)
	}
	if q.Province != "" && !task.watches(q.Province) {
		return nil, refuse(10001, "输入参数错误：province 不属于该任务的拨测分组")
	}
	end := q.End
	if now := a.opts.Now(); now.Before(end) {
		end = now
	}
	return task.failures(q.Province, q.Begin, end), nil
}
