// Draws data_visualization by Chart.js, with its numbers in a table.
import { h } from "./dom.js";

const palette = ["#2f6fde", "#d9480f", "#2b8a3e", "#ae3ec9", "#b08400", "#0b7285", "#c2255c", "#5c7cfa", "#846358", "#495057", "#66a80f", "#e8590c"];
const dashes = [[], [6, 3], [2, 2], [8, 3, 2, 3]];

// nameCharts gives each chart on the page a name of its own, in the order of the page, for screen readers:
// the charts of two answers have the same title.
export function nameCharts() {
  document.querySelectorAll("figure.chart").forEach((figure, i) => {
    const title = figure.querySelector("figcaption").textContent;
    figure.querySelector("canvas").setAttribute("aria-label", `${title}, chart ${i + 1}`);
    figure.querySelector("summary").setAttribute("aria-label", `Numbers of chart ${i + 1}`);
    figure.querySelector(".wide").setAttribute("aria-label", `Numbers of chart ${i + 1}, ${title}`);
  });
}

export function visualization(block) {
  const chart = block.chart;
  const drawings = { bar, line, area, pie };
  if (!drawings[chart.type]) return h("p", { class: "unknown" }, `This page can't draw a chart of type "${chart.type}".`);
  const canvas = h("canvas", { role: "img", "aria-label": block.title });
  const figure = h("figure", { class: "chart" }, h("figcaption", {}, block.title), h("div", { class: "canvas" }, canvas), numbers(chart));
  // Chart.js measures the canvas, so it draws after the figure is on the page.
  requestAnimationFrame(() => {
    if (!canvas.isConnected || !window.Chart) return;
    const drawn = new window.Chart(canvas, config(drawings[chart.type](chart), chart));
    new MutationObserver((_, observer) => {
      if (canvas.isConnected) return;
      drawn.destroy();
      observer.disconnect();
    }).observe(document.body, { childList: true, subtree: true });
  });
  return figure;
}

const series = (chart, more) => ({
  labels: chart.axis_config.categories,
  datasets: chart.series.map((one, i) => ({
    label: one.name, data: valuesOf(chart, one), backgroundColor: palette[i % palette.length], borderColor: palette[i % palette.length], ...more(i),
  })),
});

// valuesOf puts a series' points into the order of the categories.
function valuesOf(chart, one) {
  const by = new Map(one.data.map((point) => [point.label, point.value]));
  return chart.axis_config.categories.map((category) => by.get(category) ?? 0);
}

const bar = (chart) => ({ type: "bar", data: series(chart, () => ({ maxBarThickness: 40 })) });
const line = (chart) => ({ type: "line", data: series(chart, (i) => ({ borderDash: dashes[i % dashes.length], pointRadius: 2, tension: 0 })) });
const area = (chart) => ({ type: "line", data: series(chart, () => ({ fill: true, pointRadius: 0 })) });
const pie = (chart) => ({
  type: "pie",
  data: { labels: chart.segments.map((s) => s.label), datasets: [{ data: chart.segments.map((s) => s.value), backgroundColor: palette }] },
});

function config(drawing, chart) {
  const style = getComputedStyle(document.documentElement);
  const ink = style.getPropertyValue("--ink-soft").trim();
  const grid = style.getPropertyValue("--line").trim();
  const axis = (title) => ({ ticks: { color: ink }, grid: { color: grid }, beginAtZero: true, title: { display: Boolean(title), text: title, color: ink } });
  return {
    ...drawing,
    options: {
      animation: false, responsive: true, maintainAspectRatio: false,
      plugins: { legend: { position: "bottom", labels: { color: ink, boxWidth: 12 } } },
      scales: drawing.type === "pie" ? {} : { x: axis(chart.axis_config.x_label), y: axis(chart.axis_config.y_label) },
    },
  };
}

function numbers(chart) {
  const rows = chart.segments
    ? chart.segments.map((s) => [s.label, s.value])
    : chart.axis_config.categories.map((category, i) => [category, ...chart.series.map((one) => valuesOf(chart, one)[i])]);
  const head = chart.segments ? ["", "value"] : ["", ...chart.series.map((one) => one.name)];
  return h("details", {}, h("summary", {}, "Numbers"), h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "The chart's numbers" }, h("table", {},
    h("thead", {}, h("tr", {}, head.map((cell) => h("th", { scope: "col" }, cell || "\u00a0")))),
    h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, i) => (i ? h("td", { class: "number" }, String(cell)) : h("th", { scope: "row" }, cell)))))))));
}
