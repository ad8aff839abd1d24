package catapi

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// probesAnswer is a page of DescribeDetailedSingleProbeData.
type probesAnswer struct {
	header3
	DataSet     wireProbes `json:"DataSet"`
	TotalNumber number     `json:"TotalNumber"`
	ScrollID    string     `json:"ScrollID"`
}

// A probe3 is the result of one probe.
type probe3 struct {
	at       time.Time // zero where the answer does not say
	operator string
	district string
	errorID  int64 // 0 is success
	info     string
}

// wireProbes are the probes of a page, decoded one by one. A probe without a result is an error, not a success.
type wireProbes []probe3

func (probes *wireProbes) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	*probes = nil
	r := probeReader{from: newObjectReader(dec)}
	return each(dec, func() error {
		p, err := r.read()
		*probes = append(*probes, p)
		return err
	})
}

// A probeReader reads one probe after another. No document says whether ErrorId is a label or a field, so it reads
// both, and uses the one that is not 0.
type probeReader struct {
	from      *objectReader
	probe     probe3
	hasResult bool
	rowTime   int64 // milliseconds; a placeholder in the vendor's example, where the time is in the fields
	time      int64
	pair      pair3

	names, pairNames memberNames
}

// A pair3 is a name and its value, which may be a string or a number wherever it stands.
type pair3 struct {
	name  string
	value jsontext.Value
}

func (r *probeReader) read() (probe3, error) {
	r.probe, r.hasResult, r.rowTime, r.time = probe3{}, false, 0, 0
	if err := r.from.each(&r.names, r.readMember); err != nil {
		return probe3{}, err
	}
	if millis := cmp.Or(r.time, r.rowTime); millis > 1e12 {
		r.probe.at = time.UnixMilli(millis).In(Beijing)
	}
	if !r.hasResult {
		return probe3{}, errors.New("a probe without ErrorId")
	}
	return r.probe, nil
}

func (r *probeReader) readMember(name string) error {
	switch name {
	case "probetime":
		value, err := r.from.dec.ReadValue()
		r.rowTime, _ = wholeNumber(r.from.textOf(value))
		return err
	case "labels", "fields":
		return each(r.from.dec, r.readPair)
	}
	return r.from.skip()
}

// readPair reads a label or a field. Its value may come before its name.
func (r *probeReader) readPair() error {
	r.pair.name, r.pair.value = "", r.pair.value[:0]
	if err := r.from.each(&r.pairNames, r.readPairMember); err != nil {
		return err
	}
	return r.take(r.pair)
}

func (r *probeReader) readPairMember(name string) (err error) {
	switch name {
	case "name":
		r.pair.name, err = r.from.text()
		return err
	case "value":
		value, err := r.from.dec.ReadValue()
		r.pair.value = append(r.pair.value[:0], value...)
		return err
	}
	return r.from.skip()
}

// take stores what a pair says about the probe.
func (r *probeReader) take(pair pair3) error {
	switch pair.name {
	case "ProbeTime":
		r.time, _ = wholeNumber(r.from.textOf(pair.value))
	case "Operator":
		r.probe.operator = r.from.textOf(pair.value)
	case "District":
		r.probe.district = r.from.textOf(pair.value)
	case "ErrorId":
		text := r.from.textOf(pair.value)
		if text == "" {
			return nil // it may stand elsewhere
		}
		id, err := wholeNumber(text)
		if err != nil {
			return fmt.Errorf("ErrorId: %w", err)
		}
		r.probe.errorID, r.hasResult = cmp.Or(r.probe.errorID, id), true
	case "PingErrorInfo", "DNSErrorInfo":
		if info := r.from.textOf(pair.value); r.probe.info == "" && info != "0" {
			r.probe.info = info
		}
	}
	return nil
}
