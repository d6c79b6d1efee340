// Tables. Columns: {head, value(row), figure, sort(row), narrow: false to hide on narrow screens}. A column with `sort`
// has a button in its head. Of more rows than `most`, a button shows the rest.
function table(parent, caption, columns, rows, most = Infinity) {
  const node = put(put(parent, "div", { class: "scroll" }), "table", {});
  put(node, "caption", { class: "unseen" }, caption);
  const head = put(put(node, "thead"), "tr"), body = put(node, "tbody"), shown = { rows, by: null, all: false };
  const more = put(put(parent, "p", { class: "more" }), "button", { type: "button" });
  const kind = (c) => [c.figure ? "figure" : "", c.narrow === false ? "narrow-off" : ""].join(" ").trim() || null;
  const fill = () => {
    const list = shown.by ? [...shown.rows].sort(shown.by) : shown.rows;
    clear(body);
    for (const row of shown.all ? list : list.slice(0, most)) addRow(body, columns, row, kind);
    if (!list.length) put(put(body, "tr"), "td", { colspan: columns.length, class: "none" }, "Nothing to list.");
    more.parentNode.hidden = list.length <= most;
    more.textContent = shown.all ? `Show the first ${most} only` : `Show all ${list.length.toLocaleString("en-US")}`;
  };
  more.addEventListener("click", () => { shown.all = !shown.all; fill(); });
  for (const column of columns) {
    const cell = put(head, "th", { scope: "col", class: kind(column) });
    if (!column.sort) { cell.append(column.head); continue; }
    put(cell, "button", { type: "button" }, column.head).addEventListener("click", () => {
      const now = cell.getAttribute("aria-sort"), down = now ? now === "ascending" : Boolean(column.figure);
      for (const other of head.children) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      shown.by = inOrder(column.sort, down);
      fill();
    });
  }
  fill();
  return { node, refill: (list) => { shown.rows = list; fill(); } };
}
// Rows without a value come last in both directions.
const inOrder = (key, down) => (a, b) => {
  const x = key(a), y = key(b);
  return x === y ? 0 : x === null ? 1 : y === null ? -1 : (x < y ? -1 : 1) * (down ? -1 : 1);
};
function addRow(body, columns, row, kind) {
  const line = put(body, "tr", { class: row.total ? "total" : null });
  if (row.heading) { put(line, "th", { class: "head-row", colspan: columns.length, scope: "colgroup" }, row.heading); return; }
  columns.forEach((column, place) => {
    const value = column.value(row), cell = put(line, place ? "td" : "th", { class: kind(column), scope: place ? null : "row" });
    cell.append(...(Array.isArray(value) ? value : [value ?? "-"]));
  });
}
function note(parent, text) { put(parent, "p", { class: "note" }, text); }
