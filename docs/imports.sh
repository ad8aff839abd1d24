#!/bin/sh
# Draws which package at the top of the repository imports which, as a mermaid graph. Arrows that follow from others are left out.
cd "$(dirname "$0")/.." || exit 1
go list -f '{{.ImportPath}} {{join .Imports " "}}' ./... | LC_ALL=C sort | awk '
function top(path) { sub(/^catbot\//, "", path); sub(/\/.*/, "", path); return path == "catbot" ? "main" : path }
{
	from = top($1)
	if (!(from in seen)) { seen[from] = 1; order[++n] = from }
	for (i = 2; i <= NF; i++)
		if ($i ~ /^catbot\// && top($i) != from) direct[from, top($i)] = reach[from, top($i)] = 1
}
END {
	for (k = 1; k <= n; k++) for (i = 1; i <= n; i++) for (j = 1; j <= n; j++)
		if ((order[i], order[k]) in reach && (order[k], order[j]) in reach) reach[order[i], order[j]] = 1
	print "graph TD"
	for (i = 1; i <= n; i++) for (j = 1; j <= n; j++) {
		from = order[i]; to = order[j]; implied = 0
		if (!((from, to) in direct)) continue
		for (k = 1; k <= n; k++)
			if (k != j && (from, order[k]) in direct && (order[k], to) in reach) implied = 1
		if (!implied) print "    " from " --> " to
	}
}'
