// The list of facets: made once, changed in place with every message from Python.

const LISTS = new WeakMap();
const MEMORIES = new Map();
const MOST_OPEN = 12;
const KINDS = { values: ValuesSection, histogram: HistogramSection };

// What outlives a rerun and a visit to another page: folds, searches, choices on their way.
class Memory {
  folded = new Set();
  opened = new Set();
  searches = new Map();
  waiting = [];
  number = 0;

  // Of very many columns only the first begin unfolded.
  begin(facets) {
    if (this.begun) return;
    this.begun = true;
    for (const facet of facets.slice(MOST_OPEN)) this.folded.add(facet.column);
  }

  add(column, choice) {
    this.waiting = this.waiting.filter((other) => other.column !== column);
    this.waiting.push({ number: ++this.number, column, ...choice });
  }

  settle(answered) {
    this.number = Math.max(this.number, answered);
    this.waiting = this.waiting.filter((choice) => choice.number > answered);
  }

  choiceOf(facet) {
    return this.waiting.find((choice) => choice.column === facet.column) ?? facet.choice;
  }
}

class FacetList {
  constructor(parent, memory) {
    this.memory = memory;
    this.sections = new Map();
    this.root = element("div", "facets");
    parent.append(this.root);
  }

  update(data, send) {
    this.send = send;
    this.memory.settle(data.answered);
    const facets = data.facets.map(read);
    this.memory.begin(facets);
    const kept = new Set(facets.map(nameOf));
    for (const [name, section] of this.sections) {
      if (kept.has(name)) continue;
      section.root.remove();
      this.sections.delete(name);
    }
    let before = this.root.firstChild;
    for (const facet of facets) {
      const section = this.section(facet);
      section.update(facet, { filtered: data.filtered });
      if (section.root === before) before = before.nextSibling;
      else this.root.insertBefore(section.root, before);
    }
  }

  section(facet) {
    const name = nameOf(facet);
    if (!this.sections.has(name)) {
      const choose = (column, choice) => this.choose(column, choice);
      this.sections.set(name, new KINDS[facet.kind](facet.column, this.memory, choose));
    }
    return this.sections.get(name);
  }

  // All that is not answered yet goes along: a message lost on the way loses no choice.
  choose(column, choice) {
    this.memory.add(column, choice);
    this.send(this.memory.waiting);
  }
}

const nameOf = (facet) => `${facet.kind} ${facet.column}`;

function read(facet) {
  const values = facet.values.map(([token, label, color, total, inside, state]) =>
    ({ token: token ?? JSON.stringify(label), label, color, total, inside, state }));
  const bins = facet.bins.map(([low, high, total, inside]) => ({ low, high, total, inside }));
  const tokens = (state) => values.filter((value) => value.state === state).map((value) => value.token);
  const choice = { values: tokens(1), excluded: tokens(-1), range: facet.range };
  return { ...facet, values, bins, choice };
}

export default function ({ data, parentElement, setTriggerValue }) {
  if (!MEMORIES.has(data.key)) MEMORIES.set(data.key, new Memory());
  if (!LISTS.has(parentElement)) {
    LISTS.set(parentElement, new FacetList(parentElement, MEMORIES.get(data.key)));
  }
  LISTS.get(parentElement).update(data, (waiting) => setTriggerValue("choice", waiting));
  return () => {
    LISTS.get(parentElement)?.root.remove();
    LISTS.delete(parentElement);
  };
}
