// Helpers: elements, numbers in words, and the state that the switches change.
const DATA = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);

const DRAWN = new Set(["svg", "g", "path", "circle", "rect", "line", "text", "polygon", "title"]);
function put(parent, name, attributes = {}, ...children) {
  const node = DRAWN.has(name) ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(key, value);
  for (const child of children) node.append(child);
  if (parent) parent.append(node);
  return node;
}
const make = (name, attributes, ...children) => put(null, name, attributes, ...children);
const clear = (node) => { node.replaceChildren(); return node; };

// About three figures, as the sentences are rounded.
function number(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "-";
  if (value === 0) return "0";
  const decimals = digits - 1 - Math.floor(Math.log10(Math.abs(value)));
  const rounded = decimals >= 0 ? value : Math.round(value * 10 ** decimals) / 10 ** decimals;
  return rounded.toLocaleString("en-US", { maximumFractionDigits: Math.min(Math.max(decimals, 0), 8) });
}
const minus = (value) => value < 0 ? "\u2212" : "";
const money = (musd) => {
  const size = Math.abs(musd);
  return minus(musd) + "USD\u00a0" + (size >= 999.5 ? number(size / 1000) + "\u00a0bn" : size >= 0.9995 ? number(size) + "\u00a0mn" : number(size * 1e6));
};
const tonnes = (kt) => Math.abs(kt) >= 999.5 ? number(kt / 1000) + "\u00a0Mt" : Math.abs(kt) >= 0.9995 ? number(kt) + "\u00a0kt" : number(kt * 1000) + "\u00a0t";
const boxes = (kteu) => Math.abs(kteu) >= 999.5 ? number(kteu / 1000) + "\u00a0million\u00a0TEU" : number(kteu * 1000) + "\u00a0TEU";
const percent = (share) => { const v = share * 100; return (Math.abs(v) >= 9.95 || v === 0 ? v.toFixed(0) : v.toFixed(1)) + "\u00a0%"; };
const usd = (value) => value === null ? "-" : minus(value) + "USD\u00a0" + number(Math.abs(value));
// `say` puts the size of `value` into words; the sign stands before them.
const signed = (say, value) => (value > 0 ? "+" : minus(value)) + say(Math.abs(value));
// A sentence as it is set: a minus sign that no line ends after, and units that stay with their figures.
const tie = (text) => text.replace(/(^|[( ])-(?=[\dU])/g, "$1\u2212").replace(/(\d) (?=%|(?:Mt|kt|t|TEU|bn|mn|million|days|points|h)\b)/g, "$1\u00a0").replace(/USD (?=\d)/g, "USD\u00a0");
const clip = (text, most) => text.length > most ? text.slice(0, text.lastIndexOf(" ", most)) + " \u2026" : text;
const span = (period) => { const [first, last] = DATA.spans[period]; return first === last ? String(first) : `${first} to ${last}`; };

// What a row rests on: how sure, of which year, and by which source.
function provenance(row, most = 170) {
  const source = row.src === undefined ? row.source : DATA.sources[row.src];
  const sure = [row.sure || "confidence not stated", row.year].filter(Boolean).join(", ");
  return source && source !== row.sure ? `${sure}: ${clip(source, most)}` : sure;
}
const tag = (confidence) => confidence ? make("span", { class: "tag " + confidence }, confidence) : "-";

const state = { period: DATA.start, cargo: "kt", view: 0, shows: "plan", marks: "plan" };
const watchers = [];
const watch = (action) => watchers.push(action);
const changed = () => watchers.forEach((action) => action());

// Radio buttons that set `key` of the state; hidden where there is no choice.
function choice(fieldset, key, options) {
  fieldset.hidden = options.length < 2;
  for (const [value, text, title] of options) {
    const input = make("input", { type: "radio", name: key, value });
    input.checked = value === state[key];
    input.addEventListener("change", () => { state[key] = value; changed(); });
    put(fieldset, "label", { title }, input, make("span", {}, text));
  }
}
