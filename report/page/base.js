// Helpers: elements, numbers in words, the tooltip, and the state that the switches change.
const DATA = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

function put(parent, name, attributes = {}, ...children) {
  const space = { svg: 1, g: 1, path: 1, circle: 1, rect: 1, line: 1, text: 1, polygon: 1 }[name];
  const node = space ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(key, value);
  for (const child of children) node.append(child);
  if (parent) parent.append(node);
  return node;
}
const make = (name, attributes, ...children) => put(null, name, attributes, ...children);
const clear = (node) => { node.replaceChildren(); return node; };

// About three figures, as the sentences are rounded.
function number(value, digits = 3) {
  if (value === null || !Number.isFinite(value)) return "-";
  if (value === 0) return "0";
  const decimals = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  const rounded = decimals >= 0 ? value : Math.round(value * 10 ** decimals) / 10 ** decimals;
  return rounded.toLocaleString("en-US", { maximumFractionDigits: Math.min(Math.max(decimals, 0), 8) });
}
const money = (musd) => (musd < 0 ? "\u2212" : "") + "USD\u00a0" + (Math.abs(musd) >= 999.5 ? number(Math.abs(musd) / 1000) + "\u00a0bn" : number(Math.abs(musd)) + "\u00a0mn");
const tonnes = (kt) => Math.abs(kt) >= 999.5 ? number(kt / 1000) + "\u00a0Mt" : number(kt) + "\u00a0kt";
const boxes = (kteu) => Math.abs(kteu) >= 999.5 ? number(kteu / 1000) + "\u00a0million\u00a0TEU" : number(kteu * 1000) + "\u00a0TEU";
const percent = (share) => { const v = share * 100; return (Math.abs(v) >= 9.95 || v === 0 ? v.toFixed(0) : v.toFixed(1)) + "\u00a0%"; };
const usd = (value) => value === null ? "-" : "USD\u00a0" + number(value);
const signed = (text, value) => (value > 0 ? "+" : "\u2212") + text;
const tie = (text) => text.replace(/(\d) (%|Mt|kt|TEU|bn|mn|million|days|h)\b|(\d) %|USD (\d)/g, (all) => all.replace(/ /g, "\u00a0"));

const state = { period: DATA.periods[DATA.periods.length - 1], cargo: "kt", view: null };
const watchers = [];
const watch = (action) => watchers.push(action);
const changed = () => watchers.forEach((action) => action());

function choice(fieldset, name, options, key) {
  for (const [value, text] of options) {
    const input = make("input", { type: "radio", name, value });
    input.checked = value === state[key];
    input.addEventListener("change", () => { state[key] = value; changed(); });
    put(fieldset, "label", {}, input, make("span", {}, text));
  }
}

const tip = byId("tip");
function showTip(lines, x, y) {
  clear(tip);
  lines.filter(Boolean).forEach((line, place) => put(tip, place ? "div" : "b", {}, line));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(6, Math.min(x + 14, innerWidth - box.width - 6)) + "px";
  tip.style.top = (y + 18 + box.height > innerHeight ? Math.max(6, y - box.height - 12) : y + 18) + "px";
}
const hideTip = () => { tip.hidden = true; };
addEventListener("keydown", (event) => { if (event.key === "Escape") hideTip(); });
addEventListener("scroll", hideTip, { passive: true });

function withTip(node, lines) {
  node.setAttribute("aria-label", lines().filter(Boolean).join("; "));
  node.addEventListener("pointermove", (event) => showTip(lines(), event.clientX, event.clientY));
  node.addEventListener("pointerleave", hideTip);
  node.addEventListener("focus", () => { const box = node.getBoundingClientRect(); showTip(lines(), box.left + box.width / 2, box.top + box.height / 2); });
  node.addEventListener("blur", hideTip);
  return node;
}

// A table; columns: {head, value(row), figure, sort(row), narrow: false to hide on narrow screens}. `first` sorts at start.
function table(parent, caption, columns, rows, sortable = false) {
  const node = put(put(parent, "div", { class: "scroll" }), "table", {});
  put(node, "caption", { class: "unseen" }, caption);
  const head = put(put(node, "thead"), "tr"), body = put(node, "tbody");
  const kind = (c) => [c.figure ? "figure" : "", c.narrow === false ? "narrow-off" : ""].join(" ").trim();
  const fill = (list) => { clear(body); for (const row of list) addRow(body, columns, row, kind); };
  for (const column of columns) {
    const cell = put(head, "th", { scope: "col", class: kind(column) });
    if (!sortable || !column.sort) { cell.append(column.head); continue; }
    put(cell, "button", { type: "button" }, column.head).addEventListener("click", () => {
      const now = cell.getAttribute("aria-sort"), down = now ? now === "ascending" : Boolean(column.figure);
      for (const other of head.children) other.removeAttribute("aria-sort");
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = (a, b) => { const x = column.sort(a), y = column.sort(b); return x === y ? 0 : x === null ? 1 : y === null ? -1 : (x < y ? -1 : 1) * (down ? -1 : 1); };
      fill([...rows].sort(order));
    });
  }
  fill(rows);
  return { node, body, refill: (list) => { rows = list; fill(list); } };
}
function addRow(body, columns, row, kind) {
  const line = put(body, "tr");
  if (row.heading) { put(line, "td", { class: "head-row", colspan: columns.length }, row.heading); return; }
  for (const column of columns) {
    const value = column.value(row);
    put(line, "td", { class: kind(column) }, ...(Array.isArray(value) ? value : [value ?? "-"]));
  }
}
const tag = (confidence) => confidence ? make("span", { class: "tag " + confidence }, confidence) : "";
