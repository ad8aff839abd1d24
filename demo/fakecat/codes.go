package fakecat

// codeNames holds the values of codeDesc. Those of CAT's own codes are in its error tables, the others are a guess.
var codeNames = map[int64]string{
	0:     "Success",
	4000:  "InvalidParameter",
	4100:  "AuthFailure",
	4101:  "UnauthorizedOperation",
	4102:  "UnauthorizedOperation",
	4103:  "UnauthorizedOperation",
	4104:  "AuthFailure",
	4105:  "AuthFailure",
	4200:  "RequestExpired",
	4300:  "AccessDenied",
	4400:  "QuotaOverflow",
	4500:  "ReplayAttack",
	5000:  "ResourceNotFound",
	5100:  "ResourceOpFailed",
	6000:  "InternalError",
	6100:  "UnsupportedOperation",
	6200:  "UnderMaintenance",
	10001: "InvalidParameter",
	11000: "InternalError.DBoperationFail",
	20002: "InvalidResource",
	20004: "InternalError",
}

// usualMessages holds the messages of a Fault's codes without a Message.
var usualMessages = map[int64]string{
	4100:  "鉴权失败",
	4104:  "SecretId 不存在",
	4200:  "请求已过期",
	4300:  "拒绝访问",
	4400:  "请求次数超过配额限制",
	4500:  "重放攻击错误",
	5000:  "资源不存在",
	5100:  "资源操作失败，请稍后重试",
	6000:  "服务器内部错误，请稍后重试",
	6100:  "版本或接口暂不支持",
	6200:  "接口维护中，请稍后重试",
	10001: "输入参数错误",
	11000: "DB操作失败",
	20002: "结果不存在",
	20004: "调用拨测服务失败",
}

// reasons holds the texts of return codes, without spaces as in the API's examples (the vendor's table has spaces).
var reasons = map[int64]string{
	-7:    "连接被断开",
	-1:    "DNS解析失败",
	4:     "SSL错误，需要通过X509协议查下",
	110:   "连接失败",
	111:   "连接被拒绝",
	403:   "HTTP请求403错误",
	404:   "HTTP请求404错误",
	429:   "HTTP请求429错误",
	500:   "HTTP请求500错误",
	502:   "HTTP请求502错误",
	503:   "HTTP请求503错误",
	504:   "HTTP请求504错误",
	600:   "DNS错误",
	601:   "找不到主机",
	603:   "超时",
	605:   "不可达",
	608:   "SSL错误",
	609:   "步骤超时",
	802:   "连接被断开",
	dns:   "DNS解析失败",
	10005: "未知的响应错误",
	10006: "返回结果与预期不符合",
	10009: "连接失败",
	10010: "连接超时",
	10012: "发送消息超时",
	10013: "接收消息失败",
	10014: "接收消息超时",
	10015: "Ping错误",
	10016: "Ping超时",
	10018: "TraceRT错误",
	inner: "禁止内网IP拨测",
	10021: "Socket连接失败",
	10031: "协议不匹配",
	10032: "用户名不正确",
	10033: "密码不正确",
	10034: "SSL连接失败",
	20009: "系统错误",
	20011: "拨测点不存在",
}

const (
	dns   = 10000 // no address was found, so there is none to name
	inner = 10020 // the name led to a private address
)
