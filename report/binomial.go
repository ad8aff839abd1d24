package report

import "math"

// atLeast is the chance of k or more hits in n tries that each hit with the chance p: the upper tail of the binomial
// distribution. It is summed from its largest term on, so it is exact to rounding however small it is.
func atLeast(k, n int64, p float64) float64 {
	switch {
	case k <= 0:
		return 1
	case k > n || p <= 0:
		return 0
	case p >= 1:
		return 1
	case float64(k) <= p*float64(n):
		return 1 - atLeast(n-k+1, n, 1-p) // the other tail is the one whose terms fall
	}
	term := math.Exp(logBinomial(k, n, p))
	sum := term
	for i := k; i < n && term > sum*1e-16; i++ {
		term *= float64(n-i) / float64(i+1) * p / (1 - p)
		sum += term
	}
	return min(sum, 1)
}

// atMost is the chance of k hits or fewer.
func atMost(k, n int64, p float64) float64 { return atLeast(n-k, n, 1-p) }

// logBinomial is the logarithm of the chance of exactly k hits.
func logBinomial(k, n int64, p float64) float64 {
	return logFactorial(n) - logFactorial(k) - logFactorial(n-k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p)
}

func logFactorial(n int64) float64 {
	log, _ := math.Lgamma(float64(n) + 1)
	return log
}
