// What was done to an image, in words and numbers: beside it, and on paper.

const percent = (share, digits = 1) => (share == null ? "none" : `${(100 * share).toFixed(digits)} %`);

function factsOf(item) {
  const { row, head, size } = item;
  return [
    ["Image", `${item.name}, ${size[0]}×${size[1]} pixels, ${item.bytes.toLocaleString("en")} bytes`],
    ["Became", row.status === "untouched" ? "untouched: no damage was found, the file is the same" : "restored"],
    ["Replaced", percent(row.used, 2) + " of the image"],
    ["Mean confidence there", percent(row.confidence, 0)],
    ["Damage", row.mask ? "marked by hand" : "found by the model"],
    ["Fill", item.fill === "leave" ? "left open, mid-grey" : "restored"],
    ["Notes", row.notes.join("; ") || "none"],
    ["Model", `${item.run}, run ${head.run.id}`],
    ["restore", head.restore],
    ["SHA-256 of the image", row.input_sha256],
    ["SHA-256 of the result", row.output_sha256],
    ...(row.mask ? [["SHA-256 of the mask", row.mask]] : []),
    ["SHA-256 of the run", head.run.content],
    ["Repeat by", item.repeat],
  ];
}

const HASHES = /^SHA|^Repeat/;

export function facts(list, item) {
  list.replaceChildren(...factsOf(item).map(([name, value]) => {
    const line = document.createElement("div");
    const term = Object.assign(document.createElement("dt"), { textContent: name });
    const text = Object.assign(document.createElement("dd"), { textContent: value });
    text.classList.toggle("code", HASHES.test(name));
    line.append(term, text);
    return line;
  }));
}

// The report of one page, which the browser prints in place of the page.
export function printed(article, item, before, after) {
  const title = Object.assign(document.createElement("h1"), { textContent: `Restoration of ${item.name}` });
  const images = document.createElement("div");
  images.className = "pair";
  for (const [source, caption] of [[before, "before"], [after, "after"]]) {
    const figure = document.createElement("figure");
    figure.append(Object.assign(document.createElement("img"), { src: source, alt: caption }));
    figure.append(Object.assign(document.createElement("figcaption"), { textContent: caption }));
    images.append(figure);
  }
  const list = document.createElement("dl");
  facts(list, item);
  const date = Object.assign(document.createElement("p"), { textContent: `Printed ${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC. What was replaced is what a model expects there, not what was there.` });
  article.replaceChildren(title, images, list, date);
}
