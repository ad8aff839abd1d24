package fakecat

import (
	"fmt"
	"strconv"
	"strings"
)

// tasksOnly3 are the tasks that API 3.0 lists behind those of the catalogue. They were made since v2 takes no new
// ones, in
// 2023, so v2 does not know them.
var tasksOnly3 = []task{
	{id: number("k3x9pq2a"), name: "商城首页 页面性能", kind: "page", target: "https://shop.example.com/", period: 5,
		scope: nationwide, added: "2023-03-01 10:00:00"},
	{
		id:     number("k3x9pq2b"),
		name:   "Checkout page",
		kind:   "page",
		target: "https://shop.example.com/checkout",
		period: 15,
		scope:  nationwide,
		added:  "2023-03-01 10:02:00",
	},
	{
		id:     number("m7d2hw5c"),
		name:   "航班查询 Flights",
		kind:   "page",
		target: "https://www.airline.example/search",
		period: 15,
		scope:  nationwide,
		added:  "2023-07-20 14:00:00",
	},
	{id: taskTrunk, name: "总部专线 HQ uplink", kind: "network", target: "hq.idc.example.net", period: 5, scope: nationwide,
		added: "2023-09-04 09:30:00"},
	{id: number("p8v4rt6e"), name: "DNS ns3", kind: "network", target: "ns3.example.org", period: 5, scope: nationwide,
		added: "2023-09-04 09:41:00"},
	{id: number("q2s6zn9f"), name: "MQTT broker", kind: "port", target: "iot.example.net:8883", period: 5,
		scope: nationwide, added: "2024-02-26 16:00:00"},
	{
		id:     number("r5j8ky3g"),
		name:   "云盘上传 Upload",
		kind:   "upload",
		target: "https://drive.example.com/upload",
		period: 15,
		scope:  nationwide,
		added:  "2024-05-13 11:00:00",
	},
	{
		id:     number("r5j8ky3h"),
		name:   "安装包下载 Installer",
		kind:   "download",
		target: "https://download.example.net/setup.exe",
		period: 15,
		scope:  nationwide,
		added:  "2024-05-13 11:08:00",
	},
	{id: number("t9w3cb7k"), name: "赛事直播 Live stream", kind: "media", target: "https://live.example.net/match.m3u8",
		period: 5, scope: nationwide, added: "2025-01-06 19:00:00"},
	{id: number("t9w3cb7m"), name: "去年的活动页", kind: "page", target: "https://sale.example.com/2025", period: 15,
		scope: paused, added: "2025-10-20 12:00:00"},
}

// taskTrunk is a link that loses packets every evening.
var taskTrunk = number("n6f8ye4d")

// A kind3 is API 3.0's number for a kind of task, and the TaskType of its probe results. That these belong together is
// inferred from their labels.
type kind3 struct {
	number   int
	analyzed string
}

var (
	page3     = kind3{1, "AnalyzeTaskType_Browse"}
	port3     = kind3{4, "AnalyzeTaskType_Transport"}
	network3  = kind3{5, "AnalyzeTaskType_Network"}
	upload3   = kind3{2, "AnalyzeTaskType_UploadDownload"}
	download3 = kind3{3, "AnalyzeTaskType_UploadDownload"}
	media3    = kind3{6, "AnalyzeTaskType_MediaStream"}

	kinds3 = map[string]kind3{
		"http": page3, "https": page3, "page": page3, "tcp": port3, "ftp": port3, "pop3": port3, "port": port3,
		"ping": network3, "dns": network3, "network": network3,
		"upload": upload3, "download": download3, "media": media3,
	}
)

// name3 returns the id in API 3.0 of a task of v2.
func name3(id int64) string { return fmt.Sprintf("task-%08s", strconv.FormatInt(id, 36)) }

// number3 is the inverse of name3.
func number3(task string) (int64, bool) {
	id, err := strconv.ParseInt(strings.TrimPrefix(task, "task-"), 36, 64)
	return id, err == nil && name3(id) == task
}

// number returns the number of an id in tasksOnly3.
func number(name string) int64 {
	id, ok := number3("task-" + name)
	if !ok {
		panic(name + " is no id of a task")
	}
	return id
}
