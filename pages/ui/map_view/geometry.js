// Where is what? Plain functions over numbers: masks, orders, outlines, the nearest point.

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

// One byte per row from base64 with one bit per row, lowest bit first.
function unpackBits(base64, n) {
  const bytes = atob(base64);
  const rows = new Uint8Array(n);
  for (let i = 0; i < n; i++) rows[i] = (bytes.charCodeAt(i >> 3) >> (i & 7)) & 1;
  return rows;
}

// A fixed shuffle: drawn in it, no category hides another, and every prefix is a fair sample.
function shuffledRows(n) {
  const rows = Uint32Array.from({ length: n }, (_, i) => i);
  let state = 2463534242;
  for (let i = n - 1; i > 0; i--) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const j = (state >>> 0) % (i + 1);
    const row = rows[i];
    rows[i] = rows[j];
    rows[j] = row;
  }
  return rows;
}

function boundsOf(x, y) {
  const box = { x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity };
  for (let i = 0; i < x.length; i++) {
    if (x[i] < box.x0) box.x0 = x[i];
    if (x[i] > box.x1) box.x1 = x[i];
    if (y[i] < box.y0) box.y0 = y[i];
    if (y[i] > box.y1) box.y1 = y[i];
  }
  return x.length ? box : { x0: -1, x1: 1, y0: -1, y1: 1 };
}

// Rows inside an outline by the even-odd rule. Only a preview: Python has the last word.
function markInside(x, y, outline, mark) {
  const box = boundsOf(outline.map((v) => v[0]), outline.map((v) => v[1]));
  for (let i = 0; i < x.length; i++) {
    const px = x[i], py = y[i];
    if (px < box.x0 || px > box.x1 || py < box.y0 || py > box.y1) continue;
    let inside = false;
    for (let a = 0, b = outline.length - 1; a < outline.length; b = a++) {
      const [ax, ay] = outline[a], [bx, by] = outline[b];
      if (ay > py !== by > py && px < ((bx - ax) * (py - ay)) / (by - ay) + ax) inside = !inside;
    }
    if (inside) mark(i);
  }
}

// Fewer corners, same shape (Douglas and Peucker 1973), coarser until at most `most` are left.
function simplify(outline, most) {
  for (let tolerance = 0.6; ; tolerance *= 1.5) {
    const kept = outline.filter(keepCorners(outline, tolerance));
    if (kept.length <= most) return kept;
  }
}

function keepCorners(outline, tolerance) {
  const keep = new Set([0, outline.length - 1]);
  const spans = [[0, outline.length - 1]];
  while (spans.length) {
    const [from, to] = spans.pop();
    let far = 0, corner = -1;
    for (let i = from + 1; i < to; i++) {
      const away = distanceToSegment(outline[i], outline[from], outline[to]);
      if (away > far) [far, corner] = [away, i];
    }
    if (far <= tolerance) continue;
    keep.add(corner);
    spans.push([from, corner], [corner, to]);
  }
  return (_, i) => keep.has(i);
}

function distanceToSegment([px, py], [ax, ay], [bx, by]) {
  const dx = bx - ax, dy = by - ay;
  const along = clamp(((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
  return Math.hypot(px - ax - along * dx, py - ay - along * dy);
}

// The layer of each row: 0 filtered away, 1 passed over, 2 shown.
function layersOf(n, mask, chosen) {
  const layers = new Uint8Array(n).fill(2);
  if (chosen) for (let row = 0; row < n; row++) layers[row] = 1 + chosen[row];
  if (mask) for (let row = 0; row < n; row++) if (!mask[row]) layers[row] = 0;
  return layers;
}

// The places in `rows` layer by layer, each layer in the order of `rows`.
function inLayers(rows, layers) {
  const counts = [0, 0, 0];
  for (let row = 0; row < layers.length; row++) counts[layers[row]]++;
  const order = new Uint32Array(rows.length);
  let first = 0, second = counts[0], third = counts[0] + counts[1];
  for (let slot = 0; slot < rows.length; slot++) {
    const layer = layers[rows[slot]];
    order[layer === 2 ? third++ : layer === 1 ? second++ : first++] = slot;
  }
  return { order, counts };
}

// A uniform grid over the points: rows cell by cell, so that the nearest is found in a few cells.
class Grid {
  constructor(x, y, box) {
    this.x = x;
    this.y = y;
    this.box = box;
    this.side = clamp(Math.ceil(Math.sqrt(x.length / 4)), 1, 1024);
    this.width = (box.x1 - box.x0) / this.side || 1;
    this.height = (box.y1 - box.y0) / this.side || 1;
    this.start = new Uint32Array(this.side * this.side + 1);
    this.rows = new Uint32Array(x.length);
    for (let i = 0; i < x.length; i++) this.start[this.cell(i) + 1]++;
    for (let c = 0; c < this.side * this.side; c++) this.start[c + 1] += this.start[c];
    const next = this.start.slice();
    for (let i = 0; i < x.length; i++) this.rows[next[this.cell(i)]++] = i;
  }

  column(x) {
    return clamp(Math.floor((x - this.box.x0) / this.width), 0, this.side - 1);
  }

  line(y) {
    return clamp(Math.floor((y - this.box.y0) / this.height), 0, this.side - 1);
  }

  cell(i) {
    return this.line(this.y[i]) * this.side + this.column(this.x[i]);
  }

  // The row with the smallest `cost(squared distance, row)`, or -1 where none is within reach.
  nearest(x, y, reach, cost) {
    let best = Infinity, found = -1;
    const first = this.column(x - reach), last = this.column(x + reach);
    for (let line = this.line(y - reach); line <= this.line(y + reach); line++) {
      const end = this.start[line * this.side + last + 1];
      for (let k = this.start[line * this.side + first]; k < end; k++) {
        const row = this.rows[k];
        const square = (this.x[row] - x) ** 2 + (this.y[row] - y) ** 2;
        if (square > reach * reach) continue;
        const price = cost(square, row);
        if (price < best) [best, found] = [price, row];
      }
    }
    return found;
  }
}
