// Mouse, touch and keyboard, turned into what they mean for a map.

const CLICK_REACH = 4;
const MAX_VERTICES = 200;
const STEP = 60;

const modeOf = (event) => (event.altKey ? "subtract" : event.shiftKey ? "add" : "replace");

function listen(map) {
  const fingers = new Map();
  let drag = null;
  let clickable = false;

  const spot = (event) => {
    const box = map.stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  map.overlay.onpointerdown = (event) => {
    if (event.button === 2) return;
    event.preventDefault();
    map.stage.focus({ preventScroll: true });
    map.overlay.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, spot(event));
    drag = fingers.size > 1 ? { kind: "pinch" } : startDrag(map, event, spot(event));
    map.hover(-1);
  };

  map.overlay.onpointermove = (event) => {
    const here = spot(event);
    if (!drag) return map.hover(map.rowAt(...here));
    const before = fingers.get(event.pointerId);
    if (!before) return;
    fingers.set(event.pointerId, here);
    if (drag.kind === "pinch") return pinch(map, before, here, fingers, event.pointerId);
    drag.moved ||= Math.hypot(here[0] - drag.from[0], here[1] - drag.from[1]) > CLICK_REACH;
    if (drag.moved) continueDrag(map, drag, before, here);
  };

  map.overlay.onpointerup = (event) => {
    fingers.delete(event.pointerId);
    if (drag && drag.kind !== "pinch") endDrag(map, drag);
    clickable = Boolean(drag) && event.button === 0 && drag.kind !== "pinch" && !drag.moved;
    drag = null;
  };

  map.overlay.onpointercancel = (event) => {
    fingers.delete(event.pointerId);
    drag = map.shape = null;
    map.root.removeAttribute("data-moving");
    map.redrawOverlay();
  };

  map.overlay.onpointerleave = () => drag || map.hover(-1);
  map.overlay.onclick = (event) => {
    if (clickable && event.detail === 1) map.open(map.rowAt(...spot(event)));
  };
  map.overlay.ondblclick = () => map.resetView();
  map.stage.onblur = () => map.hover(-1);
  map.stage.onkeydown = (event) => pressKey(map, event);
  map.stage.onwheel = (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 24 : 1;
    map.hover(-1);
    map.zoomAt(...spot(event), Math.exp(-clamp(event.deltaY * lines, -240, 240) * 0.0022));
  };
  listenToButtons(map);
}

// Shift and Alt draw with any tool; the middle button always moves the map.
function startDrag(map, event, from) {
  const draws = event.button === 0 && (map.view.tool !== "pan" || event.shiftKey || event.altKey);
  const kind = !draws ? "pan" : map.view.tool === "box" ? "box" : "lasso";
  return { kind, from, mode: modeOf(event), outline: [from], moved: false };
}

function continueDrag(map, drag, before, here) {
  if (drag.kind === "pan") {
    map.root.setAttribute("data-moving", "");
    return map.pan(here[0] - before[0], here[1] - before[1]);
  }
  if (drag.kind === "box") {
    const [ax, ay] = drag.from;
    drag.outline = [[ax, ay], [here[0], ay], here, [ax, here[1]]];
  } else {
    drag.outline.push(here);
  }
  map.shape = drag;
  map.redrawOverlay();
}

function endDrag(map, drag) {
  map.root.removeAttribute("data-moving");
  map.shape = null;
  map.redrawOverlay();
  if (!drag.moved || drag.kind === "pan") return;
  const outline = drag.kind === "box" ? drag.outline : simplify(drag.outline, MAX_VERTICES);
  if (outline.length > 2) map.stroke(drag.mode, outline);
}

function pinch(map, before, here, fingers, moved) {
  const [, still] = [...fingers].find(([id]) => id !== moved);
  const spread = (point) => Math.hypot(point[0] - still[0], point[1] - still[1]) || 1;
  map.pan((here[0] - before[0]) / 2, (here[1] - before[1]) / 2);
  map.zoomAt((here[0] + still[0]) / 2, (here[1] + still[1]) / 2, spread(here) / spread(before));
}

function pressKey(map, event) {
  if (event.target !== map.stage || event.ctrlKey || event.metaKey) return;
  const [width, height] = [map.width, map.height];
  const middle = map.middle;
  const mode = modeOf(event);
  const keys = {
    ArrowLeft: () => map.pan(STEP, 0),
    ArrowRight: () => map.pan(-STEP, 0),
    ArrowUp: () => map.pan(0, STEP),
    ArrowDown: () => map.pan(0, -STEP),
    "+": () => map.zoomAt(...middle, 1.3),
    "=": () => map.zoomAt(...middle, 1.3),
    "-": () => map.zoomAt(...middle, 1 / 1.3),
    0: () => map.resetView(),
    Escape: () => map.clear(),
    Enter: () => map.open(map.rowAt(...middle, 60)),
    s: () => map.stroke(mode, [[0, 0], [width, 0], [width, height], [0, height]]),
    h: () => chooseTool(map, "pan"),
    l: () => chooseTool(map, "lasso"),
    b: () => chooseTool(map, "box"),
  };
  const act = keys[event.key.length > 1 ? event.key : event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation(); // the page has keys of its own
  act();
  if (/^Arrow|^[+=0-]$/.test(event.key)) pointAtMiddle(map, middle);
}

// Without a mouse, the middle of the map is the pointer.
function pointAtMiddle(map, middle) {
  map.hover(map.rowAt(...middle, 60));
  const name = map.hovered < 0 ? "" : map.find(".tip-name").textContent;
  map.find(".live").textContent = name && `${name}, row ${map.hovered}. Enter opens it.`;
}

function chooseTool(map, tool) {
  map.view.tool = tool;
  showTools(map);
}

function showTools(map) {
  map.root.toggleAttribute("data-drawing", map.view.tool !== "pan");
  for (const button of map.root.querySelectorAll("[data-tool]")) {
    button.setAttribute("aria-pressed", String(button.dataset.tool === map.view.tool));
  }
  map.find('[data-act="legend"]').setAttribute("aria-pressed", String(map.view.legend));
}

function listenToButtons(map) {
  const acts = {
    clear: () => map.clear(),
    reset: () => map.resetView(),
    picture: () => map.picture(),
    legend: () => {
      map.view.legend = !map.view.legend;
      map.takeLegend();
      showTools(map);
    },
  };
  map.find(".toolbar").onclick = (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.tool) chooseTool(map, button.dataset.tool);
    acts[button?.dataset.act]?.();
  };
  const legend = map.find(".legend");
  legend.onclick = (event) => toggleCategory(map, event.target.closest("button")?.dataset.name);
  legend.ondblclick = (event) => showOnly(map, event.target.closest("button")?.dataset.name);
}

function toggleCategory(map, name) {
  if (name === undefined) return;
  if (!map.view.hidden.delete(name)) map.view.hidden.add(name);
  map.takeLegend();
  map.move();
}

// A double click shows one category alone, and a second one all of them again.
function showOnly(map, name) {
  if (name === undefined) return;
  const others = map.data.legend.map((entry) => entry[0]).filter((other) => other !== name);
  const alone = others.every((other) => map.view.hidden.has(other));
  map.view.hidden = new Set(alone ? [] : others);
  map.takeLegend();
  map.move();
}
