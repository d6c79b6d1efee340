// Puts the page of a portfolio together and keeps it in step with the scenario.
const SAID_IN_PLACE = ["payers", "currency", "tolls", "regret", "risk", "winners", "tornado", "draws"];
function portfolioHead() {
  byId("kicker").textContent = DATA.kicker;
  byId("title").textContent = DATA.title;
  byId("label").textContent = DATA.label + ": its figures are editable defaults.";
  byId("disclaimer").textContent = MAP.disclaimer;
  byId("attribution").textContent = DATA.attribution;
  for (const [name, value, words] of DATA.keys) put(byId("keys"), "div", {}, make("dt", {}, name), make("dd", {}, tie(value), make("small", {}, tie(words))));
  byId("keys").hidden = !DATA.keys.length;
  for (const [name, value] of DATA.facts) { put(byId("facts"), "dt", {}, name); put(byId("facts"), "dd", {}, value); }
  const [first, ...more] = [...Object.entries(DATA.sentences).filter(([topic]) => !SAID_IN_PLACE.includes(topic)).map(([, text]) => text), ...DATA.own];
  byId("findings").hidden = !first;
  byId("say-first").textContent = tie(first || "");
  for (const line of more) put(byId("findings-list"), "li", {}, tie(line));
  for (const topic of SAID_IN_PLACE) { byId("say-" + topic).textContent = tie(DATA.sentences[topic] || ""); byId("say-" + topic).hidden = !DATA.sentences[topic]; }
  if (!DATA.notices.length) return;
  const box = put(byId("notices"), "details");
  put(box, "summary", {}, `${DATA.notices.length === 1 ? "A notice" : `${DATA.notices.length} notices`}`);
  const list = put(box, "ul");
  for (const notice of DATA.notices) put(list, "li", {}, notice);
}
function mapPanel() {
  if (!MAP.marks.length) return;
  show("map");
  drawMap();
  drawMapLegend();
  mapAside();
}
function shownWords() { byId("shown").textContent = DATA.scenarios.length ? `Figures of the scenario “${scenarioTitle()}”, unless another is named.` : ""; }
portfolioHead();
choice(byId("scenario-switch"), "scenario", DATA.scenarios.map(([, title], i) => [i, title, title]));
choice(byId("view-switch"), "view", MAP.views.map((view, i) => [i, view.name]));
choice(byId("sink-switch"), "sink", SINKS);
choice(byId("part-switch"), "part", Object.entries(PART_NAMES).filter(([part]) => DATA.by.some((one) => one.powers.some((row) => row[0] === part))));
choice(byId("light-switch"), "lights", [["warn", "Broken and tight"], ["all", "All"]]);
for (const action of [shownWords, mapPanel, projectsPanel, powersPanel, limitsPanel, currencyPanel]) watch(action);
for (const action of [sourcesPanel, bankPanel, cashPanel, frontierPanel, winnersPanel, tornadoPanel, drawsPanel]) picture(action);
for (const action of [repairsPanel, scenariosPanel, tollsPanel, comparePanel, assumptionsPanel]) action();
changed();
