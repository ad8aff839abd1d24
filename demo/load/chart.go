package main

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// The chart's size, and its plot within it, in pixels.
const (
	chartWidth, chartHeight                  = 720, 360
	plotLeft, plotRight, plotTop, plotBottom = 70, 590, 30, 300
)

// chart draws the 99th percentiles of runs over their rates as SVG, both on logarithmic scales.
func chart(runs []run) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
<title>Time to ack and to answer, 99th percentile, by commands per second on one core</title>
<rect width="100%%" height="100%%" fill="#fff"/>
`, chartWidth, chartHeight)
	slowest := time.Millisecond
	for _, r := range runs {
		slowest = max(slowest, quantile(r.answers, .99), quantile(r.acks, .99))
	}
	const fastest = 100 * time.Microsecond
	y := scale(fastest.Seconds(), slowest.Seconds(), plotBottom, plotTop)
	x := scale(float64(runs[0].rate), float64(max(runs[len(runs)-1].rate, runs[0].rate+1)), plotLeft, plotRight)
	for tick := fastest; tick <= slowest; tick *= 10 {
		fmt.Fprintf(&b, `<line x1="%d" x2="%d" y1="%.1[3]f" y2="%.1[3]f" stroke="#ddd"/>`+
			`<text x="%[4]d" y="%.1[5]f" text-anchor="end" fill="#555">%[6]s</text>`+"\n",
			plotLeft, plotRight, y(tick.Seconds()), plotLeft-8, y(tick.Seconds())+4, tick)
	}
	const room = 34 // pixels of a label
	last := -math.MaxFloat64
	for _, r := range runs {
		if at := x(float64(r.rate)); at >= last+room {
			fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#555">%d</text>`+"\n", at, plotBottom+20, r.rate)
			last = at
		}
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" fill="#333">commands per second</text>`+"\n",
		(plotLeft+plotRight)/2, plotBottom+44)
	for _, line := range []struct {
		name, color string
		times       func(run) []time.Duration
	}{
		{"answer, p99", "#b35900", func(r run) []time.Duration { return r.answers }},
		{"ack, p99", "#1f5fa8", func(r run) []time.Duration { return r.acks }},
	} {
		var points []string
		lastX, lastY := 0.0, 0.0
		for _, r := range runs {
			lastX, lastY = x(float64(r.rate)), y(max(quantile(line.times(r), .99), fastest).Seconds())
			points = append(points, fmt.Sprintf("%.1f,%.1f", lastX, lastY))
		}
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+
			`<text x="%.1f" y="%.1f" fill="%s">%s</text>`+"\n",
			strings.Join(points, " "), line.color, lastX+8, lastY+4, line.color, line.name)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// scale maps from..to, logarithmically, to the pixels between first and last.
func scale(from, to, first, last float64) func(float64) float64 {
	return func(value float64) float64 {
		return first + (last-first)*(math.Log(value)-math.Log(from))/(math.Log(to)-math.Log(from))
	}
}
