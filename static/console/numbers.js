// How a phone number is shown, and read where it was typed.

const LONG_CODES = /^(?:2[1-689]|35|37|38|42|50|59|67|68|69|80|85|87|88|96|97|99)/;

const groups = (digits, ...sizes) => {
  const found = [];
  let at = 0;
  for (const size of sizes) found.push(digits.slice(at, (at += size)));
  return found.filter(Boolean).join(" ");
};

function british(rest) {
  if (rest.startsWith("2")) return groups(rest, 2, 4, 4);
  return groups(rest, 4, 3, rest.length);
}

function inThrees(rest) {
  const found = rest.match(/.{1,3}/g) ?? [];
  if (found.at(-1)?.length === 1) found.splice(-2, 2, found.at(-2) + found.at(-1));
  return found.join(" ");
}

const BETWEEN = /[\s\u2010\u2011\u2013.()[\]-]/g; // what people write between digits

/** A number to be sent as it was typed: the server alone knows what it means. */
export const asTyped = (text) => text.trim().replace(/\s+/g, " ");

/** Its digits without + or 00: to see whether it looks like a number, and to compare it. */
export const digitsOf = (text) =>
  text.replaceAll("(0)", "").replace(BETWEEN, "").replace(/^(\+|00)/, "");

/** "447700900123" is "+44 7700 900 123"; nothing at all is "number withheld". */
export function phoneNumber(number) {
  if (!number) return "number withheld";
  const digits = number.replace(/^\+/, "");
  if (!/^\d{7,15}$/.test(digits)) return number;
  if (digits.startsWith("44") && digits.length === 12) return `+44 ${british(digits.slice(2))}`;
  if (digits.startsWith("1") && digits.length === 11)
    return `+1 ${groups(digits.slice(1), 3, 3, 4)}`;
  const code = /^[17]/.test(digits) ? 1 : LONG_CODES.test(digits) ? 3 : 2;
  return `+${digits.slice(0, code)} ${inThrees(digits.slice(code))}`;
}
