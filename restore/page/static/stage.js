// Where an image is looked at and painted on: layers in the image's own pixels, moved and scaled as one.

import { Tiles } from "./pixels.js";

const LEAST = 0.02;
const MOST = 40;

export class Stage {
  constructor(element) {
    this.element = element;
    this.pane = element.querySelector(".pane");
    this.worlds = element.querySelectorAll(".world");
    this.cursor = element.querySelector(".cursor");
    this.edge = element.querySelector(".edge");
    this.draft = element.querySelector(".draft");
    this.onZoom = () => {};
    Object.assign(this, { x: 0, y: 0, zoom: 1, width: 0, height: 0, fitted: true, point: [0, 0], brush: 1 });
    new ResizeObserver(() => this.fitted && this.fit()).observe(this.pane);
  }

  // Show images of a size, by their addresses.
  show({ width, height, before, after, label }) {
    const fresh = width !== this.width || height !== this.height || before !== this.before;
    Object.assign(this, { width, height, before });
    const set = (selector, source, alt) => this.element.querySelectorAll(selector).forEach((image) => {
      if (image.getAttribute("src") !== source) image.src = source;
      Object.assign(image.style, { width: `${width}px`, height: `${height}px` });
      image.alt = alt;
    });
    set(".before", before, `${label}, damaged`);
    set(".after", after, `${label}, restored`);
    this.worlds.forEach((world) => Object.assign(world.style, { width: `${width}px`, height: `${height}px` }));
    this.draft.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (!fresh) return;
    this.marks = new Tiles(this.element.querySelector(".marks"), width, height);
    this.confidence = new Tiles(this.element.querySelector(".confidence"), width, height);
    this.point = [width / 2, height / 2];
    this.fit();
  }

  look(name) {
    this.element.dataset.look = name;
    if (this.fitted) requestAnimationFrame(() => this.fit());
  }

  split(share) {
    this.share = share;
    this.element.style.setProperty("--split", `${share}%`);
    this.#edge();
  }

  fit() {
    const { width, height } = this.pane.getBoundingClientRect();
    if (!width || !this.width) return;
    this.zoom = Math.min(MOST, (width - 16) / this.width, (height - 16) / this.height);
    [this.x, this.y] = [(width - this.width * this.zoom) / 2, (height - this.height * this.zoom) / 2];
    this.fitted = true;
    this.#place();
  }

  // Zoom to a scale, the pixel at a point of the pane staying where it is.
  scale(zoom, [px, py] = this.#centre()) {
    const next = Math.max(Math.min(LEAST, this.zoom), Math.min(MOST, zoom));
    this.x = px - ((px - this.x) * next) / this.zoom;
    this.y = py - ((py - this.y) * next) / this.zoom;
    this.zoom = next;
    this.fitted = false;
    this.#place();
  }

  move(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.fitted = false;
    this.#place();
  }

  // The place in the pane, and in pixels of the image, of a pointer's event.
  at(event) {
    const { left, top } = this.pane.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  pixel([px, py]) { return [(px - this.x) / this.zoom, (py - this.y) / this.zoom]; }

  aim(point, brush = this.brush) {
    Object.assign(this, { point, brush });
    const size = Math.max(brush * this.zoom, 3);
    const [left, top] = [this.x + point[0] * this.zoom - size / 2, this.y + point[1] * this.zoom - size / 2];
    Object.assign(this.cursor.style, { width: `${size}px`, height: `${size}px`, transform: `translate(${left}px, ${top}px)` });
  }

  // Keep the cursor in sight.
  reveal() {
    const { width, height } = this.pane.getBoundingClientRect();
    const [px, py] = [this.x + this.point[0] * this.zoom, this.y + this.point[1] * this.zoom];
    const over = (at, end) => (at < 20 ? 20 - at : at > end - 20 ? end - 20 - at : 0);
    const [dx, dy] = [over(px, width), over(py, height)];
    if (dx || dy) this.move(dx, dy);
  }

  sketch(points, closed) {
    this.draft.replaceChildren();
    if (points.length < 2) return;
    const shape = document.createElementNS("http://www.w3.org/2000/svg", closed ? "polygon" : "polyline");
    shape.setAttribute("points", points.map((one) => one.join(",")).join(" "));
    this.draft.append(shape);
  }

  #centre() {
    const { width, height } = this.pane.getBoundingClientRect();
    return [width / 2, height / 2];
  }

  #place() {
    this.worlds.forEach((world) => {
      world.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.zoom})`;
    });
    this.element.classList.toggle("pixels", this.zoom >= 2);
    this.aim(this.point);
    this.#edge();
    this.onZoom(this.zoom);
  }

  #edge() { this.edge.style.transform = `translateX(${this.x + (this.width * this.zoom * (this.share ?? 50)) / 100}px)`; }
}
