// How is the map drawn? Points by a painter, names and outlines over them, never twice a frame.

const SETTLE_MS = 160;
const FRAME_MS = 33;
const FIRST_MS = 16; // the page around the map has new numbers to draw as well
const MIN_BUDGET = 15000;
const MIN_SHARE = 0.04;
const FIRST_BUDGET = 150000;

class Picture extends Camera {
  constructor(root) {
    super(root);
    this.overlay = this.find(".overlay");
    this.hovered = -1;
    this.budget = FIRST_BUDGET; // points a frame may have while the map moves
    this.resized = new ResizeObserver(() => this.redraw());
    this.resized.observe(this.stage);
  }

  readTheme() {
    const style = getComputedStyle(this.root);
    const [ink, paper] = ["color", "backgroundColor"].map((name) => rgbOf(style[name]));
    this.ink = ink;
    this.paper = paper;
    this.theme = { ink: cssOf(ink), paper: cssOf(paper), font: style.fontFamily };
  }

  // The picture changes: draw as many points as this machine manages in a blink, then all of them.
  // The shuffle makes every prefix a fair sample, so the first frame already tells the truth.
  move() {
    this.moving = true;
    this.settle();
    this.redraw();
  }

  // All points once the map rests; while Python works on a stroke, it has the processor first.
  settle(patience = 10) {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (this.pending.length && patience) return this.settle(patience - 1);
      this.moving = false;
      this.lastFrame = undefined;
      this.redraw();
    }, SETTLE_MS);
  }

  // How many points the coming frame may have, learned from how long the frames before it took.
  pace() {
    if (!this.moving) return Infinity;
    const now = performance.now();
    const took = now - (this.lastFrame ?? now - FRAME_MS);
    this.lastFrame = now;
    if (took > 1.5 * FRAME_MS) this.budget = Math.min(this.budget, this.n) / 1.5;
    if (took < 0.75 * FRAME_MS) this.budget *= 1.3;
    this.budget = clamp(this.budget, Math.max(MIN_BUDGET, MIN_SHARE * this.n), 1e9);
    return this.budget;
  }

  startPainter(webgl) {
    const canvas = this.find(".points");
    try {
      if (!webgl) throw new Error("a plain canvas was asked for");
      this.painter = new WebglPainter(canvas);
      canvas.addEventListener("webglcontextlost", (event) => this.contextLost(event));
      canvas.addEventListener("webglcontextrestored", () => this.repaintWith(canvas, WebglPainter));
    } catch {
      this.replacePainter();
    }
    this.root.dataset.painter = this.painter instanceof WebglPainter ? "webgl" : "canvas";
  }

  contextLost(event) {
    event.preventDefault();
    this.lost = setTimeout(() => this.replacePainter(), 2000);
  }

  // A canvas that has spoken WebGL never speaks 2-D: take a new one.
  replacePainter() {
    const canvas = this.find(".points").cloneNode();
    this.find(".points").replaceWith(canvas);
    this.repaintWith(canvas, CanvasPainter);
    this.root.dataset.painter = "canvas";
  }

  repaintWith(canvas, Painter) {
    clearTimeout(this.lost);
    this.painter = new Painter(canvas);
    if (!this.n) return;
    this.painter.place(this.normalized());
    this.painter.categorize(this.category.map((_, slot) => this.category[this.rows[slot]]));
    this.painter.paint(this.palette);
    this.arrange();
    this.redraw();
  }

  redraw() {
    this.stale = true;
    this.redrawOverlay();
  }

  redrawOverlay() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      if (this.root.dataset.state !== "ready" || !this.stage.clientWidth) return;
      if (this.stale) this.drawPoints();
      this.drawOverlay();
    });
  }

  fitCanvas(canvas) {
    const ratio = devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    return ratio;
  }

  get pointSize() {
    const crowd = Math.max(1, this.n / 10000) ** -0.06;
    const size = clamp(26 * Math.max(1, this.n) ** -0.2 * crowd, 1.3, 9);
    return size * clamp(this.view.zoom, 0.7, 30) ** 0.3;
  }

  drawPoints(limit = Math.min(this.painter.most, this.pace())) {
    this.stale = false;
    const canvas = this.find(".points");
    const ratio = this.fitCanvas(canvas);
    const [sx, sy] = [(2 * this.scale) / this.width, (2 * this.scale) / this.height];
    const [left, up] = [this.middle[0] / this.width, this.middle[1] / this.height];
    const share = Math.min(1, limit / Math.max(1, this.n));
    this.painter.draw({
      width: canvas.width,
      height: canvas.height,
      scale: [sx * this.reach, sy * this.reach],
      offset: [
        (this.center[0] - this.view.x) * sx + 2 * left - 1,
        (this.center[1] - this.view.y) * sy + 1 - 2 * up,
      ],
      rim: this.paper,
      passes: this.passes(share, ratio),
    });
    if (!this.timed) this.timeFrame(share);
    this.drawn = this.layers.reduce((sum, layer) => sum + Math.ceil(layer.count * share), 0);
    this.root.dataset.drawn = this.drawn;
    this.tellDecimation();
  }

  // The first frame alone is waited for, to know what this machine can do.
  timeFrame(share) {
    const start = performance.now();
    this.painter.finish();
    this.budget = (FIRST_MS * share * this.n) / Math.max(1, performance.now() - start);
    this.timed = true;
  }

  passes(share, ratio) {
    const size = this.pointSize * ratio;
    const crowded = 0.2 * Math.log10(this.n || 1);
    const full = clamp(1.5 - crowded + 0.09 * Math.log2(this.view.zoom), 0.3, 0.95);
    const rim = size / ratio < 5 ? 0 : 0.8;
    const rimmed = (pixels) => (rim ? pixels + 2 * ratio : pixels);
    const styles = [
      { size: size * 0.8, opacity: full * full * 0.3, tint: [...mixed(this.paper, this.ink, 0.45), 1], rim: 0 },
      { size: size * 0.9, opacity: full * 0.38, tint: [...mixed(this.paper, this.ink, 0.3), 0.6], rim: 0 },
      this.emphasis
        ? { size: rimmed(size * 1.2), opacity: Math.min(1, full + 0.25), tint: [0, 0, 0, 0], rim }
        : { size: rimmed(size), opacity: full, tint: [0, 0, 0, 0], rim },
    ];
    return this.layers
      .map(({ start, count }, i) => ({ start, count: Math.ceil(count * share), ...styles[i] }))
      .filter((pass) => pass.count);
  }

  tellDecimation() {
    const note = this.find(".note");
    const left = this.painter.most < this.n;
    const numbers = [this.drawn, this.n].map((v) => v.toLocaleString("en"));
    note.hidden = !left && this.n > 0;
    note.textContent = left
      ? `WebGL is not available: drawing ${numbers[0]} of ${numbers[1]} points`
      : this.n ? "" : "There are no points to show";
  }

  drawOverlay() {
    const ratio = this.fitCanvas(this.overlay);
    const context = this.overlay.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.drawMarks(context);
    if (this.shape) drawOutline(context, this.shape.outline, this.shape.mode, this.theme);
    if (this.hovered < 0) return;
    const [x, y] = this.toPixels(this.x[this.hovered], this.y[this.hovered]);
    drawRing(context, x, y, this.pointSize / 2, this.theme);
    this.placeTip(x, y);
  }

  drawMarks(context) {
    const place = (x, y) => this.toPixels(x, y);
    for (const { mode, vertices } of this.strokes()) {
      drawOutline(context, vertices.map((v) => place(...v)), mode, this.theme);
    }
    const toolbar = this.find(".toolbar").getBoundingClientRect();
    const stage = this.stage.getBoundingClientRect();
    const taken = [[toolbar.left - stage.left, 0, this.width, toolbar.bottom - stage.top + 4]];
    drawLabels(context, this.labels, place, this.theme, taken, this.width, this.height);
  }
}
