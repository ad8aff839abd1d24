package catapi

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// manyRows returns an answer of n rows, about 200 bytes each, with the few names and many addresses of a real one.
func manyRows(n int) []byte {
	isps := []string{"移动", "电信", "联通", "其他", "腾讯云"}
	reasons := []string{"Ping超时", "连接超时", "DNS解析失败", "返回结果与预期不符合"}
	var b strings.Builder
	b.WriteString(`{"code":0,"message":"","codeDesc":"Success","data":{"detail":[`)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `{"ispName": %q, "province": "province-%d", "provinceName": "江西", "mapKey": "jiangXi-%d", `+
			`"serverIp": "119.28.%d.%d", "resultCount": %d, "resultCode": %d, "errorReason": %q}`,
			isps[i%5], i/5%34, i/5%34, i/170%8, i/1360%250, i*i%1000, 10010+i%4, reasons[i%4])
	}
	b.WriteString(`],"summary":[],"startTime":"2017-05-25 00:00:00","endTime":"2017-05-25 08:10:00"}}`)
	return []byte(b.String())
}

// BenchmarkDecode10000 is to be compared with BenchmarkEncodingJSON10000, which only reads the same bytes with
// encoding/json.
func BenchmarkDecode10000(b *testing.B) {
	body := manyRows(10_000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decodeHistory(body, morning, time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingJSON10000(b *testing.B) {
	body := manyRows(10_000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		var answer struct {
			Code              int
			Message, CodeDesc string
			Data              struct {
				Detail []struct {
					IspName, Province, ProvinceName, MapKey, ServerIp string
					ResultCount, ResultCode                           int64
					ErrorReason                                       string
				}
				Summary            []struct{ ResultCount, ResultCode int64 }
				StartTime, EndTime string
			}
		}
		if err := json.Unmarshal(body, &answer); err != nil {
			b.Fatal(err)
		}
	}
}

// manyProbes returns a page of n probes, about 230 bytes each, as the vendor's example has them. One in 20 failed.
func manyProbes(n int) []byte {
	rows := make([]string, n)
	for i := range rows {
		at, errorID := incident.Begin.Add(time.Duration(i)*time.Second), int64(0)
		if i%20 == 0 {
			errorID = 603
		}
		rows[i] = saw([]string{"中国移动", "中国电信", "中国联通"}[i%3], []string{"江西", "广东", "四川", "北京", "上海"}[i%5], at, errorID)
	}
	return []byte(probesPage(n, "scroll", rows...))
}

// BenchmarkDecodeProbes5000 is to be compared with BenchmarkEncodingJSONProbes5000, which only reads the same page with
// encoding/json.
func BenchmarkDecodeProbes5000(b *testing.B) {
	body := manyProbes(5000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if page, err := decode3[probesAnswer](body); err != nil || len(page.DataSet) != 5000 {
			b.Fatal(err)
		}
	}
}

func BenchmarkEncodingJSONProbes5000(b *testing.B) {
	body := manyProbes(5000)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		type pair struct {
			ID    int
			Name  string
			Value any // a string or a number
		}
		var answer struct {
			Response struct {
				DataSet []struct {
					ProbeTime      int64
					Labels, Fields []pair
				}
				TotalNumber         int64
				ScrollID, RequestId string
			}
		}
		if err := json.Unmarshal(body, &answer); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	request := signable{"POST", "catapi.api.qcloud.com", "/v2/index.php", map[string]string{
		"Action": "GetCatReturnCodeHistory", "Nonce": "1290303896", "SecretId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
		"SignatureMethod": "HmacSHA256", "Timestamp": "1495699202", "taskId": "126531",
		"beginTime": "2017-05-25 00:00:00", "endTime": "2017-05-25 08:10:00", "province": "jiangxi",
	}}
	for b.Loop() {
		request.sign("Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
	}
}
