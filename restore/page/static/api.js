// What the page asks of its server, and nothing else anywhere.

export async function ask(path, options = {}) {
  const answer = await fetch(path, options);
  if (answer.ok) return answer;
  const text = await answer.text();
  let said = { what: text || answer.statusText, hint: "" };
  try { said = JSON.parse(text); } catch { /* plain words */ }
  throw Object.assign(new Error(said.what), { hint: said.hint, status: answer.status });
}

export const json = async (path) => (await ask(path)).json();

export const upload = (file, run, fill) =>
  ask(`/images?${new URLSearchParams({ name: file.name, run, fill })}`, { method: "POST", body: file });

export const restore = (id, run, fill, mask) =>
  ask(`/images/${id}/restore?${new URLSearchParams({ run, fill })}`, { method: "POST", body: mask ?? "" });

export const remove = (id) => ask(`/images/${id}`, { method: "DELETE" });

export const pause = (paused) => ask(`/queue?paused=${paused}`, { method: "POST" });

export const fileOf = (item, kind) => `/images/${item.id}/${kind}?${item.done}`;

// Hidden tabs hold no connection: a browser has six for one server.
export function follow(onChange, onState) {
  let stream = null;
  const update = () => {
    if (document.hidden) {
      stream?.close();
      stream = null;
    } else if (!stream) {
      let first = true;
      stream = new EventSource("/events");
      stream.onopen = () => { first = true; onState(true); };
      stream.onmessage = (event) => { onChange(JSON.parse(event.data), first); first = false; };
      stream.onerror = () => onState(false);
    }
  };
  document.addEventListener("visibilitychange", update);
  update();
}
