// Who gains and who loses: welfare by country under the scenario chosen less that under the other.
const WINNERS = DATA.winners;
function winnersPanel() {
  if (!has("winners")) return;
  const body = clear(byId("winners-body")), here = new Map(WINNERS.runs[state.a]), there = new Map(WINNERS.runs[state.b]), same = state.a === state.b;
  if (same) { note(body, "Choose another scenario to compare with."); tell("winners", ""); return; }
  if (!sameRate(state.a, state.b)) { tell("winners", ""); note(body, `\u201c${nameOf(state.a)}\u201d and \u201c${nameOf(state.b)}\u201d: ${rateWords(state.a, state.b)}.`); return; }
  const rows = [...new Set([...here.keys(), ...there.keys()])].map((country) => {
    const mine = here.get(country) || [], other = there.get(country) || [], change = WINNERS.parts.map((_, i) => (mine[i] || 0) - (other[i] || 0));
    return { name: WINNERS.countries[country], change: change[0], parts: change.slice(1) };
  }).filter(({ change }) => Math.abs(change) >= WINNERS.least).sort((a, b) => b.change - a.change);
  const half = 12, shown = rows.length > 2 * half ? [...rows.slice(0, half), ...rows.slice(-half)] : rows, gain = rows.filter((r) => r.change > 0), lose = rows.filter((r) => r.change < 0), total = (list) => list.reduce((sum, r) => sum + r.change, 0);
  tell("winners", rows.length ? `Under \u201c${nameOf(state.a)}\u201d ${sideWords(gain.length, "gains", "gain", money(total(gain)))}${gain.length ? " together" : ""} and ${sideWords(lose.length, "loses", "lose", money(-total(lose)), true)}, against \u201c${nameOf(state.b)}\u201d.` : `No country gains or loses as much as ${money(WINNERS.least)} against \u201c${nameOf(state.b)}\u201d.`);
  if (!rows.length) return;
  zeroBars(body, shown.map((r) => [r.name, r.change, r.parts.map((v, i) => `${WINNERS.parts[i + 1]}: ${signed(money, v)}`)]), `Gain by country, ${nameOf(state.a)} less ${nameOf(state.b)}`, (value) => value === 0 ? "0" : signed(money, value).replace("USD\u00a0", ""));
  note(body, `USD, present value of the accounts of a country: buyers, sellers, treasury, carriers and ways, without the cost of projects.${rows.length > shown.length ? ` The ${half} that gain most and the ${half} that lose most of ${rows.length}.` : ""} Differences of two searches within their gaps can be noise where the plans differ.`);
}

// "3 countries gain USD 2 bn", "no country loses"; the second part of a sentence leaves the noun out.
function sideWords(count, one, many, amount, isSecond) {
  if (!count) return `no country ${one}`;
  return `${count}${isSecond ? "" : count === 1 ? " country" : " countries"} ${count === 1 ? one : many} ${amount}`;
}
