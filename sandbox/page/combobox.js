// A text field with suggestions: any text is allowed, the list only saves typing.

let lists = 0;

/** `suggest()` gives the texts to choose from; a choice is an input event, as typing is. */
export function combobox(input, suggest) {
  const list = input.parentElement.querySelector("[role=listbox]");
  const name = `choice-${++lists}`;
  let chosen = -1;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "none");
  input.setAttribute("aria-controls", list.id);

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function choose(place) {
    chosen = place;
    [...list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === place));
    });
    input.setAttribute("aria-activedescendant", `${name}-${place}`);
  }

  function open() {
    const texts = suggest();
    if (!texts.length) {
      return;
    }
    list.replaceChildren(...texts.map((text, place) => option(text, `${name}-${place}`)));
    show(true);
    choose(Math.max(0, texts.indexOf(input.value)));
  }

  function take(text) {
    input.value = text;
    show(false);
    input.dispatchEvent(new Event("input"));
  }

  function option(text, id) {
    const row = document.createElement("li");
    row.id = id;
    row.setAttribute("role", "option");
    row.textContent = text;
    // The field keeps the focus.
    row.addEventListener("pointerdown", (event) => event.preventDefault());
    row.addEventListener("click", () => take(text));
    return row;
  }

  function key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && list.hidden) {
      open();
    } else if (step) {
      choose((chosen + step + list.children.length) % list.children.length);
    } else if (event.key === "Enter" && !list.hidden) {
      take(list.children[chosen].textContent);
    } else if (event.key === "Escape" && !list.hidden) {
      show(false);
    } else {
      return;
    }
    event.preventDefault();
  }

  show(false);
  input.addEventListener("keydown", key);
  input.addEventListener("input", () => show(false));
  input.addEventListener("blur", () => show(false));
  const button = input.parentElement.querySelector("button");
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    input.focus();
    if (list.hidden) {
      open();
    } else {
      show(false);
    }
  });
}
