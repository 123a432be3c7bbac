// How are counts, bounds and labels written? Dataset text meets the page only in `write`.

const WHOLE = new Intl.NumberFormat("en");
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const DAY = 86400;

const whole = (n) => WHOLE.format(n);
const brief = (n) => (n < 100000 ? WHOLE.format(n) : SHORT.format(n));
const ofTotal = (inside, total, filtered, format) =>
  filtered ? `${format(inside)} of ${format(total)}` : format(total);

function element(tag, name, attributes = {}) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

// Touch the page only where something changed: focus, selection and layout stay as they are.
function write(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function mark(node, name, value) {
  if (value === null || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, String(value));
  }
}

function size(node, name, share) {
  const value = `${+(100 * share).toFixed(2)}%`;
  if (node.style.getPropertyValue(name) !== value) node.style.setProperty(name, value);
}

// A label nobody could see still needs something to click on.
const isBlank = (label) => /^[\s\p{C}\p{Z}\u115f\u1160\u2800\u3164]*$/u.test(label);

// The shortest way of writing a histogram's bounds in which no two neighbours look alike.
function boundFormat(edges, isDate) {
  const step = Math.min(...edges.slice(1).map((edge, i) => edge - edges[i]).filter((gap) => gap > 0));
  return isDate ? dateFormat(step) : numberFormat(edges, step);
}

function numberFormat(edges, step) {
  if (Math.max(...edges.map(Math.abs)) >= 1e6) return (value) => SHORT.format(value);
  const close = (digits) => edges.every((edge) => Math.abs(edge - +edge.toFixed(digits)) <= step / 50);
  const digits = [0, 1, 2, 3, 4, 5, 6].find(close);
  if (digits === undefined) return (value) => String(+value.toPrecision(3));
  const plain = new Intl.NumberFormat("en", { maximumFractionDigits: digits });
  return (value) => plain.format(+value.toFixed(6) || 0);
}

function dateFormat(step) {
  return (seconds) => {
    const date = new Date(seconds * 1000);
    if (isNaN(date)) return String(seconds);
    const [day, time] = date.toISOString().split("T");
    return step < DAY ? `${day} ${time.slice(0, 5)}` : day;
  };
}
