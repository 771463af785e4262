// One image on the bench: its damage, corrected; its result, compared; what can be taken away.

import * as api from "./api.js";
import { facts, printed } from "./facts.js";
import { Mask } from "./mask.js";
import { bitmapOf, channelOf, eachStrip } from "./pixels.js";
import { encode } from "./png.js";
import { Stage } from "./stage.js";
import { Tools } from "./tools.js";

const get = (id) => document.getElementById(id);
const MARK = 0x99_00_8c_ff; // ABGR: orange
const CLASSES = [
  { least: 0.9, colour: 0x99_8c_a0_2d, name: "sure: 90 % or more", mark: "sure" },
  { least: 0.5, colour: 0xb2_00_b0_f0, name: "fairly sure: 50 to 90 %", mark: "fair" },
  { least: 0, colour: 0xb2_78_00_eb, name: "unsure: below 50 %", mark: "unsure" },
];
const LEGENDS = {
  damage: [["mark", "marked as damaged: this is restored, everything else stays as it is"]],
  difference: [["", "black: unchanged; the brighter, the more a pixel was changed"]],
};
const DOWNLOADS = { result: "Result", mask: "Mask", confidence: "Confidence", strip: "Strip", record: "Record" };

export class Bench {
  // `choice()` is the model and fill that are chosen.
  constructor(choice) {
    Object.assign(this, { choice, item: null, mask: null, shown: "", edited: false, busy: false });
    this.stage = new Stage(get("stage"));
    this.tools = new Tools(this.stage, () => this.mask, {
      onPaint: () => this.#paint(),
      onEdit: () => this.#edit(),
      onTool: (tool) => this.#choose(tool),
      onSize: (size) => this.#resize(size),
      onSay: (text) => { get("said").textContent = text; },
      onSplit: (share) => this.#split(share),
    });
    this.stage.onZoom = (zoom) => { get("zoom").value = `${zoom < 0.1 ? (zoom * 100).toFixed(1) : Math.round(zoom * 100)} %`; };
    this.#wire();
    this.#choose("brush");
    this.#look("damage");
  }

  // Show an image as it is now, null for none.
  async show(item) {
    const other = item?.id !== this.item?.id;
    this.item = item;
    get("bench").hidden = !item;
    get("empty").hidden = Boolean(item);
    if (!item) return;
    if (other) Object.assign(this, { mask: null, shown: "", edited: false });
    get("name").textContent = item.name;
    const waits = item.status === "waiting" || item.status === "working";
    get("status").textContent = waits ? (item.done ? "restoring…" : "looking for damage…") : item.status;
    get("bench").classList.toggle("waits", waits);
    this.#fault(item.reason && `${item.reason}${item.hint ? `; ${item.hint}` : ""}`);
    get("editor").hidden = get("results").hidden = !item.done;
    const version = `${item.id}/${item.done}`;
    if (!item.done || version === this.shown) return;
    this.shown = version;
    await this.#load(item, version);
  }

