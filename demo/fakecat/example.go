package fakecat

// The API document's example: in jiangxi, on 2017-05-25 from 00:00 to 08:10, task 126531 failed 982 times, always from
// 移动, with 10016 at one address. The failures continued at the same rate until 10:00.
const (
	exampleServer = "119.28.20.246"
	exampleBegin  = 1495641600 / 60      // 2017-05-25 00:00 in Beijing, in minutes
	exampleEnd    = exampleBegin + 24*60 // until then nothing else happens in jiangxi
	exampleOver   = exampleBegin + 10*60
	exampleCount  = 982
	exampleSpan   = 8*60 + 10 // minutes
)

func inExample(p *probe, minute int64) bool {
	return exampleBegin <= minute && minute < exampleEnd && p.site.code == "jiangxi"
}

// exampleResult is probeResult on that day: two or three of jiangxi's three probes of 移动 fail in each minute.
func exampleResult(p *probe, minute int64) (int64, string) {
	since := minute - exampleBegin
	failed := (since+1)*exampleCount/exampleSpan - since*exampleCount/exampleSpan
	if p.site.isp == mobile && int64(p.index) < failed && minute < exampleOver {
		return 10016, exampleServer
	}
	return 0, exampleServer
}
