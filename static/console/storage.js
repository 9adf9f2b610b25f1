// What is kept in this browser, or in this tab; by the page itself where the browser keeps nothing.

class Kept {
  #open;
  #here = new Map(); // what the browser would not take

  /** `open` gives the browser's storage, or throws if that is blocked. */
  constructor(open) {
    this.#open = open;
  }

  getItem(name) {
    return this.#here.get(name) ?? this.#ask((storage) => storage.getItem(name)) ?? null;
  }

  setItem(name, value) {
    this.#here.set(name, String(value));
    this.#ask((storage) => {
      storage.setItem(name, value);
      this.#here.delete(name);
    });
  }

  removeItem(name) {
    this.#here.delete(name);
    this.#ask((storage) => storage.removeItem(name));
  }

  names() {
    return [...new Set([...this.#here.keys(), ...(this.#ask(Object.keys) ?? [])])];
  }

  #ask(what) {
    try {
      return what(this.#open());
    } catch {
      return null; // blocked, or full
    }
  }
}

export const browserStorage = new Kept(() => localStorage);
export const tabStorage = new Kept(() => sessionStorage);
