// The tooltip: for the pointer, for the keyboard (on focus), and as the name that a screen reader says.
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
addEventListener("keydown", (event) => { if (event.key === "Escape") { focused = null; hideTip(); } });
// A tooltip of the keyboard moves with its node when the page scrolls to it; one of the pointer goes.
let focused = null;
addEventListener("scroll", () => { if (focused && document.activeElement === focused.node) showTip(focused.lines(), ...middleOf(focused.node)); else hideTip(); }, { passive: true });

function withTip(node, lines) {
  node.setAttribute("aria-label", lines().filter(Boolean).join("; "));
  node.addEventListener("pointermove", (event) => showTip(lines(), event.clientX, event.clientY));
  node.addEventListener("pointerleave", hideTip);
  node.addEventListener("focus", () => { focused = { node, lines }; showTip(lines(), ...middleOf(node)); });
  node.addEventListener("blur", () => { focused = null; hideTip(); });
  return node;
}

// Where a node is on the screen: the middle of a line, or of the box of anything else.
function middleOf(node) {
  const box = node.getBoundingClientRect();
  let [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  if (node instanceof SVGPathElement) ({ x, y } = node.getPointAtLength(node.getTotalLength() / 2).matrixTransform(node.getScreenCTM()));
  return [Math.min(Math.max(x, 0), innerWidth), Math.min(Math.max(y, 0), innerHeight)];
}

// One stop of the Tab key for many nodes: the arrow keys step through them, Home and End go to the ends.
function steppable(parent, nodes) {
  let current = 0;
  if (nodes.length) nodes[0].setAttribute("tabindex", "0");
  nodes.forEach((node, i) => node.addEventListener("focus", () => {
    nodes[current].setAttribute("tabindex", "-1");
    nodes[current = i].setAttribute("tabindex", "0");
  }));
  parent.addEventListener("keydown", (event) => {
    const to = { ArrowRight: current + 1, ArrowDown: current + 1, ArrowLeft: current - 1, ArrowUp: current - 1, Home: 0, End: nodes.length - 1 }[event.key];
    if (to === undefined || !nodes.length) return;
    event.preventDefault();
    nodes[(to + nodes.length) % nodes.length].focus();
  });
}
