// Images as pixels, in strips, so that a large one needs little memory at once; and what is laid over them, in tiles.

const STRIP = 512;
const TILE = 1024;

export async function bitmapOf(source) {
  const blob = typeof source === "string" ? await (await fetch(source)).blob() : source;
  return createImageBitmap(blob, { colorSpaceConversion: "none" });
}

// Call `use(rgba, top)` with the pixels of each strip of rows.
export function eachStrip(bitmap, use) {
  const { width, height } = bitmap;
  const canvas = new OffscreenCanvas(width, Math.min(STRIP, height));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  for (let top = 0; top < height; top += STRIP) {
    const rows = Math.min(STRIP, height - top);
    context.clearRect(0, 0, width, rows);
    context.drawImage(bitmap, 0, -top);
    use(context.getImageData(0, 0, width, rows).data, top);
  }
}

// Return the first channel of an image, a byte a pixel.
export async function channelOf(source) {
  const bitmap = await bitmapOf(source);
  const { width, height } = bitmap;
  const bytes = new Uint8Array(width * height);
  eachStrip(bitmap, (rgba, top) => {
    for (let i = 0, at = top * width; i < rgba.length; i += 4, at++) bytes[at] = rgba[i];
  });
  bitmap.close();
  return { bytes, width, height };
}

// Canvases over an image: only those that change are drawn anew.
export class Tiles {
  constructor(holder, width, height) {
    Object.assign(this, { holder, width, height, canvases: new Map() });
    holder.replaceChildren();
  }

  // `colour(at)` is that of a pixel, as a 32-bit ABGR number, 0 for none.
  draw([x0, y0, x1, y1], colour) {
    for (let ty = Math.floor(y0 / TILE); ty * TILE < y1; ty++) {
      for (let tx = Math.floor(x0 / TILE); tx * TILE < x1; tx++) {
        const [left, top] = [Math.max(x0, tx * TILE), Math.max(y0, ty * TILE)];
        const [right, bottom] = [Math.min(x1, (tx + 1) * TILE), Math.min(y1, (ty + 1) * TILE)];
        if (left >= right || top >= bottom) continue;
        const image = new ImageData(right - left, bottom - top);
        const pixels = new Uint32Array(image.data.buffer);
        let any = 0;
        for (let y = top, i = 0; y < bottom; y++) {
          for (let at = y * this.width + left, end = at + right - left; at < end; at++, i++) any |= pixels[i] = colour(at);
        }
        if (any || this.canvases.has(ty * 1000 + tx)) this.#canvas(tx, ty).putImageData(image, left - tx * TILE, top - ty * TILE);
      }
    }
  }

  #canvas(tx, ty) {
    const key = ty * 1000 + tx;
    if (!this.canvases.has(key)) {
      const canvas = document.createElement("canvas");
      canvas.width = Math.min(TILE, this.width - tx * TILE);
      canvas.height = Math.min(TILE, this.height - ty * TILE);
      Object.assign(canvas.style, { left: `${tx * TILE}px`, top: `${ty * TILE}px` });
      this.holder.append(canvas);
      this.canvases.set(key, canvas.getContext("2d", { willReadFrequently: true }));
    }
    return this.canvases.get(key);
  }
}
