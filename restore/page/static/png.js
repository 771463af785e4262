// A mask as a PNG file of one bit a pixel, white where it is marked: what `restore apply --mask` takes.

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];
const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function chunk(name, data) {
  const made = new Uint8Array(12 + data.length);
  const view = new DataView(made.buffer);
  view.setUint32(0, data.length);
  made.set([...name].map((letter) => letter.charCodeAt(0)), 4);
  made.set(data, 8);
  let sum = 0xffffffff;
  for (let i = 4; i < 8 + data.length; i++) sum = TABLE[(sum ^ made[i]) & 255] ^ (sum >>> 8);
  view.setUint32(8 + data.length, ~sum >>> 0);
  return made;
}

export async function encode({ bytes, width, height }) {
  const line = 1 + Math.ceil(width / 8);
  const rows = new Uint8Array(line * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0, at = y * width; x < width; x++, at++) {
      if (bytes[at]) rows[y * line + 1 + (x >> 3)] |= 128 >> (x & 7);
    }
  }
  const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"));
  const data = new Uint8Array(await new Response(packed).arrayBuffer());
  const head = new Uint8Array(13);
  const view = new DataView(head.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  head[8] = 1;
  const parts = [new Uint8Array(SIGNATURE), chunk("IHDR", head), chunk("IDAT", data), chunk("IEND", new Uint8Array())];
  return new Blob(parts, { type: "image/png" });
}
