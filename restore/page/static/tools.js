// What pointers and keys do on the stage: paint, erase, draw shapes, move, zoom.

const STEP = 12; // pixels of the screen that an arrow key moves the cursor by
const SHAPES = { b: "brush", e: "eraser", r: "rectangle", p: "polygon", t: "threshold", h: "hand" };

export class Tools {
  // `mask()` is the mask that is painted, null where nothing may be.
  constructor(stage, mask, { onPaint, onEdit, onTool, onSize, onSay, onSplit }) {
    Object.assign(this, { stage, mask, onPaint, onEdit, onTool, onSize, onSay, onSplit });
    Object.assign(this, { tool: "brush", erase: false, size: 20, points: [], pointers: new Map(), drag: null, space: false });
    const { element } = stage;
    element.addEventListener("pointerdown", (event) => this.#down(event));
    element.addEventListener("pointermove", (event) => this.#moved(event));
    for (const end of ["pointerup", "pointercancel"]) element.addEventListener(end, (event) => this.#up(event));
    element.addEventListener("wheel", (event) => {
      event.preventDefault();
      stage.scale(stage.zoom * 1.0015 ** -event.deltaY, stage.at(event));
    }, { passive: false });
    element.addEventListener("contextmenu", (event) => event.preventDefault());
    element.addEventListener("dblclick", () => this.#close());
    element.addEventListener("keydown", (event) => this.#key(event));
  }

  get value() { return this.tool === "eraser" || (this.erase && this.tool !== "brush") ? 0 : 1; }
  get isPainting() { return this.stage.element.dataset.look === "damage" || !this.stage.element.dataset.look; }

  choose(tool) {
    this.tool = tool;
    this.#drop();
    this.stage.element.dataset.tool = tool;
    this.stage.aim(this.stage.point, this.#cursor());
  }

  resize(size) {
    this.size = size;
    this.stage.aim(this.stage.point, this.#cursor());
  }

  #cursor() { return this.tool === "brush" || this.tool === "eraser" ? this.size : 1; }

  #down(event) {
    const { stage } = this;
    stage.element.focus({ preventScroll: true });
    stage.element.setPointerCapture(event.pointerId);
    const at = stage.at(event);
    this.pointers.set(event.pointerId, at);
    if (this.pointers.size === 2) return this.#pinch();
    if (this.pointers.size > 2) return;
    const moves = event.button === 1 || this.tool === "hand" || !this.isPainting;
    if (stage.element.dataset.look === "slider" && event.button === 0) {
      this.drag = { kind: "split" };
      return this.#split(at);
    }
    if (moves || !this.mask()) {
      this.drag = { kind: "move", at };
      return;
    }
    const point = stage.pixel(at);
    if (this.tool === "polygon") return this.#corner(point);
    if (this.tool === "threshold") return;
    this.mask().begin();
    this.drag = { kind: this.tool, from: point, last: point };
    if (this.tool !== "rectangle") this.#stroke(point, event);
  }

  #moved(event) {
    const { stage, drag } = this;
    const at = stage.at(event);
    stage.aim(stage.pixel(at), this.#cursor());
    if (this.tool === "polygon" && this.points.length) stage.sketch([...this.points, stage.point], false);
    if (!this.pointers.has(event.pointerId)) return;
    this.pointers.set(event.pointerId, at);
    if (drag?.kind === "pinch") return this.#pinched();
    if (drag?.kind === "split") return this.#split(at);
    if (drag?.kind === "move") {
      stage.move(at[0] - drag.at[0], at[1] - drag.at[1]);
      drag.at = at;
    } else if (drag?.kind === "rectangle") {
      const [[ax, ay], [bx, by]] = [drag.from, stage.pixel(at)];
      stage.sketch([[ax, ay], [bx, ay], [bx, by], [ax, by]], true);
    } else if (drag) {
      const all = event.getCoalescedEvents?.() ?? [];
      for (const one of all.length ? all : [event]) this.#stroke(stage.pixel(stage.at(one)), one);
    }
  }

  #up(event) {
    const { drag } = this;
    this.pointers.delete(event.pointerId);
    if (!drag || this.pointers.size) return;
    this.drag = null;
    if (drag.kind === "rectangle" && event.type === "pointerup") this.#rectangle(drag.from, this.stage.pixel(this.stage.at(event)));
    this.stage.sketch([], false);
    if (["brush", "eraser", "rectangle"].includes(drag.kind)) this.#finish();
  }

  // A second finger: what the first has begun to paint is taken back.
  #pinch() {
    const mask = this.mask();
    if (mask?.edit) {
      mask.end();
      if (mask.undo()) mask.future.pop();
      this.onPaint();
    }
    const [a, b] = [...this.pointers.values()];
    this.drag = { kind: "pinch", a, b, zoom: this.stage.zoom };
  }

  #pinched() {
    const { drag, stage } = this;
    const [a, b] = [...this.pointers.values()];
    if (!b) return;
    const middle = (p, q) => [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
    const apart = (p, q) => Math.hypot(p[0] - q[0], p[1] - q[1]) || 1;
    const [was, now] = [middle(drag.a, drag.b), middle(a, b)];
    stage.move(now[0] - was[0], now[1] - was[1]);
    stage.scale((stage.zoom * apart(a, b)) / apart(drag.a, drag.b), now);
    Object.assign(drag, { a, b });
  }

  #split([px]) {
    const { stage } = this;
    const share = ((px - stage.x) / (stage.width * stage.zoom)) * 100;
    this.onSplit(Math.round(Math.max(0, Math.min(100, share))));
  }

  #stroke(point, event) {
    const pen = event?.pointerType === "pen" && event.pressure ? 0.25 + 0.75 * event.pressure : 1;
    const [ax, ay] = this.drag?.last ?? point;
    this.mask().stroke(ax, ay, ...point, this.size * pen, this.value);
    if (this.drag) this.drag.last = point;
    this.onPaint();
  }

  #rectangle([ax, ay], [bx, by]) {
    this.mask().begin();
    this.mask().rectangle(ax, ay, bx, by, this.value);
    this.onPaint();
  }

  #corner(point) {
    const [first] = this.points;
    const near = first && Math.hypot(point[0] - first[0], point[1] - first[1]) * this.stage.zoom < 10;
    if (near && this.points.length > 2) return this.#close();
    this.points.push(point);
    this.stage.sketch(this.points, false);
    this.onSay(`corner ${this.points.length}`);
  }

