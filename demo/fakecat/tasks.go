package fakecat

// A task is a monitored site.
type task struct {
	id     int64
	name   string
	kind   string // one of those in usualCauses
	target string
	period int64 // minutes between two results of a probe: 1, 5, 15 or 30
	scope  scope
	added  string // in Beijing's zone; there is no data before
	story
}

// scope says where a task has probes.
type scope int

const (
	homeland   scope = iota // probes on the mainland
	worldwide               // and at the cloud's nodes and abroad
	nationwide              // in more provinces than v2 has codes for, and abroad
	paused                  // no probes any more
)

// The tasks of the package comment.
const (
	taskExample    = 126531
	taskISP        = 126540
	taskProvince   = 126548
	taskServer     = 126552
	taskEverywhere = 126556
	taskHealthy    = 126560
	taskBackground = 126591
	taskThere      = 126633
	taskBackup     = 126700
	taskEvenings   = 126710
	taskSpreading  = 126720
)

// sharedTasks is every task that both APIs know, in the order in which they list them. Those up to 2020 are one
// company's;
// then it took its customers' sites in.
var sharedTasks = []task{
	{id: taskExample, name: "官网首页 Ping", kind: "ping", target: "www.example.com", period: 1, scope: worldwide,
		added: "2017-05-10 17:29:15"},
	{id: taskISP, name: "登录 login", kind: "https", target: "https://login.example.com/", period: 1,
		added: "2017-05-11 14:38:38"},
	{id: 126544, name: "注册页", kind: "https", target: "https://www.example.com/signup", period: 5,
		added: "2017-06-02 10:05:51"},
	{id: taskProvince, name: "商城首页", kind: "https", target: "https://shop.example.com/", period: 1,
		added: "2017-06-16 09:40:07"},
	{id: taskServer, name: "开放接口 API v1", kind: "https", target: "https://api.example.com/v1/ping", period: 1,
		scope: worldwide, added: "2017-07-01 11:20:00"},
	{id: taskEverywhere, name: "下单 checkout", kind: "https", target: "https://shop.example.com/checkout", period: 1,
		added: "2017-07-19 16:02:44"},
	{id: taskHealthy, name: "状态页 status", kind: "https", target: "https://status.example.com/", period: 1,
		added: "2017-08-08 08:08:08"},
	{id: 126564, name: "旧官网（已下线）", kind: "http", target: "http://old.example.com/", period: 5, scope: paused,
		added: "2017-08-21 19:33:10"},
	{id: 126571, name: "帮助中心", kind: "https", target: "https://help.example.com/", period: 5,
		added: "2017-09-12 10:11:12"},
	{id: 126572, name: "静态资源 CDN", kind: "https", target: "https://static.example.net/app.js", period: 1, scope: worldwide,
		added: "2017-09-12 10:20:41"},
	{id: 126573, name: "图片 CDN", kind: "https", target: "https://img.example.net/logo.png", period: 5, scope: worldwide,
		added: "2017-09-12 10:21:09"},
	{id: 126580, name: "视频点播", kind: "https", target: "https://vod.example.net/health", period: 5,
		added: "2017-10-30 15:00:00"},
	{id: 126581, name: "直播推流", kind: "tcp", target: "push.example.net:1935", period: 1, added: "2017-10-30 15:04:26"},
	{id: 126590, name: "支付回调", kind: "https", target: "https://pay.example.com/notify", period: 1,
		added: "2017-11-10 23:10:00"},
	{id: taskBackground, name: "支付收银台", kind: "https", target: "https://pay.example.com/cashier", period: 1,
		added: "2017-11-10 23:12:30"},
	{id: 126602, name: "搜索", kind: "https", target: "https://search.example.com/?q=ping", period: 5,
		added: "2018-01-15 09:30:00"},
	{id: 126603, name: "推荐", kind: "https", target: "https://rec.example.com/v2/health", period: 5,
		added: "2018-01-15 09:31:48"},
	{id: 126610, name: "消息网关", kind: "tcp", target: "im.example.com:8443", period: 1, added: "2018-03-06 13:45:00"},
	{id: 126611, name: "WebSocket 长连接", kind: "tcp", target: "ws.example.com:443", period: 5,
		added: "2018-03-06 13:52:17"},
	{id: 126620, name: "权威 DNS ns1", kind: "dns", target: "ns1.example.org", period: 5, added: "2018-04-20 15:51:00"},
	{id: 126621, name: "权威 DNS ns2", kind: "dns", target: "ns2.example.org", period: 5, added: "2018-04-20 15:51:30"},
	{id: taskThere, name: "移动端 App 接口", kind: "https", target: "https://m.example.com/api/health", period: 1,
		added: "2018-06-01 10:00:00"},
	{id: 126634, name: "小程序接口", kind: "https", target: "https://mini.example.com/api/health", period: 5,
		added: "2018-06-01 10:06:12"},
	{id: 126640, name: "文件上传", kind: "https", target: "https://upload.example.com/probe", period: 15,
		added: "2018-09-03 17:20:00"},
	{id: 126641, name: "文件下载", kind: "https", target: "https://download.example.net/1m.bin", period: 15, scope: worldwide,
		added: "2018-09-03 17:25:00"},
	{id: 126655, name: "海外站 global", kind: "https", target: "https://global.example.org/", period: 5, scope: worldwide,
		added: "2018-12-24 18:00:00"},
	{id: 126656, name: "海外站 Ping", kind: "ping", target: "global.example.org", period: 5, scope: worldwide,
		added: "2018-12-24 18:03:09"},
	{id: 126660, name: "广州机房出口", kind: "ping", target: "gz.idc.example.net", period: 1, added: "2019-02-18 09:00:00"},
	{id: 126661, name: "上海机房出口", kind: "ping", target: "sh.idc.example.net", period: 1, added: "2019-02-18 09:01:00"},
	{id: 126662, name: "北京机房出口", kind: "ping", target: "bj.idc.example.net", period: 1, added: "2019-02-18 09:02:00"},
	{id: 126670, name: "企业邮箱 SMTP", kind: "tcp", target: "smtp.example.com:465", period: 15, added: "2019-05-09 14:14:14"},
	{id: 126671, name: "企业邮箱 Web", kind: "https", target: "https://mail.example.com/", period: 15,
		added: "2019-05-09 14:20:00"},
	{id: 126680, name: "内部工单", kind: "http", target: "http://ticket.example.org/", period: 30,
		added: "2019-08-27 11:00:00"},
	{id: 126681, name: "招聘", kind: "http", target: "http://jobs.example.org/", period: 30, added: "2019-08-27 11:02:00"},
	{id: 126690, name: "文档 docs", kind: "https", target: "https://docs.example.com/", period: 15,
		added: "2020-02-10 10:00:00"},
	{id: 126691, name: "开发者社区", kind: "https", target: "https://dev.example.com/", period: 15,
		added: "2020-02-10 10:04:00"},
	{id: taskBackup, name: "物流轨迹查询", kind: "https", target: "https://track.logistics.example/v1/ping", period: 1,
		added: "2020-06-18 00:30:00"},
	{id: 126701, name: "Parcel lockers", kind: "tcp", target: "lockers.logistics.example:8883", period: 5,
		added: "2020-06-18 00:41:00"},
	{id: taskEvenings, name: "游戏登录 Game login", kind: "tcp", target: "login.games.example:7000", period: 1,
		added: "2020-09-30 20:00:00"},
	{id: 126711, name: "Game patches", kind: "http", target: "http://patch.games.example/manifest", period: 5,
		scope: worldwide, added: "2020-09-30 20:05:00"},
	{id: taskSpreading, name: "手机银行 Mobile banking", kind: "https", target: "https://m.bank.example/health", period: 1,
		added: "2021-01-04 09:00:00"},
	{id: 126721, name: "网上银行 Online banking", kind: "https", target: "https://ebank.example/login", period: 5,
		added: "2021-01-04 09:12:00"},
	{id: 126730, name: "医院挂号", kind: "https", target: "https://book.hospital.example/", period: 5,
		added: "2021-03-15 08:20:00"},
	{id: 126731, name: "University admissions", kind: "http", target: "http://apply.university.example/", period: 15,
		scope: worldwide, added: "2021-06-07 09:00:00"},
	{id: 126740, name: "对账文件 FTP", kind: "ftp", target: "ftp.bank.example", period: 15, added: "2021-08-02 18:00:00"},
	{id: 126741, name: "旧邮箱 POP3", kind: "pop3", target: "pop.example.com", period: 5, added: "2021-08-02 18:10:00"},
	{id: 126750, name: "政务大厅", kind: "https", target: "https://services.city.example/", period: 5,
		added: "2022-04-11 10:30:00"},
	{id: 126751, name: "新闻首页 News", kind: "https", target: "https://www.news.example/", period: 1, scope: worldwide,
		added: "2022-10-01 08:00:00"},
}
