// One map on the page: the points it holds, what is known of each, and what Python is told.

const HOVER_REACH = 14;
const ASK_AFTER_MS = 60;
const ANSWER_WITHIN_MS = 2500;

async function fetchBytes(address) {
  if (!shared.bytes.has(address)) {
    const bytes = fetch(address, { credentials: "same-origin" }).then((answer) => {
      if (!answer.ok) throw new Error(`the points could not be loaded (${answer.status})`);
      return answer.arrayBuffer();
    });
    bytes.catch(() => shared.bytes.delete(address));
    shared.bytes.set(address, bytes);
    if (shared.bytes.size > 8) shared.bytes.delete(shared.bytes.keys().next().value);
  }
  return shared.bytes.get(address);
}

class ScatterMap extends Picture {
  constructor(root) {
    super(root);
    this.n = 0;
    this.pending = []; // strokes Python has not answered yet
    this.texts = new Map();
  }

  // ---- what to show ----------------------------------------------------------------------------

  async apply(data) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    this.data = data;
    this.key = data.key;
    shared.maps.set(data.key, this);
    this.root.style.height = `${data.height}px`;
    this.announce(data.summary);
    this.view = this.rememberedView(data);
    this.readTheme();
    if (!this.painter) this.startPainter(data.webgl);
    const [places, categories] = await Promise.all([data.coordinates, data.colors].map(fetchBytes));
    if (turn !== this.turn) return;
    this.takePoints(places, categories);
    this.takeLegend();
    this.labels = data.labels.map(([x, y, text]) => ({ x, y, text: shorten(text, 36) }));
    this.pending = this.pending.filter((stroke) => stroke.number > data.answered);
    this.takeMasks();
    this.root.dataset.state = "ready";
    if (this.looksNew(places, categories)) this.move();
  }

  // Whether there is anything to draw anew: most messages from Python change other parts of the page.
  looksNew(...bytes) {
    const { mask, selected, legend, labels, strokes, height } = this.data;
    const now = [...bytes, mask, selected, JSON.stringify([legend, labels, strokes, height, this.theme])];
    const same = this.looks?.every((part, i) => part === now[i]) && !this.pending.length;
    this.looks = now;
    return !same;
  }

  announce(summary) {
    const before = this.stage.getAttribute("aria-label");
    this.stage.setAttribute("aria-label", summary);
    if (before && before !== summary) this.find(".live").textContent = summary;
  }

  rememberedView(data) {
    const kept = shared.views.get(data.key);
    const blank = { x: 0, y: 0, zoom: 1, fresh: true, coordinates: data.coordinates };
    const view =
      kept?.coordinates === data.coordinates
        ? kept
        : { tool: "pan", hidden: new Set(), legend: this.stage.clientWidth > 560, number: 0, ...kept, ...blank };
    shared.views.set(data.key, view);
    return view;
  }

  takePoints(places, categories) {
    if (this.places !== places) {
      this.places = places;
      this.n = places.byteLength / 8;
      this.x = new Float32Array(places, 0, this.n);
      this.y = new Float32Array(places, 4 * this.n, this.n);
      this.rows = shuffledRows(this.n);
      this.box = boundsOf(this.x, this.y);
      this.grid = this.colors = this.mask = this.selected = undefined;
      this.texts.clear();
      this.hover(-1);
      this.painter.place(this.normalized());
    }
    if (this.view.fresh) this.resetView();
    if (this.colors !== categories) {
      this.colors = categories;
      const Numbers = categories.byteLength === this.n ? Uint8Array : Uint16Array;
      this.category = new Numbers(categories);
      this.painter.categorize(this.category.map((_, slot) => this.category[this.rows[slot]]));
    }
  }

  // Positions in [-1, 1] in drawing order: float32 on the card then has digits to spare for zooming.
  normalized() {
    this.center = [(this.box.x0 + this.box.x1) / 2, (this.box.y0 + this.box.y1) / 2];
    this.reach = Math.max(this.box.x1 - this.box.x0, this.box.y1 - this.box.y0) / 2 || 1;
    const positions = new Float32Array(2 * this.n);
    this.rows.forEach((row, slot) => {
      positions[2 * slot] = (this.x[row] - this.center[0]) / this.reach;
      positions[2 * slot + 1] = (this.y[row] - this.center[1]) / this.reach;
    });
    return positions;
  }

  takeMasks() {
    const { mask, selected } = this.data;
    if (this.mask === undefined || mask !== this.maskBits) {
      this.maskBits = mask;
      this.mask = mask && unpackBits(mask, this.n);
    }
    if (this.selected === undefined || selected !== this.selectedBits) {
      this.selectedBits = selected;
      this.selected = selected && unpackBits(selected, this.n);
    }
    const now = [this.places, mask, selected, this.pending.length, this.data.strokes.length];
    if (this.arranged?.every((part, i) => part === now[i])) return;
    this.arrange();
    this.arranged = now;
  }

  // Three layers, each drawn over the one before: filtered away, passed over, shown.
  arrange() {
    this.arranged = undefined;
    const chosen = this.preview();
    const { order, counts } = inLayers(this.rows, layersOf(this.n, this.mask, chosen));
    let start = 0;
    this.layers = counts.map((count) => ({ start: (start += count) - count, count }));
    this.painter.arrange(order);
    this.emphasis = Boolean(chosen);
    this.find('[data-act="clear"]').disabled = !chosen && !this.strokes().length;
  }

  // What will be selected once Python has answered the strokes still under way.
  preview() {
    let chosen = this.selected;
    for (const { mode, vertices } of this.pending) {
      if (mode === "clear") chosen = null;
      if (mode === "clear") continue;
      chosen = mode === "replace" || !chosen ? new Uint8Array(this.n) : chosen.slice();
      markInside(this.x, this.y, vertices, (row) => (chosen[row] = mode === "subtract" ? 0 : 1));
    }
    return chosen;
  }

  strokes() {
    let strokes = this.data.strokes.map(([mode, vertices]) => ({ mode, vertices }));
    for (const stroke of this.pending) {
      if (stroke.mode === "clear" || stroke.mode === "replace") strokes = [];
      if (stroke.mode !== "clear") strokes.push(stroke);
    }
    return strokes;
  }

  // ---- legend and colours ----------------------------------------------------------------------

  takeLegend() {
    const legend = JSON.stringify(this.data.legend);
    this.root.dataset.legend = this.view.legend ? "open" : "closed";
    if (legend !== this.legendDrawn) {
      this.legendDrawn = legend;
      this.find(".legend").replaceChildren(...this.data.legend.map((entry) => this.legendRow(entry)));
    }
    for (const button of this.root.querySelectorAll(".legend button")) {
      button.setAttribute("aria-pressed", String(!this.view.hidden.has(button.dataset.name)));
    }
    const hidden = this.data.legend.some(([name]) => this.view.hidden.has(name));
    this.find(".still-there").hidden = !hidden || !this.view.legend;
    this.paintPalette();
  }

  legendRow([name, color, count]) {
    const part = (tag, className, text) =>
      Object.assign(document.createElement(tag), { className, textContent: text });
    const dot = part("i", "dot", "");
    dot.style.background = dot.style.borderColor = color;
    const button = Object.assign(document.createElement("button"), { type: "button", title: name });
    button.dataset.name = name;
    button.append(dot, part("span", "name", name), part("span", "count", count.toLocaleString("en")));
    const row = document.createElement("li");
    row.append(button);
    return row;
  }

  paintPalette() {
    const rgba = new Uint8Array(1024 * Math.ceil(Math.max(1, this.data.legend.length) / 256));
    this.data.legend.forEach(([name, color], i) => {
      rgba.set(rgbOf(color).map((v) => Math.round(v * 255)), 4 * i);
      rgba[4 * i + 3] = this.view.hidden.has(name) ? 0 : 255;
    });
    this.palette = rgba;
    this.painter.paint(rgba);
  }

  isHidden(row) {
    return !this.palette[4 * this.category[row] + 3];
  }

  // ---- the point under the pointer -------------------------------------------------------------

  // The nearest visible point; one that passes the filter goes before one that does not.
  rowAt(px, py, reach = HOVER_REACH) {
    if (!this.n) return -1;
    this.grid ??= new Grid(this.x, this.y, this.box);
    const far = (reach / this.scale) ** 2;
    const cost = (square, row) =>
      this.isHidden(row) ? Infinity : square + (this.mask && !this.mask[row] ? far : 0);
    return this.grid.nearest(...this.toData(px, py), reach / this.scale, cost);
  }

  hover(row) {
    if (row === this.hovered) return;
    this.hovered = row;
    this.root.toggleAttribute("data-over", row >= 0);
    this.find(".tip").hidden = row < 0;
    clearTimeout(this.asking);
    if (row >= 0) this.describe(row);
    if (this.n) this.redrawOverlay();
  }

  describe(row) {
    const [name, color] = this.data.legend[this.category[row]] ?? ["", "gray"];
    const dot = this.find(".tip .dot");
    dot.style.background = dot.style.borderColor = color;
    this.find(".tip-name").textContent = name;
    this.find(".tip-row").textContent = `#${row.toLocaleString("en")}`;
    this.find(".tip-text").textContent = this.texts.get(row) ?? "";
    if (this.texts.has(row)) return;
    this.asking = setTimeout(() => shared.askers.get(this.key)?.(row), ASK_AFTER_MS);
  }

  takeText(coordinates, row, text) {
    if (coordinates !== this.data?.coordinates) return;
    if (this.texts.size > 2000) this.texts.clear();
    this.texts.set(row, text);
    if (row !== this.hovered) return;
    this.find(".tip-text").textContent = text;
    this.redrawOverlay();
  }

  // Beside the point, or above or below it where the sides are too narrow; never on it.
  placeTip(x, y) {
    const tip = this.find(".tip");
    const [width, height, gap] = [tip.offsetWidth, tip.offsetHeight, this.pointSize / 2 + 12];
    const right = x + gap + width < this.width;
    const beside = right || x - gap - width > 0;
    const left = right ? x + gap : beside ? x - gap - width : x - width / 2;
    const top = beside ? y - height / 2 : y - gap - height > 0 ? y - gap - height : y + gap;
    const within = (value, room) => Math.round(clamp(value, 8, Math.max(8, room - 8)));
    tip.style.transform = `translate(${within(left, this.width - width)}px, ${within(top, this.height - height)}px)`;
  }

  // ---- what goes out ---------------------------------------------------------------------------

  // An outline in pixels becomes one in coordinates, to a twentieth of a pixel.
  stroke(mode, outline) {
    const digits = clamp(Math.ceil(Math.log10(20 * this.scale)), 0, 12);
    const round = (value) => Number(value.toFixed(digits));
    const vertices = outline.map(([x, y]) => this.toData(x, y).map(round));
    const event = { mode, vertices, number: ++this.view.number };
    this.pending.push(event);
    this.tell("stroke", event);
    this.arrange();
    this.move();
  }

  clear() {
    if (!this.strokes().length && !this.selected) return;
    this.stroke("clear", []);
  }

  open(row) {
    if (row >= 0) this.tell("click", { row, number: ++this.view.number });
  }

  // Of two messages sent at once Streamlit can lose one: say it again until Python has answered.
  tell(name, event, patience = 3) {
    this.send(name, event);
    clearTimeout(this.telling);
    if (!patience) return;
    this.telling = setTimeout(() => {
      if (event.number > this.data.answered) this.tell(name, event, patience - 1);
    }, ANSWER_WITHIN_MS);
  }

  picture() {
    this.drawPoints(this.painter.most);
    const ratio = devicePixelRatio || 1;
    const extra = this.view.legend ? 212 : 0;
    const sheet = document.createElement("canvas");
    sheet.width = (this.width + extra) * ratio;
    sheet.height = this.height * ratio;
    const context = sheet.getContext("2d");
    context.fillStyle = this.theme.paper;
    context.fillRect(0, 0, sheet.width, sheet.height);
    context.drawImage(this.find(".points"), 0, 0);
    context.scale(ratio, ratio);
    this.drawMarks(context);
    if (extra) drawLegend(context, this.data.legend, this.view.hidden, this.width, this.theme);
    sheet.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${this.key.replace(/[^\w-]+/g, "-")}.png`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    });
  }

  free() {
    this.turn = Infinity;
    this.resized.disconnect();
    cancelAnimationFrame(this.frame);
    [this.settling, this.asking, this.telling, this.lost].forEach(clearTimeout);
    this.painter?.free();
    if (shared.maps.get(this.key) === this) shared.maps.delete(this.key);
  }
}
