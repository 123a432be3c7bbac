// From where is the map looked at? A middle and a zoom, and what they make of coordinates.

const PADDING = 34;
const MAX_ZOOM = 5000;

class Camera {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.stage = this.find(".stage");
    this.box = boundsOf([], []);
  }

  get width() {
    return Math.max(1, this.stage.clientWidth);
  }

  get height() {
    return Math.max(1, this.stage.clientHeight);
  }

  // Pixels per unit of the coordinates.
  get scale() {
    const room = (pixels) => Math.max(40, pixels - 2 * PADDING);
    const spread = [this.box.x1 - this.box.x0, this.box.y1 - this.box.y0].map((v) => v || 1e-9);
    const fit = Math.min(room(this.width) / spread[0], room(this.height) / spread[1]);
    return Math.min(fit, room(this.width) / 1e-6) * this.view.zoom;
  }

  toPixels(x, y) {
    const scale = this.scale;
    return [this.width / 2 + (x - this.view.x) * scale, this.height / 2 - (y - this.view.y) * scale];
  }

  toData(px, py) {
    const scale = this.scale;
    return [this.view.x + (px - this.width / 2) / scale, this.view.y - (py - this.height / 2) / scale];
  }

  resetView() {
    const { x0, x1, y0, y1 } = this.box;
    Object.assign(this.view, { x: (x0 + x1) / 2, y: (y0 + y1) / 2, zoom: 1, fresh: false });
    this.move();
  }

  pan(dx, dy) {
    const scale = this.scale;
    this.view.x -= dx / scale;
    this.view.y += dy / scale;
    this.move();
  }

  zoomAt(px, py, factor) {
    const [x, y] = this.toData(px, py);
    this.view.zoom = clamp(this.view.zoom * factor, 0.4, MAX_ZOOM);
    const [nowX, nowY] = this.toData(px, py);
    this.view.x += x - nowX;
    this.view.y += y - nowY;
    this.move();
  }
}