  async #load(item, version) {
    const [width, height] = item.size;
    const [before, after] = [api.fileOf(item, "seen-source"), api.fileOf(item, "seen-result")];
    this.stage.show({ width, height, before: `/images/${item.id}/seen-source`, after, label: item.name });
    const used = await channelOf(api.fileOf(item, "mask"));
    if (this.shown !== version) return;
    this.used = used.bytes;
    this.confidence = null;
    if (!this.mask || !this.edited) {
      this.mask = new Mask(width, height);
      for (let i = 0; i < used.bytes.length; i++) this.mask.bytes[i] = used.bytes[i] > 127 ? 1 : 0;
      this.mask.touchAll();
    }
    this.edited = false;
    this.#paint();
    this.#buttons();
    facts(get("facts"), item);
    printed(get("report"), item, before, after);
    get("downloads").replaceChildren(...Object.entries(DOWNLOADS).filter(([kind]) => item.files.includes(kind)).map(([kind, name]) => {
      const link = Object.assign(document.createElement("a"), { href: `${api.fileOf(item, kind)}&download`, textContent: name, className: "button" });
      link.setAttribute("download", "");
      return link;
    }));
    if (this.stage.element.dataset.look === "confidence") this.#look("confidence");
    get("bench").dataset.shown = version;
  }

  #paint() {
    const dirty = this.mask?.changed();
    if (!dirty) return;
    const { bytes } = this.mask;
    this.stage.marks.draw(dirty, (at) => (bytes[at] ? MARK : 0));
  }

  #edit() {
    this.edited = true;
    this.#buttons();
  }

  #buttons() {
    get("undo").disabled = !this.mask?.past.length;
    get("redo").disabled = !this.mask?.future.length;
    get("restore").disabled = !this.mask;
  }

  #choose(tool) {
    document.querySelector(`[name=tool][value=${tool}]`).checked = true;
    document.querySelectorAll("[data-for]").forEach((one) => { one.hidden = !one.dataset.for.split(" ").includes(tool); });
    this.tools.choose(tool);
  }

  #resize(size) {
    const next = Math.round(Math.max(1, Math.min(Number(get("size").max), size)));
    get("size").value = next;
    get("size-shown").value = `${next} px`;
    this.tools.resize(next);
  }

  #split(share) {
    get("split").value = share;
    get("split").setAttribute("aria-valuetext", `${share} % before, ${100 - share} % after`);
    this.stage.split(share);
  }

  async #look(name) {
    this.stage.look(name);
    get("tools").hidden = name !== "damage";
    get("split-field").hidden = name !== "slider";
    this.#legend(LEGENDS[name] ?? []);
    if (name === "confidence" && this.item?.done) await this.#confidence();
  }

  #legend(lines) {
    get("legend").replaceChildren(...lines.map(([mark, text]) => {
      const line = document.createElement("li");
      if (mark) line.append(Object.assign(document.createElement("span"), { className: `swatch ${mark}` }));
      line.append(text);
      return line;
    }));
  }

  async #confidence() {
    if (!this.item.files.includes("confidence")) return this.#legend([["", "this model gives no confidence"]]);
    if (!this.confidence) {
      const { bytes, width, height } = await channelOf(api.fileOf(this.item, "confidence"));
      const { used } = this;
      const classOf = (at) => CLASSES.findIndex(({ least }) => bytes[at] / 255 >= least);
      const counts = [0, 0, 0];
      for (let at = 0; at < bytes.length; at++) if (used[at]) counts[classOf(at)]++;
      this.stage.confidence.draw([0, 0, width, height], (at) => (used[at] ? CLASSES[classOf(at)].colour : 0));
      this.confidence = counts;
    }
    const total = this.confidence.reduce((sum, one) => sum + one, 0) || 1;
    this.#legend(CLASSES.map(({ mark, name }, i) => [mark, `${name}; ${((100 * this.confidence[i]) / total).toFixed(0)} % of what was restored`]));
  }

  async #threshold() {
    const { mask } = this;
    const [level, darker] = [Number(get("level").value), get("side").value === "darker"];
    const grey = (rgba, i) => 0.299 * rgba[i] + 0.587 * rgba[i + 1] + 0.114 * rgba[i + 2];
    const bitmap = await bitmapOf(api.fileOf(this.item, "seen-source"));
    mask.begin();
    eachStrip(bitmap, (rgba, top) => mask.where(rgba, top, (data, i) => (darker ? grey(data, i) < level : grey(data, i) > level), this.tools.value));
    bitmap.close();
    mask.end();
    this.#paint();
    this.#edit();
  }

  async #loadMask(file) {
    const { bytes, width, height } = await channelOf(file);
    if (width !== this.mask.width || height !== this.mask.height) {
      return this.#fault(`the mask has ${width}×${height} pixels, the image ${this.mask.width}×${this.mask.height}`);
    }
    this.mask.begin();
    for (let y = 0; y < height; y++) {
      for (let x = 0, at = y * width; x < width; x++, at++) {
        const value = bytes[at] > 127 ? 1 : 0;
        if (this.mask.bytes[at] !== value) this.mask.line(y, x, x + 1, value);
      }
    }
    this.mask.end();
    this.#paint();
    this.#edit();
  }

  async #saveMask() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await encode(this.mask));
    link.download = `${this.item.name.replace(/\.[^.]*$/, "")}.mask.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  async #restore(masked) {
    if (masked && this.mask.isEmpty) return this.#fault("nothing is marked: paint over the damage");
    const { run, fill } = this.choice();
    const { item } = this;
    this.edited = masked && this.edited;
    await api.restore(item.id, run, fill, masked ? await encode(this.mask) : null);
    if (!masked) this.edited = false;
  }

  #fault(text) {
    get("fault").hidden = !text;
    get("fault").textContent = text || "";
  }

  #wire() {
    const on = (id, act, event = "click") => get(id).addEventListener(event, async () => {
      try { await act(); } catch (error) { this.#fault([error.message, error.hint].filter(Boolean).join("; ")); }
    });
    document.querySelectorAll("[name=look]").forEach((one) => one.addEventListener("change", () => this.#look(one.value)));
    document.querySelectorAll("[name=tool]").forEach((one) => one.addEventListener("change", () => this.#choose(one.value)));
    on("size", () => this.#resize(Number(get("size").value)), "input");
    on("erase", () => { this.tools.erase = get("erase").checked; }, "change");
    on("level", () => { get("level-shown").value = get("level").value; }, "input");
    on("split", () => this.#split(Number(get("split").value)), "input");
    on("apply-threshold", () => this.#threshold());
    on("undo", () => this.tools.undo());
    on("redo", () => this.tools.redo());
    on("clear", () => {
      this.mask.begin();
      this.mask.rectangle(0, 0, this.mask.width, this.mask.height, 0);
      this.mask.end();
      this.#paint();
      this.#edit();
    });
    on("load-mask", async () => { const [file] = get("load-mask").files; if (file) await this.#loadMask(file); get("load-mask").value = ""; }, "change");
    on("save-mask", () => this.#saveMask());
    on("zoom-in", () => this.stage.scale(this.stage.zoom * 1.5));
    on("zoom-out", () => this.stage.scale(this.stage.zoom / 1.5));
    on("zoom-fit", () => this.stage.fit());
    on("zoom-one", () => this.stage.scale(1 / (window.devicePixelRatio || 1)));
    on("restore", () => this.#restore(true));
    on("find", () => this.#restore(false));
    on("remove", () => api.remove(this.item.id));
    on("print", () => window.print());
  }
}
