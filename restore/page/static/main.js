// The page: images come in, are listed, and one is on the bench; the server says what changed.

import * as api from "./api.js";
import { Bench } from "./bench.js";
import { Runs } from "./runs.js";

const get = (id) => document.getElementById(id);
const items = new Map();
let chosen = null;

const choice = () => ({ run: get("model").value, fill: get("fill").value });
const bench = new Bench(choice);
const runs = new Runs();

function choose(id) {
  chosen = id;
  list();
  bench.show(items.get(id) ?? null);
}

function entry(item) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "entry";
  button.setAttribute("aria-current", String(item.id === chosen));
  const name = Object.assign(document.createElement("span"), { className: "entry-name", textContent: item.name });
  const used = item.status === "restored" && item.row ? `, ${(100 * item.row.used).toFixed(1)} % replaced` : "";
  const text = item.status === "refused" ? `refused: ${item.reason}` : item.status + used;
  const status = Object.assign(document.createElement("span"), { className: `state ${item.status}`, textContent: text });
  const thumb = document.createElement(item.done ? "img" : "span");
  thumb.className = "thumb";
  if (item.done) Object.assign(thumb, { src: api.fileOf(item, "seen-result"), alt: "", loading: "lazy", decoding: "async" });
  button.append(thumb, name, status);
  button.addEventListener("click", () => choose(item.id));
  line.append(button);
  line.dataset.key = `${item.changed}/${item.id === chosen}`;
  line.dataset.id = item.id;
  return line;
}

// Only entries that changed are made anew, so that the focus stays.
function list() {
  const holder = get("list");
  const known = new Map([...holder.children].map((line) => [line.dataset.id, line]));
  for (const [id, line] of known) if (!items.has(id)) line.remove();
  for (const item of items.values()) {
    const line = known.get(item.id);
    if (line?.dataset.key === `${item.changed}/${item.id === chosen}`) continue;
    const fresh = entry(item);
    const focused = line?.contains(document.activeElement);
    if (line) line.replaceWith(fresh); else holder.append(fresh);
    if (focused) fresh.querySelector("button").focus();
  }
}

function queue({ paused, counts, left }) {
  const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
  const open = counts.waiting + counts.working;
  get("queue").hidden = !total;
  const parts = [`${total - open} of ${total} done`, ...["restored", "untouched", "refused"].filter((one) => counts[one]).map((one) => `${counts[one]} ${one}`)];
  if (left) parts.push(left > 90 ? `about ${Math.round(left / 60)} min left` : `about ${Math.ceil(left)} s left`);
  get("progress").textContent = parts.join(" · ") + (paused ? " · paused" : "");
  get("bar").value = total ? (total - open) / total : 0;
  get("pause").textContent = paused ? "Go on" : "Pause";
  get("pause").dataset.paused = paused;
}

function changed({ images, removed, queue: state }, first) {
  if (first) items.clear();
  for (const item of images) items.set(item.id, item);
  for (const id of removed) items.delete(id);
  queue(state);
  if (!items.has(chosen)) chosen = items.keys().next().value ?? null;
  list();
  const item = items.get(chosen) ?? null;
  if (first || !item || images.includes(item)) bench.show(item);
}

async function take(files) {
  const { run, fill } = choice();
  const faults = [];
  for (const file of files) {
    try {
      const { id } = await (await api.upload(file, run, fill)).json();
      if (!items.size || chosen === null) chosen = id;
    } catch (error) {
      faults.push(`${file.name}: ${error.message}`);
    }
    say(faults.join("; "));
  }
}

const say = (text) => { get("connection").textContent = text; };

function accept() {
  get("files").addEventListener("change", async () => {
    await take([...get("files").files]);
    get("files").value = "";
  });
  for (const type of ["dragover", "drop", "dragenter"]) addEventListener(type, (event) => event.preventDefault());
  addEventListener("dragover", () => document.body.classList.add("dropping"));
  for (const type of ["drop", "dragleave"]) addEventListener(type, () => document.body.classList.remove("dropping"));
  addEventListener("drop", (event) => take([...event.dataTransfer.files]));
  addEventListener("paste", (event) => take([...event.clipboardData.files]));
}

function route() {
  const view = location.hash === "#runs" ? "runs" : "images";
  for (const one of ["images", "runs"]) get(one).hidden = one !== view;
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${view}`) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
  }
  runs.show(view === "runs");
}

async function start() {
  const session = await api.json("/session");
  get("model").replaceChildren(...session.models.map(({ run }) => new Option(run, run)));
  const about = () => { get("about").textContent = session.models[get("model").selectedIndex]?.about ?? ""; };
  get("model").addEventListener("change", about);
  about();
  get("pause").addEventListener("click", () => api.pause(get("pause").dataset.paused !== "true"));
  accept();
  addEventListener("hashchange", route);
  route();
  api.follow(changed, (alive) => say(alive ? "" : "not connected: is restore page still running?"));
  document.body.dataset.ready = "true";
}

start().catch((error) => say(error.message));
