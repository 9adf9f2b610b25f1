// Where the agent stands among those who wait for a call.

const ordinals = new Intl.PluralRules("en-GB", { type: "ordinal" });
const ENDINGS = { one: "st", two: "nd", few: "rd", other: "th" };

/** "next", "2nd": by who of the colleagues in the same queues the router would take first. */
export function placeInLine({ agent, people }) {
  if (!agent.idle_since) return ""; // just now somewhere else
  const isAhead = ({ idle_since: since }) =>
    since && Date.parse(since) < Date.parse(agent.idle_since);
  const place = 1 + [...people.values()].filter(isAhead).length;
  return place === 1 ? "next" : `${place}${ENDINGS[ordinals.select(place)]}`;
}
