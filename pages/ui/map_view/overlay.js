// What lies over the points: outlines, names, the ring around the point under the pointer.

const LABEL_FONT = "600 12.5px ";

function traceOutline(context, outline) {
  context.beginPath();
  for (const [x, y] of outline) context.lineTo(x, y);
  context.closePath();
}

// `ink` and `paper` are CSS colours; outlines are in pixels.
function drawOutline(context, outline, mode, { ink }) {
  traceOutline(context, outline);
  context.save();
  context.fillStyle = context.strokeStyle = ink;
  context.globalAlpha = 0.05;
  if (mode !== "subtract") context.fill("evenodd");
  context.globalAlpha = 0.75;
  context.lineWidth = 1.25;
  context.lineJoin = "round";
  context.setLineDash(mode === "subtract" ? [2, 4] : []);
  context.stroke();
  context.restore();
}

function drawRing(context, x, y, radius, { ink, paper }) {
  for (const [color, width] of [[paper, 4], [ink, 2]]) {
    context.beginPath();
    context.arc(x, y, radius + 3, 0, 7);
    context.strokeStyle = color;
    context.lineWidth = width;
    context.stroke();
  }
}

// Names in order of importance; one that would touch an earlier one waits for a closer look.
function drawLabels(context, labels, place, { ink, paper, font }, taken, width, height) {
  context.font = LABEL_FONT + font;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const label of labels) {
    const [x, y] = place(label.x, label.y);
    label.width ??= context.measureText(label.text).width;
    const half = label.width / 2 + 7;
    const box = [x - half, y - 13, x + half, y + 13];
    if (box[0] < 0 || box[1] < 0 || box[2] > width || box[3] > height) continue;
    if (taken.some((other) => touches(box, other))) continue;
    taken.push(box);
    context.strokeStyle = paper;
    context.globalAlpha = 0.9;
    context.lineWidth = 4.5;
    context.strokeText(label.text, x, y);
    context.globalAlpha = 1;
    context.fillStyle = ink;
    context.fillText(label.text, x, y);
  }
}

function touches(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

function shorten(text, most) {
  const letters = [...text];
  return letters.length > most ? `${letters.slice(0, most - 1).join("").trimEnd()}…` : text;
}

// The legend as part of a saved picture.
function drawLegend(context, legend, hidden, left, { ink, font }) {
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.font = "13px " + font;
  legend.filter(([name]) => !hidden.has(name)).forEach(([name, color, count], i) => {
    const y = 40 + i * 26;
    context.fillStyle = color;
    context.beginPath();
    context.arc(left + 14, y, 4.5, 0, 7);
    context.fill();
    context.fillStyle = ink;
    context.fillText(`${shorten(name, 20)}  ${count.toLocaleString("en")}`, left + 27, y);
  });
}

// Any CSS colour as three numbers from 0 to 1.
function rgbOf(css) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = css;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((v) => v / 255);
}

const mixed = (a, b, share) => a.map((v, i) => v * (1 - share) + b[i] * share);
const cssOf = (rgb) => `rgb(${rgb.map((v) => Math.round(v * 255)).join(" ")})`;
