// The map's projection, lines and scales.
const MAP = DATA.map, SIZE = { width: 900, height: 560 };
const svgMap = byId("map-svg");
const pan = { k: 1, x: 0, y: 0 };
const shapes = MAP.topology ? readShapes(MAP.topology) : null;
const LINES = MAP.links.map((link) => link.line.map(points));
svgMap.classList.toggle("bare", !shapes);

// A run of points, given as steps of hundredths of a degree.
function points(run) {
  const line = [];
  let x = 0, y = 0;
  for (let i = 0; i < run.length; i += 2) line.push([(x += run[i]) / 100, (y += run[i + 1]) / 100]);
  return line;
}

function readShapes(topology) {
  const borders = (settled) => ({ type: "FeatureCollection", features: geo.feature(topology, topology.objects.borders).features.filter((line) => (line.properties.status === "boundary") === settled) });
  return { land: rewound(geo.feature(topology, topology.objects.countries)), borders: borders(true), undetermined: borders(false) };
}

// d3-geo takes the land to lie to the right of a ring; other tools write rings the other way round.
function rewound(land) {
  const turn = (ring, i) => geo.geoArea({ type: "Polygon", coordinates: [ring] }) > 2 * Math.PI === (i === 0) ? [...ring].reverse() : ring;
  for (const { geometry } of land.features) {
    if (geometry.type === "Polygon") geometry.coordinates = geometry.coordinates.map(turn);
    if (geometry.type === "MultiPolygon") geometry.coordinates = geometry.coordinates.map((polygon) => polygon.map(turn));
  }
  return land;
}

const viewBox = () => MAP.views[state.view].box;
const isWide = () => viewBox()[2] - viewBox()[0] > 150;

// A cone through the north or south of the part shown; none stands well on the equator or around the whole world.
function projection() {
  const [west, south, east, north] = viewBox(), middle = (west + east) / 2, around = [];
  for (let i = 0; i <= 8; i++) for (const lat of [south, north, (south + north) / 2]) around.push([west + (east - west) * i / 8, lat]);
  const flat = isWide() || Math.abs(south + north) < 30;
  const project = flat ? geo.geoEqualEarth().rotate([-middle, 0]) : geo.geoConicConformal().rotate([-middle, 0]).parallels([south + (north - south) / 6, north - (north - south) / 6]);
  project.fitExtent([[16, 16], [SIZE.width - 16, SIZE.height - 16]], { type: "MultiPoint", coordinates: around });
  const [x, y] = project.translate(), centre = [SIZE.width / 2, SIZE.height / 2];
  project.scale(project.scale() * pan.k).translate([centre[0] + (x - centre[0]) * pan.k + pan.x, centre[1] + (y - centre[1]) * pan.k + pan.y]);
  return project.clipExtent([[-60, -60], [SIZE.width + 60, SIZE.height + 60]]);
}
const within = ([x, y], edge) => x > edge && x < SIZE.width - edge && y > edge && y < SIZE.height - edge;

// Projected runs of points of a line; more than one where the edge of the map cuts it.
function runs(project, coordinates) {
  const lines = [];
  const pen = { moveTo: (x, y) => lines.push([[x, y]]), lineTo: (x, y) => lines[lines.length - 1].push([x, y]), closePath() {}, arc() {}, beginPath() {} };
  geo.geoPath(project, pen)({ type: "MultiLineString", coordinates });
  return lines.map(thin).filter((line) => line.length > 1);
}
const thin = (line) => line.filter((point, i) => !i || i === line.length - 1 || Math.hypot(point[0] - line[i - 1][0], point[1] - line[i - 1][1]) > 0.6);

// The line moved to the right of its direction, so that the two directions of a link lie side by side.
function beside(line, distance) {
  return line.map((point, i) => {
    const a = line[Math.max(i - 1, 0)], b = line[Math.min(i + 1, line.length - 1)];
    const dx = b[0] - a[0], dy = b[1] - a[1], length = Math.hypot(dx, dy) || 1;
    return [point[0] - dy / length * distance, point[1] + dx / length * distance];
  });
}
const draw = (line) => "M" + line.map(([x, y]) => x.toFixed(1) + "," + y.toFixed(1)).join("L");

// Points evenly along a line, about `apart` from each other and at least one, with the direction there.
function along(line, apart) {
  const steps = line.slice(1).map((point, i) => Math.hypot(point[0] - line[i][0], point[1] - line[i][1]));
  const length = steps.reduce((a, b) => a + b, 0), count = Math.max(1, Math.round(length / apart)), spots = [];
  let walked = 0, i = 0;
  for (let n = 0; n < count; n++) {
    const goal = (n + 0.5) / count * length;
    while (i < steps.length - 1 && walked + steps[i] < goal) walked += steps[i++];
    const [a, b] = [line[i], line[i + 1]], step = steps[i] || 1, direction = [(b[0] - a[0]) / step, (b[1] - a[1]) / step];
    spots.push({ at: [a[0] + direction[0] * (goal - walked), a[1] + direction[1] * (goal - walked)], direction });
  }
  return { spots, length };
}

const inWords = (value) => state.cargo === "kt" ? tonnes(value) : boxes(value);
const CHANGE = { link: 0, back: 1, kt: 2, ktOther: 3, kteu: 4, kteuOther: 5 };
const FLOW = { link: 0, back: 1, kt: 2, kteu: 3, use: 4, limit: 5, boxed: 6, dualT: 7, dualTeu: 8, cost: 9, goods: 10 };
const amount = (flow) => flow[state.cargo === "kt" ? FLOW.kt : FLOW.kteu];
const change = (row) => state.cargo === "kt" ? row[CHANGE.kt] - row[CHANGE.ktOther] : row[CHANGE.kteu] - row[CHANGE.kteuOther];
const showsChanges = () => state.shows === "change" && MAP.changes;

// The widest line of all periods, so that widths can be compared between them; a page of many plans knows that of all.
function widest() {
  if (MAP.widest && !showsChanges()) return MAP.widest[state.cargo];
  let most = 0;
  if (showsChanges()) for (const rows of Object.values(MAP.changes)) for (const row of rows) most = Math.max(most, Math.abs(change(row)));
  else for (const flows of Object.values(MAP.flows)) for (const flow of flows) most = Math.max(most, amount(flow));
  return most;
}
const width = (value, most) => Math.max(0.8, (isWide() && pan.k < 2 ? 8 : 13) * Math.sqrt(value / most));
