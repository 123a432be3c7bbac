// From where is the map looked at? A middle and a zoom, and what they make of coordinates.

// Room around the points; the tools lie over the top.
const PADDING = { side: 34, top: 60, bottom: 30 };
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

  // Where the middle of the view is drawn, in pixels.
  get middle() {
    return [this.width / 2, (this.height + PADDING.top - PADDING.bottom) / 2];
  }

  // Pixels per unit of the coordinates.
  get scale() {
    const wide = Math.max(40, this.width - 2 * PADDING.side);
    const high = Math.max(40, this.height - PADDING.top - PADDING.bottom);
    const spread = [this.box.x1 - this.box.x0, this.box.y1 - this.box.y0].map((v) => v || 1e-9);
    const fit = Math.min(wide / spread[0], high / spread[1]);
    return Math.min(fit, wide / 1e-6) * this.view.zoom;
  }

  toPixels(x, y) {
    const [scale, [cx, cy]] = [this.scale, this.middle];
    return [cx + (x - this.view.x) * scale, cy - (y - this.view.y) * scale];
  }

  toData(px, py) {
    const [scale, [cx, cy]] = [this.scale, this.middle];
    return [this.view.x + (px - cx) / scale, this.view.y - (py - cy) / scale];
  }

  resetView() {
    const { x0, x1, y0, y1 } = this.box;
    Object.assign(this.view, { x: (x0 + x1) / 2, y: (y0 + y1) / 2, zoom: 1, fresh: false });
    this.moveTogether();
  }

  pan(dx, dy) {
    const scale = this.scale;
    this.view.x -= dx / scale;
    this.view.y += dy / scale;
    this.moveTogether();
  }

  zoomAt(px, py, factor) {
    const [x, y] = this.toData(px, py);
    this.view.zoom = clamp(this.view.zoom * factor, 0.4, MAX_ZOOM);
    const [nowX, nowY] = this.toData(px, py);
    this.view.x += x - nowX;
    this.view.y += y - nowY;
    this.moveTogether();
  }

  // Maps that are linked keep the same axes.
  moveTogether() {
    const { x, y, zoom } = this.view;
    const { linked } = this.data;
    for (const map of shared.maps.values()) {
      if (map === this || !linked || map.data.linked !== linked || !map.root.isConnected) continue;
      Object.assign(map.view, { x, y, zoom, fresh: false });
      map.move();
    }
    this.move();
  }
}
