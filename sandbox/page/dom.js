// Building and keeping elements. Data becomes text, never markup.

const SPRITE = "/static/css/icons.svg";
const SVG = "http://www.w3.org/2000/svg";

export const byId = (id) => document.getElementById(id);

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#i-${name}`);
  svg.append(use);
  return svg;
}

/** An element with attributes (null and false are left out) and children: nodes or texts. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children);
  return element;
}

export const badge = (tone, name, words) =>
  make("span", { class: `badge badge-${tone}` }, icon(name), words);

/** Replace the children, unless they look the same: what did not change is not announced again. */
export function fill(element, ...children) {
  const fresh = make("div", {}, ...children);
  if (fresh.innerHTML !== element.innerHTML) {
    element.replaceChildren(...fresh.childNodes);
  }
}

const drawn = new WeakMap();

/**
 * Show one child for each item, in order. `key(item)` names it, `draw(item)` makes its element.
 * One that would be drawn the same stays; in one that is drawn anew the focus stays on its button.
 */
export function keep(parent, items, key, draw) {
  const old = new Map([...parent.children].map((child) => [child.dataset.kept, child]));
  const children = items.map((item) => {
    const fresh = draw(item);
    fresh.dataset.kept = key(item);
    drawn.set(fresh, fresh.outerHTML);
    const before = old.get(fresh.dataset.kept);
    return before && drawn.get(before) === drawn.get(fresh) ? before : fresh;
  });
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  const place = focused?.closest("[data-kept]").dataset.kept;
  arrange(parent, children);
  if (focused && !focused.isConnected) {
    const row = children.find((child) => child.dataset.kept === place);
    (row?.querySelector("button") ?? parent.closest("[tabindex]")).focus();
  }
}

/** Make these the children; what is there already is not moved, and so keeps the focus. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const child of [...parent.children].filter((one) => !wanted.has(one))) {
    child.remove();
  }
  children.forEach((child, place) => {
    if (parent.children[place] !== child) {
      parent.insertBefore(child, parent.children[place] ?? null);
    }
  });
}