  #close() {
    if (this.tool !== "polygon" || this.points.length < 3) return;
    this.mask()?.begin();
    this.mask()?.polygon(this.points, this.value);
    this.onPaint();
    this.#drop();
    this.#finish();
  }

  #drop() {
    this.points = [];
    this.stage.sketch([], false);
  }

  #finish() {
    this.mask()?.end();
    this.onEdit();
  }

  #key(event) {
    const { stage } = this;
    if (event.target !== stage.element || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const control = event.ctrlKey || event.metaKey;
    const acts = {
      ArrowLeft: () => this.#step(-1, 0, event), ArrowRight: () => this.#step(1, 0, event),
      ArrowUp: () => this.#step(0, -1, event), ArrowDown: () => this.#step(0, 1, event),
      " ": () => this.#press(), Enter: () => this.#close(), Escape: () => this.#drop(),
      "+": () => stage.scale(stage.zoom * 1.5), "=": () => stage.scale(stage.zoom * 1.5), "-": () => stage.scale(stage.zoom / 1.5),
      0: () => stage.fit(), 1: () => stage.scale(1),
      "[": () => this.onSize(this.size / 1.25), "]": () => this.onSize(this.size * 1.25 + 1),
      ...Object.fromEntries(Object.entries(SHAPES).map(([letter, tool]) => [letter, () => this.onTool(tool)])),
    };
    const act = control ? { z: () => (event.shiftKey ? this.redo() : this.undo()), y: () => this.redo() }[key] : acts[key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  undo() { this.#back("undo"); }
  redo() { this.#back("redo"); }

  #back(which) {
    if (this.mask()?.[which]()) {
      this.onPaint();
      this.onEdit();
    }
  }

  #step(dx, dy, event) {
    const { stage } = this;
    const far = event.shiftKey ? 1 : Math.max(1, Math.round(STEP / stage.zoom));
    if (stage.element.dataset.look === "slider") return this.onSplit(Math.max(0, Math.min(100, (stage.share ?? 50) + dx)));
    if (this.tool === "hand") return stage.move(-dx * STEP * 3, -dy * STEP * 3);
    const [x, y] = stage.point;
    stage.aim([Math.max(0, Math.min(stage.width, x + dx * far)), Math.max(0, Math.min(stage.height, y + dy * far))], this.#cursor());
    stage.reveal();
    this.onSay(`column ${Math.round(stage.point[0])}, row ${Math.round(stage.point[1])}`);
  }

  // What a click does, at the cursor.
  #press() {
    if (!this.mask() || !this.isPainting) return;
    const { point } = this.stage;
    if (this.tool === "polygon") return this.#corner(point);
    if (this.tool === "rectangle" && !this.points.length) return this.#corner(point);
    if (this.tool === "rectangle") {
      this.#rectangle(this.points[0], point);
      this.#drop();
    } else if (this.tool === "brush" || this.tool === "eraser") {
      this.mask().begin();
      this.#stroke(point);
    } else return;
    this.#finish();
    this.onSay(this.value ? "marked" : "erased");
  }
}
