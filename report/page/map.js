// Draws the map and moves it: drag, buttons, keys + - 0, Ctrl with the wheel.
function drawMap() {
  hideTip();
  SIZE.width = Math.max(320, Math.round(svgMap.clientWidth || 900));
  SIZE.height = Math.round(Math.max(SIZE.width * 0.62, 380));
  clear(svgMap).setAttribute("viewBox", `0 0 ${SIZE.width} ${SIZE.height}`);
  const project = projection(), path = geo.geoPath(project);
  put(svgMap, "path", { class: "grid", d: path(geo.geoGraticule10()), "aria-hidden": "true" });
  if (shapes) {
    for (const [look, shape] of [["land", shapes.land], ["border", shapes.borders], ["border dashed", shapes.undetermined]]) put(svgMap, "path", { class: look, d: path(shape), "aria-hidden": "true" });
  }
  drawFlows(project);
  const frame = svgMap.getBoundingClientRect(), zoomBox = document.querySelector(".zoom").getBoundingClientRect();
  const buttons = [zoomBox.left - frame.left, zoomBox.top - frame.top, zoomBox.right - frame.left, zoomBox.bottom - frame.top];
  drawPlaces(project, [buttons, ...drawProjects(project)]);
  svgMap.append(byId("projects"));
}

function moveMap(to) {
  Object.assign(pan, to);
  byId("zoom-home").disabled = pan.k === 1 && !pan.x && !pan.y;
  drawMap();
}
// Zooms so that what lies under the spot (from the middle of the map) stays there.
function zoom(factor, x = 0, y = 0) {
  const k = Math.min(12, Math.max(0.6, pan.k * factor)), ratio = k / pan.k;
  moveMap({ k, x: x - (x - pan.x) * ratio, y: y - (y - pan.y) * ratio });
}
const home = () => moveMap({ k: 1, x: 0, y: 0 });
byId("zoom-in").addEventListener("click", () => zoom(1.5));
byId("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
byId("zoom-home").addEventListener("click", home);
svgMap.addEventListener("keydown", (event) => {
  const action = { "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: home }[event.key];
  if (!action) return;
  const group = event.target.closest("g")?.id;
  action();
  document.querySelector(`#${group} [tabindex="0"]`)?.focus({ preventScroll: true });
});
svgMap.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.offsetX - SIZE.width / 2, event.offsetY - SIZE.height / 2);
}, { passive: false });

let grip = null, drawnAt = 0, asked = false;
addEventListener("resize", () => { if (svgMap.clientWidth !== drawnAt) { drawnAt = svgMap.clientWidth; drawMap(); } });
svgMap.addEventListener("pointerdown", (event) => { if (event.button === 0) grip = { x: event.clientX, y: event.clientY, pan: { ...pan }, far: false }; });
addEventListener("pointermove", (event) => {
  if (!grip) return;
  const dx = event.clientX - grip.x, dy = event.clientY - grip.y;
  if (!grip.far && Math.hypot(dx, dy) < 4) return;
  grip.far = true;
  svgMap.classList.add("dragged");
  const to = { x: grip.pan.x + dx, y: grip.pan.y + dy };
  if (!asked) { asked = true; requestAnimationFrame(() => { asked = false; moveMap(to); }); }
});
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => { grip = null; svgMap.classList.remove("dragged"); });

let lastView = state.view;
watch(() => { if (state.view !== lastView) { lastView = state.view; Object.assign(pan, { k: 1, x: 0, y: 0 }); byId("zoom-home").disabled = true; } });

// Shows a link on the map and opens its tooltip; the whole network if this part does not have it.
function findLink(link) {
  const find = () => svgMap.querySelector(`#flows .flow[data-link="${link}"]`);
  if (!find()) { document.querySelector("#view-switch label:last-of-type input").click(); }
  byId("map-svg").scrollIntoView({ block: "center" });
  requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus({ preventScroll: true })));
}
