// Draws data_table and table, with sortable columns and pages.
import { h } from "./dom.js";

const usualPage = 10;

// nameTables gives each table on the page a name of its own, in the order of the page, for screen readers.
export function nameTables() {
  document.querySelectorAll(".datatable").forEach((table, i) => {
    const caption = table.querySelector("caption")?.textContent;
    table.querySelector(".wide").setAttribute("aria-label", caption ? `${caption}, table ${i + 1}` : `Table ${i + 1}`);
  });
}

export function dataTable(block) {
  return table(block.caption, block.rows, block.page_size ?? usualPage, block.row_header_column_index ?? -1);
}

export function plainTable(block) {
  return table("", block.rows, block.rows.length, -1);
}

const textOfCell = (cell) => {
  if (cell.type === "raw_number") return cell.text ?? String(cell.value);
  if (cell.type === "raw_text") return cell.text;
  return `(this page can't show a cell of type "${cell.type}")`;
};

function table(caption, rows, size, rowHeader) {
  const [head, ...body] = rows;
  let sorted = { column: -1, down: false };
  let page = 0;
  const place = h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption || "Table" });
  const pager = h("div", { class: "pager" });

  const inOrder = () => {
    if (sorted.column < 0) return body;
    const key = (row) => row[sorted.column].value ?? textOfCell(row[sorted.column]);
    const compare = (a, b) => (typeof key(a) === "number" && typeof key(b) === "number" ? key(a) - key(b) : String(key(a)).localeCompare(String(key(b))));
    return [...body].sort((a, b) => (sorted.down ? compare(b, a) : compare(a, b)));
  };
  const heading = (cell, column) => h("th", { scope: "col", "aria-sort": sorted.column !== column ? "none" : sorted.down ? "descending" : "ascending" },
    h("button", { type: "button", class: "sort", onclick: () => sortBy(column) }, textOfCell(cell), h("span", { "aria-hidden": "true" }, sorted.column !== column ? " ↕" : sorted.down ? " ↓" : " ↑")));
  const sortBy = (column) => {
    sorted = { column, down: sorted.column === column ? !sorted.down : true };
    page = 0;
    draw();
    place.querySelectorAll("th button")[column].focus();
  };
  const cell = (one, column) => (column === rowHeader ? h("th", { scope: "row" }, textOfCell(one)) : h("td", { class: one.type === "raw_number" ? "number" : "" }, textOfCell(one)));
  const turn = (by) => () => {
    page += by;
    draw();
  };
  function draw() {
    const shown = inOrder().slice(page * size, (page + 1) * size);
    place.replaceChildren(h("table", {}, caption ? h("caption", {}, caption) : null,
      h("thead", {}, h("tr", {}, head.map(heading))), h("tbody", {}, shown.map((row) => h("tr", {}, row.map(cell))))));
    const pages = Math.ceil(body.length / size);
    pager.replaceChildren(...(pages > 1 ? [
      h("button", { type: "button", disabled: page === 0, onclick: turn(-1) }, "Previous"),
      h("span", {}, `${page + 1} of ${pages}`),
      h("button", { type: "button", disabled: page === pages - 1, onclick: turn(1) }, "Next"),
    ] : []));
  }
  draw();
  return h("div", { class: "datatable" }, place, pager);
}
