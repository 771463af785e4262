// The marked pixels of an image: changed in lines of pixels, and undone by the tiles as they were.

const TILE = 256;
const KEPT = 256 * 2 ** 20; // bytes of what can be undone

export class Mask {
  constructor(width, height) {
    Object.assign(this, { width, height, bytes: new Uint8Array(width * height) });
    this.past = [];
    this.future = [];
    this.edit = null;
    this.dirty = null;
  }

  get isEmpty() { return !this.bytes.includes(1); }
  get share() { return this.bytes.reduce((sum, one) => sum + one, 0) / this.bytes.length; }

  // All that is drawn until `end` is one step.
  begin() { this.edit ??= new Map(); }

  end() {
    if (this.edit?.size) {
      this.past.push(this.edit);
      this.future = [];
      let size = 0;
      const first = this.past.findLastIndex((edit) => (size += edit.size * TILE * TILE) > KEPT);
      if (first > 0) this.past.splice(0, first);
    }
    this.edit = null;
  }

  undo() { return this.#swap(this.past, this.future); }
  redo() { return this.#swap(this.future, this.past); }

  line(y, from, to, value) {
    y = Math.round(y);
    from = Math.max(0, Math.round(from));
    to = Math.min(this.width, Math.round(to));
    if (y < 0 || y >= this.height || from >= to) return;
    this.#keep(y, from, to);
    this.bytes.fill(value, y * this.width + from, y * this.width + to);
    this.#touch(from, y, to, y + 1);
  }

  // A stroke of a round brush of `size` pixels between two points in pixels.
  stroke(ax, ay, bx, by, size, value) {
    const r = Math.max(size / 2, 0.5);
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    for (let y = Math.floor(Math.min(ay, by) - r); y <= Math.max(ay, by) + r; y++) {
      let [from, to] = [Infinity, -Infinity];
      const cy = y + 0.5;
      const widen = (px, py) => {
        const h = r * r - (cy - py) ** 2;
        if (h >= 0) [from, to] = [Math.min(from, px - Math.sqrt(h)), Math.max(to, px + Math.sqrt(h))];
      };
      widen(ax, ay);
      widen(bx, by);
      if (length) {
        const n = Math.sqrt(length);
        const [nx, ny] = [(-dy / n) * r, (dx / n) * r];
        const sides = [[ax + nx, ay + ny, bx + nx, by + ny], [ax - nx, ay - ny, bx - nx, by - ny]];
        for (const [sx, sy, ex, ey] of sides) {
          const t = ey === sy ? NaN : (cy - sy) / (ey - sy);
          if (t >= 0 && t <= 1) [from, to] = [Math.min(from, sx + t * (ex - sx)), Math.max(to, sx + t * (ex - sx))];
        }
      }
      if (from < to) this.line(y, from, Math.max(to, from + 1), value);
    }
  }

  rectangle(ax, ay, bx, by, value) {
    const [left, right] = [Math.floor(Math.min(ax, bx)), Math.ceil(Math.max(ax, bx))];
    const end = Math.min(this.height, Math.ceil(Math.max(ay, by)));
    for (let y = Math.max(0, Math.floor(Math.min(ay, by))); y < end; y++) this.line(y, left, right, value);
  }

  polygon(points, value) {
    const ys = points.map(([, y]) => y);
    const end = Math.min(this.height, Math.ceil(Math.max(...ys)));
    for (let y = Math.max(0, Math.floor(Math.min(...ys))); y < end; y++) {
      const crossings = [];
      points.forEach(([ax, ay], i) => {
        const [bx, by] = points[(i + 1) % points.length];
        if (ay > y + 0.5 !== by > y + 0.5) crossings.push(ax + ((y + 0.5 - ay) / (by - ay)) * (bx - ax));
      });
      crossings.sort((a, b) => a - b);
      for (let i = 0; i + 1 < crossings.length; i += 2) this.line(y, crossings[i], crossings[i + 1], value);
    }
  }

  // Mark every pixel of rows `top`… for which `test` holds, of the RGBA of an image of this width.
  where(rgba, top, test, value) {
    for (let y = top, i = 0; i < rgba.length; y++) {
      let from = -1;
      for (let x = 0; x <= this.width; x++) {
        const hit = x < this.width && test(rgba, i + 4 * x);
        if (hit && from < 0) from = x;
        if (!hit && from >= 0) {
          this.line(y, from, x, value);
          from = -1;
        }
      }
      i += 4 * this.width;
    }
  }

  // The rectangle that changed since it was last asked for, null for none.
  changed() {
    const { dirty } = this;
    this.dirty = null;
    return dirty;
  }

  touchAll() { this.dirty = [0, 0, this.width, this.height]; }

  #touch(x0, y0, x1, y1) {
    const d = this.dirty;
    this.dirty = d
      ? [Math.min(d[0], x0), Math.min(d[1], y0), Math.max(d[2], x1), Math.max(d[3], y1)]
      : [x0, y0, x1, y1];
  }

  #keep(y, from, to) {
    if (!this.edit) return;
    const row = Math.floor(y / TILE) * 65536;
    for (let column = Math.floor(from / TILE); column * TILE < to; column++) {
      if (!this.edit.has(row + column)) this.edit.set(row + column, this.#tile(row + column));
    }
  }

  #place(key) {
    const [x, y] = [(key % 65536) * TILE, Math.floor(key / 65536) * TILE];
    return [x, y, Math.min(x + TILE, this.width), Math.min(y + TILE, this.height)];
  }

  #tile(key) {
    const [x0, y0, x1, y1] = this.#place(key);
    const kept = new Uint8Array((x1 - x0) * (y1 - y0));
    for (let y = y0; y < y1; y++) kept.set(this.bytes.subarray(y * this.width + x0, y * this.width + x1), (y - y0) * (x1 - x0));
    return kept;
  }

  #swap(from, to) {
    this.end();
    const edit = from.pop();
    if (!edit) return false;
    const other = new Map();
    for (const [key, kept] of edit) {
      other.set(key, this.#tile(key));
      const [x0, y0, x1, y1] = this.#place(key);
      for (let y = y0; y < y1; y++) this.bytes.set(kept.subarray((y - y0) * (x1 - x0), (y - y0 + 1) * (x1 - x0)), y * this.width + x0);
      this.#touch(x0, y0, x1, y1);
    }
    to.push(other);
    return true;
  }
}
