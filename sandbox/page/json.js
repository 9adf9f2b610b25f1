// JSON as coloured text: names in <b>, texts in <i>.

const TOKEN = /("(?:\\.|[^"\\])*")(?=(\s*:)?)/g;

export function coloured(value) {
  const text = JSON.stringify(value, null, 2);
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(TOKEN)) {
    nodes.push(text.slice(done, found.index));
    const element = document.createElement(found[2] ? "b" : "i");
    element.textContent = found[1];
    nodes.push(element);
    done = found.index + found[1].length;
  }
  nodes.push(text.slice(done));
  return nodes;
}
