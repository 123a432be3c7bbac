// The other painter, for browsers without WebGL2: the same points as small pictures on a 2-D canvas.

class CanvasPainter {
  constructor(canvas) {
    this.context = canvas.getContext("2d");
    this.most = 100000;
  }

  place(positions) {
    this.positions = positions;
  }

  categorize(categories) {
    this.categories = categories;
  }

  paint(rgba) {
    this.rgba = rgba;
  }

  arrange(order) {
    this.order = order;
  }

  draw({ width, height, scale, offset, rim, passes }) {
    this.context.clearRect(0, 0, width, height);
    for (const pass of passes) {
      const stamps = new Map();
      const half = Math.ceil(pass.size / 2) + 1;
      for (let k = pass.start; k < pass.start + pass.count; k++) {
        const slot = this.order[k];
        const category = this.categories[slot];
        if (!this.rgba[category * 4 + 3]) continue;
        const x = ((this.positions[2 * slot] * scale[0] + offset[0] + 1) * width) / 2;
        const y = ((1 - this.positions[2 * slot + 1] * scale[1] - offset[1]) * height) / 2;
        if (x < -half || y < -half || x > width + half || y > height + half) continue;
        if (!stamps.has(category)) stamps.set(category, this.stamp(category, pass, rim, half));
        this.context.drawImage(stamps.get(category), x - half, y - half);
      }
    }
  }

  stamp(category, { size, opacity, tint, rim: border }, rim, half) {
    const stamp = document.createElement("canvas");
    stamp.width = stamp.height = 2 * half;
    const context = stamp.getContext("2d");
    const mix = (channel) =>
      (this.rgba[category * 4 + channel] / 255) * (1 - tint[3]) + tint[channel] * tint[3];
    const css = (rgb, alpha) => `rgb(${rgb.map((v) => Math.round(v * 255)).join(" ")} / ${alpha})`;
    context.fillStyle = css([0, 1, 2].map(mix), opacity);
    context.arc(half, half, size / 2 - (border ? 0.8 : 0), 0, 7);
    context.fill();
    context.strokeStyle = css(rim, border * opacity);
    context.lineWidth = 1;
    if (border) context.stroke();
    return stamp;
  }

  finish() {
    this.context.getImageData(0, 0, 1, 1);
  }

  free() {}
}
