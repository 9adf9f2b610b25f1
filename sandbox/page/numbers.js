// Phone numbers as people write and read them.

export const WITHHELD = "number withheld";
const HOME = "44";
// How people write mobiles and London numbers of the United Kingdom, and North American numbers.
const KNOWN = [
  /^(44)(7\d{3})(\d{3})(\d{3})$/,
  /^(44)(20)(\d{4})(\d{4})$/,
  /^(1)(\d{3})(\d{3})(\d{4})$/,
];
const FOURS = /\d{1,4}(?=(?:\d{4})*$)/g;

/** For people: "447700900123" is "+44 7700 900 123"; what is not a number stays as it is. */
export function shown(number) {
  if (number === "anonymous") {
    return WITHHELD;
  }
  if (!/^\d{7,15}$/.test(number)) {
    return number;
  }
  const known = KNOWN.map((shape) => shape.exec(number)).find(Boolean);
  const groups = known?.slice(1) ?? [number.slice(0, 2), ...number.slice(2).match(FOURS)];
  return `+${groups.join(" ")}`;
}

/** What goes over the wire: "020 7946 0000" is "442079460000"; words stay words. */
export function wire(text) {
  const said = text.trim();
  if (said === WITHHELD) {
    return "anonymous";
  }
  const digits = said.replace(/\(0\)|[\s.()\u2010-\u2013-]/g, "").replace(/^\+|^00/, "");
  if (!/^\d+$/.test(digits)) {
    return said;
  }
  return digits.startsWith("0") ? HOME + digits.slice(1) : digits;
}
