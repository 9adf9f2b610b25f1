"""What axe-core and a ruler find on a page as it stands."""

from tools import client_sdk
from tools.tour import SIZES, THEMES

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Without `preload`, which makes inline styles: what our pages' policy forbids.
AXE = """async (tags) => {
  const options = { runOnly: { type: "tag", values: tags }, preload: false };
  const { violations } = await axe.run(document, options);
  const found = ({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`);
  return violations.flatMap(found);
}"""
# Colours on their way from one theme to the other have no contrast to speak of.
SETTLED = """() => {
  const moving = document.getAnimations().filter((one) => one instanceof CSSTransition);
  return Promise.allSettled(moving.map(({ finished }) => finished)).then(() => true);
}"""


def faults(page):
    """In both themes and at every size: each as a sentence."""
    client_sdk.fetch(client_sdk.AXE)
    if not page.evaluate("'axe' in window"):
        page.evaluate(client_sdk.AXE.path.read_text())
    found = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate(SETTLED)
            found += [f"{theme}, {width} px: {one}" for one in page.evaluate(AXE, TAGS)]
            over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [f"{theme}, {width} px: runs out sideways by {over} px"] if over > 0 else []
    return found
