// The spread of a column of numbers or dates: bars, and a brush that takes whole bars.

const CLICK_MS = 220;
const KEY_MS = 350;
const STILL_PX = 3;
const JUMP = 5;

class HistogramSection extends Section {
  constructor(...parts) {
    super(...parts);
    this.plot = element("div", "plot");
    this.bins = element("div", "bins", { "aria-hidden": "true" });
    this.brush = element("div", "brush");
    this.handles = ["low", "high"].map((side) => this.handle(side));
    this.brush.append(...this.handles);
    this.plot.append(this.bins, this.brush);
    this.low = element("span", "low");
    this.readout = element("span", "readout");
    this.high = element("span", "high");
    const scale = element("div", "scale");
    scale.append(this.low, this.readout, this.high);
    this.body.append(this.plot, scale, this.note);
    this.plot.onpointerdown = (event) => this.press(event);
    this.plot.onpointermove = (event) => this.move(event);
    this.plot.onpointerup = (event) => this.release(event);
    this.plot.onpointercancel = () => this.abandon();
    this.plot.onpointerleave = () => this.hover(null);
    this.plot.ondblclick = () => this.take(NOTHING);
  }

  handle(side) {
    const node = element("span", `handle ${side}`, { role: "slider", tabindex: "0" });
    node.onkeydown = (event) => this.step(event, side);
    return node;
  }

  draw(choice) {
    const { bins } = this.facet;
    this.plot.hidden = bins.length === 0;
    this.edges = bins.length ? [...bins.map((bin) => bin.low), bins.at(-1).high] : [0, 0];
    this.format = boundFormat(this.edges, this.facet.is_date);
    write(this.low, bins.length ? this.format(this.edges[0]) : "No values.");
    write(this.high, bins.length ? this.withUnit(this.format(this.edges.at(-1))) : "");
    if (!this.drag && !this.timer) this.range = choice.range;
    this.drawBars();
    this.drawBrush();
  }

  drawBars() {
    const { bins } = this.facet;
    const tallest = Math.max(1, ...bins.map((bin) => bin.total));
    while (this.bins.children.length < bins.length) this.bins.append(element("i"));
    while (this.bins.children.length > bins.length) this.bins.lastChild.remove();
    bins.forEach((bin, i) => {
      size(this.bins.children[i], "--total", bin.total / tallest);
      size(this.bins.children[i], "--inside", bin.inside / tallest);
      mark(this.bins.children[i], "data-some", bin.inside ? "" : null);
    });
  }

  drawBrush() {
    const n = this.edges.length - 1;
    const [low, high] = this.range ?? [this.edges[0], this.edges[n]];
    const [from, to] = [this.position(low), this.position(high)];
    mark(this.plot, "data-range", this.range ? "" : null);
    size(this.brush, "left", from / n);
    size(this.brush, "width", (to - from) / n);
    [...this.bins.children].forEach((bar, i) =>
      mark(bar, "data-out", this.range && (i + 1 <= from || i >= to) ? "" : null));
    this.describe(this.handles[0], "from", low, this.edges[0], high);
    this.describe(this.handles[1], "up to", high, low, this.edges[n]);
    this.tell(this.range ? this.span(low, high) : "", true);
  }

  describe(handle, word, value, least, most) {
    mark(handle, "aria-label", `${this.facet.title}, ${word}`);
    mark(handle, "aria-valuemin", least);
    mark(handle, "aria-valuemax", most);
    mark(handle, "aria-valuenow", value);
    mark(handle, "aria-valuetext", this.withUnit(this.format(value)));
  }

  tell(text, isRange) {
    write(this.readout, text);
    mark(this.readout.parentNode, "data-told", text ? (isRange ? "range" : "bar") : null);
  }

  span(low, high) {
    return this.withUnit(`${this.format(low)} – ${this.format(high)}`);
  }

  withUnit(text) {
    return this.facet.unit ? `${text} ${this.facet.unit}` : text;
  }

  // Bars are equally wide, whatever their bounds: 2.5 is the middle of the third.
  position(value) {
    const { edges } = this, last = edges.length - 1;
    if (value <= edges[0]) return 0;
    if (value >= edges[last]) return last;
    const i = edges.findIndex((edge) => edge > value) - 1;
    return i + (value - edges[i]) / (edges[i + 1] - edges[i]);
  }

