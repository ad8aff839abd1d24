package fakecat

import "strconv"

type wireAgents struct {
	envelope
	Data struct {
		Agent []wireAgent `json:"agent"`
	} `json:"data"`
}

type wireAgent struct {
	Province     string `json:"province"`
	ProvinceName string `json:"provinceName"`
	ISP          string `json:"isp"`
	ISPName      string `json:"ispName"`
}

// agents handles DescribeAgentList: the places of probes that the account may use.
func (a *API) agents(map[string]string) (any, *refusal) {
	answer := wireAgents{envelope: a.envelope(refusal{})}
	for _, s := range sites {
		answer.Data.Agent = append(answer.Data.Agent, wireAgent{s.code, s.province.name, s.isp.code, s.isp.name})
	}
	return answer, nil
}

// wireTasks has its fields beside the code, as in the vendor's example; the vendor's table differs.
type wireTasks struct {
	envelope
	Total int        `json:"total"`
	Tasks []wireTask `json:"tasks"`
}

type wireTask struct {
	TaskID             int64  `json:"taskId"`
	TaskName           string `json:"taskName"`
	Period             int64  `json:"period"`
	CatTypeName        string `json:"catTypeName"`
	Status             int    `json:"status"` // 1 paused, 2 active
	CgiURL             string `json:"cgiUrl"`
	AddTime            string `json:"addTime"`
	ReceiverGroupID    *int   `json:"receiverGroupId"` // null without an alarm
	AvailRatioThres    *int   `json:"availRatioThres"`
	AvailRatioInterval *int   `json:"availRatioInterval"`
}

// listTasks handles DescribeCatTaskList.
func (a *API) listTasks(params map[string]string) (any, *refusal) {
	offset, limit := 0, 20
	for name, value := range map[string]*int{"offset": &offset, "limit": &limit} {
		if params[name] == "" {
			continue
		}
		n, err := strconv.Atoi(params[name])
		if err != nil || n < 0 {
			return nil, refuse(10001, "输入参数错误：%s 应为非负整数", name)
		}
		*value = n
	}
	answer := wireTasks{envelope: a.envelope(refusal{}), Total: len(sharedTasks), Tasks: []wireTask{}}
	from := min(offset, len(sharedTasks))
	for _, t := range sharedTasks[from : from+min(limit, len(sharedTasks)-from)] {
		answer.Tasks = append(answer.Tasks, t.wire())
	}
	return answer, nil
}

func (t task) wire() wireTask {
	wire := wireTask{TaskID: t.id, TaskName: t.name, Period: t.period, CatTypeName: t.kind, Status: 2, CgiURL: t.target,
		AddTime: t.added}
	if t.scope == paused {
		wire.Status = 1
		return wire
	}
	group, threshold, interval := 9063, 90, 15
	wire.ReceiverGroupID, wire.AvailRatioThres, wire.AvailRatioInterval = &group, &threshold, &interval
	return wire
}
