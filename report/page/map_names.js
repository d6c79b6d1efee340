// Names of places on the map, and spots that no other mark covers.
const textWidth = (() => {
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = "11px " + getComputedStyle(document.body).fontFamily;
  return (text) => pen.measureText(text).width;
})();
const overlap = ([l, t, r, b], boxes) => boxes.some((box) => l < box[2] && r > box[0] && t < box[3] && b > box[1]);

function drawNames(seen, taken) {
  const layer = put(svgMap, "g", { id: "names", "aria-hidden": "true" }), dots = seen.map(({ at, limit }) => [at[0] - (limit ? 4 : 2), at[1] - (limit ? 4 : 2), at[0] + (limit ? 4 : 2), at[1] + (limit ? 4 : 2)]);
  let shown = 0;
  seen.forEach(({ at, short, limit }, own) => {
    if (shown >= SIZE.width / 17) return;
    const w = textWidth(short), gap = limit ? 7 : 5, others = dots.filter((_, i) => i !== own);
    const spots = [[at[0] + gap, at[1] + 4], [at[0] - w - gap, at[1] + 4], [at[0] - w / 2, at[1] - gap - 2], [at[0] - w / 2, at[1] + gap + 10], [at[0] + gap, at[1] - 5], [at[0] - w - gap, at[1] - 5], [at[0] + gap, at[1] + 13], [at[0] - w - gap, at[1] + 13]];
    const box = ([x, y]) => [x - 2, y - 11, x + w + 2, y + 4], free = ([l, t, r, b]) => l > 0 && r < SIZE.width && t > 0 && b < SIZE.height && !overlap([l, t, r, b], taken);
    const spot = spots.find((s) => free(box(s)) && !overlap(box(s), others)) || spots.find((s) => free(box(s)));
    if (!spot) return;
    taken.push(box(spot));
    put(layer, "text", { class: "label", x: spot[0].toFixed(1), y: spot[1].toFixed(1) }, short);
    shown++;
  });
}

// The nearest spot to `at` on growing rings around it that is not covered by another mark.
function freeSpot(at, set) {
  for (let ring = 0; ; ring++) {
    for (let i = 0; i < Math.max(1, 6 * ring); i++) {
      const angle = 2 * Math.PI * i / (6 * ring || 1), spot = [at[0] + 10 * ring * Math.cos(angle), at[1] + 10 * ring * Math.sin(angle)];
      if (set.every(([x, y]) => Math.hypot(x - spot[0], y - spot[1]) > 9.5)) return spot;
    }
  }
}
