// Puts the page together and keeps it in step with the switches.
function say(topic, text) { byId("say-" + topic).textContent = tie(text || ""); }
function head() {
  byId("kicker").textContent = DATA.kicker;
  byId("title").textContent = DATA.title;
  byId("question").textContent = DATA.question;
  byId("disclaimer").textContent = MAP.disclaimer;
  byId("attribution").textContent = DATA.attribution;
  for (const [topic, text] of Object.entries(DATA.sentences)) say(topic, text);
  for (const [name, value, note] of DATA.keys) put(byId("keys"), "div", {}, make("dt", {}, name), make("dd", {}, tie(value), make("small", {}, note)));
  for (const [name, value] of DATA.facts) { put(byId("facts"), "dt", {}, name); put(byId("facts"), "dd", {}, value); }
}
function sayPeriod() {
  for (const [topic, texts] of Object.entries(DATA.periodSentences)) say(topic, texts[state.period]);
}

head();
state.view = 0;
choice(byId("period-switch"), "period", DATA.periods.map((p) => [p, String(p)]), "period");
choice(byId("cargo-switch"), "cargo", [["kt", "All, tonnes"], ["kteu", "Boxes, TEU"]], "cargo");
choice(byId("view-switch"), "view", MAP.views.map((view, i) => [i, view.name]), "view");
let lastView = state.view;
watch(() => { if (state.view !== lastView) { Object.assign(pan, { k: 1, x: 0, y: 0 }); lastView = state.view; } });
for (const action of [sayPeriod, drawMap, drawMapLegend, mapAside, corridorCards, bottlenecks, lanes, costs]) watch(action);
for (const action of [changes, investments, baseYear, confidence]) action();
changed();