  at(event) {
    const box = this.bins.getBoundingClientRect();
    const share = (event.clientX - box.left) / (box.width || 1);
    return Math.min(1, Math.max(0, share)) * (this.edges.length - 1);
  }

  press(event) {
    if (event.button) return;
    const start = this.at(event);
    const side = ["low", "high"].find((name) => event.target.classList.contains(name));
    const [from, to] = (this.range ?? []).map((value) => this.position(value));
    const kind = side ?? (this.range && start > from && start < to ? "both" : "new");
    this.drag = { kind, start, x: event.clientX, before: this.range, from, to, moved: false };
    this.plot.setPointerCapture(event.pointerId);
    if (side) event.target.focus({ preventScroll: true });
    event.preventDefault();
  }

  move(event) {
    if (!this.drag) return this.hover(event);
    if (Math.abs(event.clientX - this.drag.x) > STILL_PX) this.drag.moved = true;
    if (!this.drag.moved) return;
    this.range = this.dragged(this.at(event));
    this.drawBrush();
  }

  dragged(now) {
    const { kind, start, before, from, to } = this.drag, last = this.edges.length - 1;
    if (kind === "low" || kind === "high") return this.resized(kind, Math.round(now));
    if (kind === "both") {
      const shift = Math.min(last - to, Math.max(-from, Math.round(now - start)));
      return shift ? [from + shift, to + shift].map((p) => this.edges[Math.round(p)]) : before;
    }
    const low = Math.min(last - 1, Math.floor(Math.min(start, now)));
    return [this.edges[low], this.edges[Math.max(low + 1, Math.ceil(Math.max(start, now)))]];
  }

  resized(side, edge) {
    const { edges } = this, last = edges.length - 1;
    const [low, high] = this.range ?? [edges[0], edges[last]];
    if (side === "low") {
      return [edges[Math.max(0, Math.min(edge, Math.ceil(this.position(high)) - 1))], high];
    }
    return [low, edges[Math.min(last, Math.max(edge, Math.floor(this.position(low)) + 1))]];
  }

  release(event) {
    const drag = this.drag;
    this.drag = null;
    if (!drag) return;
    if (drag.moved) this.settle(0);
    else if (drag.kind === "new") this.pick(Math.floor(this.at(event)));
  }

  abandon() {
    if (this.drag) this.range = this.drag.before;
    this.drag = null;
    this.drawBrush();
  }

  // A click takes one bar, unless a second one follows: that clears.
  pick(i) {
    const bar = Math.min(i, this.edges.length - 2);
    this.range = [this.edges[bar], this.edges[bar + 1]];
    this.drawBrush();
    this.settle(CLICK_MS);
  }

  step(event, side) {
    const { range, edges } = this, last = edges.length - 1;
    const value = (range ?? [edges[0], edges[last]])[side === "low" ? 0 : 1];
    const here = this.position(value);
    const up = Math.floor(here) + 1, down = Math.ceil(here) - 1;
    const goal = {
      ArrowRight: up, ArrowUp: up, ArrowLeft: down, ArrowDown: down,
      PageUp: up + JUMP - 1, PageDown: down - JUMP + 1, Home: 0, End: last,
    }[event.key];
    if (event.key === "Escape" && range) this.take(NOTHING);
    if (goal === undefined) return;
    event.preventDefault();
    this.range = this.resized(side, Math.min(last, Math.max(0, goal)));
    this.drawBrush();
    this.settle(KEY_MS);
  }

  settle(wait) {
    clearTimeout(this.timer);
    this.timer = wait ? setTimeout(() => this.send(), wait) : null;
    if (!wait) this.send();
  }

  send() {
    const [low, high] = this.range;
    const all = low <= this.edges[0] && high >= this.edges.at(-1);
    const range = all ? null : [low, high];
    const before = this.memory.choiceOf(this.facet).range;
    this.timer = null;
    if (String(range) !== String(before)) this.take({ values: [], excluded: [], range });
    else this.show();
  }

  take(choice) {
    clearTimeout(this.timer);
    this.timer = null;
    super.take(choice);
  }

  hover(event) {
    if (!this.edges) return;
    if (!event) return this.drawBrush();
    const bin = this.facet.bins[Math.min(Math.floor(this.at(event)), this.edges.length - 2)];
    const count = ofTotal(bin.inside, bin.total, this.shared.filtered, brief);
    this.tell(`${this.span(bin.low, bin.high)}: ${count}`, false);
  }
}
