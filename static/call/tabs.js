// The two views of a call. Without this script both are shown, one below the other.

const tabs = [...document.querySelectorAll('[role="tab"]')];
const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

function choose(chosen) {
  for (const tab of tabs) {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    panelOf(tab).hidden = tab !== chosen;
  }
}

/** The address names the view, so that a link to it and a reload lead there. */
function keep(chosen) {
  history.replaceState(null, "", `#${chosen.getAttribute("aria-controls")}`);
}

function turn(event) {
  const step = STEPS[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  const next = tabs[(tabs.indexOf(event.currentTarget) + step + tabs.length) % tabs.length];
  event.preventDefault();
  choose(next);
  keep(next);
  next.focus();
}

for (const tab of tabs) {
  tab.addEventListener("click", () => {
    choose(tab);
    keep(tab);
  });
  tab.addEventListener("keydown", turn);
}
const named = () =>
  tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === location.hash);
if (tabs.length) {
  choose(named() ?? tabs[0]);
  // The link that skips to the content names no view.
  addEventListener("hashchange", () => named() && choose(named()));
}
