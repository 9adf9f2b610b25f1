// Menus and sheets open below their button, stay inside the window, and work with arrow keys.

const MARGIN = 8;

let opener = null; // the button that opened the menu that is open

export function startMenus() {
  document.addEventListener(
    "click",
    ({ target }) => {
      const button = target.closest("[popovertarget]");
      if (button) opener = button;
    },
    true,
  );
  const placeOpen = () => {
    const menu = document.querySelector("[popover]:popover-open");
    if (menu) place(menu);
  };
  addEventListener("resize", placeOpen);
  // In a frame of its own: a menu that moves may change its size again.
  const sizes = new ResizeObserver(() => requestAnimationFrame(placeOpen));
  for (const menu of document.querySelectorAll("[popover]")) {
    menu.addEventListener("toggle", ({ newState }) =>
      newState === "open" ? opened(menu) : closed(menu),
    );
    menu.addEventListener("keydown", (event) => moveFocus(menu, event));
    sizes.observe(menu);
  }
}

/** Open a menu as if its button had been pressed. */
export function openMenu(button) {
  button.focus();
  button.click();
}

function buttonOf(menu) {
  const isOpener = opener?.getAttribute("popovertarget") === menu.id && opener.checkVisibility();
  const all = [...document.querySelectorAll(`[popovertarget="${menu.id}"]`)];
  return isOpener ? opener : all.find((one) => one.checkVisibility());
}

function place(menu) {
  const at = buttonOf(menu)?.getBoundingClientRect() ?? { left: MARGIN, bottom: MARGIN };
  const right = document.documentElement.clientWidth - menu.offsetWidth - MARGIN;
  const below = innerHeight - menu.offsetHeight - MARGIN;
  menu.style.left = `${Math.max(MARGIN, Math.min(at.left, right))}px`;
  menu.style.top = `${Math.max(MARGIN, Math.min(at.bottom + 4, below))}px`;
}

function opened(menu) {
  place(menu);
  const button = buttonOf(menu);
  if (button?.id === "keypad") button.setAttribute("aria-expanded", "true");
  menu.querySelector("button, select, input")?.focus();
}

function closed(menu) {
  const button = document.querySelector(`[popovertarget="${menu.id}"][aria-expanded="true"]`);
  button?.setAttribute("aria-expanded", "false");
}

function moveFocus(menu, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("select, input, textarea")) return;
  const all = [...menu.querySelectorAll("button")];
  const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
  event.preventDefault();
  next?.focus();
}
