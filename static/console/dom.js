// Small hands for the page: everything is set as text, and only when it differs.

const SPRITE = document.querySelector("svg.icon use").getAttribute("href").split("#")[0];
const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function setText(element, text) {
  const said = String(text ?? "");
  if (element.textContent !== said) element.textContent = said;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

export function show(element, shown) {
  if (element.hidden === shown) element.hidden = !shown;
}

/** Fill `[data-slot]` below `root`; a `[data-with]` around an empty one is hidden. */
export function fill(root, texts) {
  for (const [name, text] of Object.entries(texts)) {
    const slot = root.querySelector(`[data-slot="${name}"]`);
    setText(slot, text);
    const frame = root.querySelector(`[data-with="${name}"]`);
    if (frame) show(frame, Boolean(text));
  }
}

/** A new element: `make("td", {class: "num"}, "0:12")`. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children);
  return element;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#i-${name}`);
  svg.append(use);
  return svg;
}

/** The heading that is shown below `root`. */
export const headingOf = (root) =>
  [...root.querySelectorAll("h1")].find((one) => one.checkVisibility());

/** Change which icon the first one below `root` is. */
export function setIcon(root, name) {
  setAttribute(root.querySelector("svg.icon use"), "href", `${SPRITE}#i-${name}`);
}

/** Replace what `element` holds, unless `key` says that nothing has changed. */
export function redraw(element, key, children) {
  const said = JSON.stringify(key);
  if (element.drawnFrom === said) return;
  element.drawnFrom = said;
  element.replaceChildren(...children());
}

/** Not possible now, and why, in a sentence where it is no place that says it; nothing: possible. */
export function forbid(button, why) {
  setAttribute(button, "data-why", typeof why === "string" && why ? why : null);
  setAttribute(button, "aria-disabled", why ? "true" : null);
}
