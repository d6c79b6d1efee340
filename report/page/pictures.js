// What panels with pictures share: they are drawn for the width they have and follow the window, the switches and paper.
const show = (id) => { byId(id).hidden = false; };
const money0 = (value) => value === null || value === undefined ? "-" : money(value);
const share0 = (value) => value === null || value === undefined ? "-" : percent(value);
const ratio0 = (value) => value === null || value === undefined ? "-" : value.toFixed(2);

let printed = false, paperWidth = 700;  // in pixels, of a page upright; a page across says so
const roomOf = (node) => printed ? paperWidth : Math.max(460, node.clientWidth);
const pictures = [];
function picture(action) { pictures.push(action); watch(action); }
let windowWidth = innerWidth;
addEventListener("resize", () => { if (innerWidth !== windowWidth) { windowWidth = innerWidth; pictures.forEach((draw) => draw()); } });
for (const [event, paper] of [["beforeprint", true], ["afterprint", false]]) addEventListener(event, () => { printed = paper; pictures.forEach((draw) => draw()); });

// A list to choose from, which draws anew what depends on it.
function chooser(parent, label, key, names) {
  const line = put(parent, "div", { class: "filter" }), select = put(put(line, "label", {}, label + " "), "select", { class: "wide", id: `choose-${key}` });
  names.forEach((name, i) => put(select, "option", { value: i }, name));
  select.value = state[key];
  select.addEventListener("input", () => { state[key] = Number(select.value); changed(); });
  return select;
}
