// The runs of the folder: listed, one looked at while it trains, reports of those selected.

import { json } from "./api.js";

const get = (id) => document.getElementById(id);
const EVERY = 5000; // milliseconds between two looks at a run that trains
const SVG = "http://www.w3.org/2000/svg";

const make = (tag, values = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...inside);
  return made;
};

export class Runs {
  constructor() {
    Object.assign(this, { selected: new Set(), timer: null, shown: null });
  }

  async show(visible) {
    clearInterval(this.timer);
    if (!visible) return;
    await this.#list();
    this.timer = setInterval(() => this.shown && !document.hidden && this.#look(this.shown), EVERY);
  }

  async #list() {
    const { runs } = await json("/runs");
    get("run-rows").replaceChildren(...runs.map((run) => this.#row(run)));
    if (!runs.length) get("run-rows").append(make("tr", {}, make("td", { colSpan: 7, textContent: "no runs in this folder" })));
    this.#link();
  }

  #row(run) {
    const box = make("input", { type: "checkbox", checked: this.selected.has(run.id), disabled: Boolean(run.damage) });
    box.setAttribute("aria-label", `select ${run.name}`);
    box.addEventListener("change", () => {
      if (box.checked) this.selected.add(run.id); else this.selected.delete(run.id);
      this.#link();
    });
    const name = make("button", { type: "button", className: "link", textContent: run.name || run.path, disabled: Boolean(run.damage) });
    name.addEventListener("click", () => { this.shown = run.id; this.#look(run.id); });
    const score = run.score?.mean == null ? "" : `${run.score.metric} ${run.score.mean.toPrecision(4)} ${run.score.unit}`;
    const texts = [run.status, run.damage ?? run.corruptions.join(", "), run.model, score, run.created.slice(0, 16).replace("T", " ")];
    return make("tr", {}, make("td", {}, box), make("th", { scope: "row" }, name), ...texts.map((text, i) => make("td", { textContent: text, className: i === 3 ? "right" : "" })));
  }

  #link() {
    const link = get("report-link");
    const any = this.selected.size > 0;
    link.setAttribute("aria-disabled", String(!any));
    if (any) link.href = `/runs/report?${[...this.selected].map((id) => `run=${id}`).join("&")}`; else link.removeAttribute("href");
  }

  async #look(id) {
    const run = await json(`/runs/${id}`);
    const { planned, done } = run.epochs;
    const seconds = run.history.map((row) => row.seconds).filter(Boolean);
    const left = run.status === "running" && seconds.length ? ((planned - done) * seconds.reduce((a, b) => a + b, 0)) / seconds.length : 0;
    const about = `${run.status}, epoch ${done} of ${planned}${left ? `, about ${Math.ceil(left / 60)} min left` : ""}`;
    const holder = get("run");
    holder.hidden = false;
    holder.replaceChildren(make("h3", { textContent: run.name }), make("p", { textContent: about }), ...this.#curves(run.history));
  }

  // Losses over the epochs, drawn in the page's colours.
  #curves(history) {
    if (history.length < 2) return [];
    const [width, height] = [600, 200];
    const lines = ["loss", "val_loss"].map((name) => history.map((row) => row[name]));
    const values = lines.flat().filter(Number.isFinite);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `losses of ${history.length} epochs, from ${high.toPrecision(3)} to ${low.toPrecision(3)}`);
    lines.forEach((line, number) => {
      const points = line.map((value, i) => `${(i / (history.length - 1)) * width},${height - 4 - ((value - low) / (high - low || 1)) * (height - 8)}`);
      const curve = document.createElementNS(SVG, "polyline");
      curve.setAttribute("points", points.join(" "));
      curve.setAttribute("class", `series-${number}`);
      svg.append(curve);
    });
    return [svg, make("p", { className: "faint", textContent: `blue: training, orange: validation; ${low.toPrecision(3)} to ${high.toPrecision(3)}` })];
  }
}
