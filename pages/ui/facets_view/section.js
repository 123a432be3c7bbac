// One facet: a heading that folds it, a link that clears it, and a body.

const CHEVRON = "m6 4 4 4-4 4";
const SVG = "http://www.w3.org/2000/svg";

class Section {
  constructor(column, memory, choose) {
    this.column = column;
    this.memory = memory;
    this.choose = choose;
    this.root = element("section", "facet");
    this.fold = element("button", "fold", { type: "button" });
    this.title = element("bdi", "title");
    this.badge = element("span", "badge");
    this.clear = element("button", "clear", { type: "button" });
    this.body = element("div", "body");
    this.note = element("p", "note");
    this.clear.textContent = "Clear";
    this.fold.append(icon(CHEVRON), this.title, this.badge);
    const heading = element("h3", "heading");
    heading.append(this.fold);
    const head = element("div", "head");
    head.append(heading, this.clear);
    this.root.append(head, this.body);
    this.fold.onclick = () => this.toggle();
    this.clear.onclick = () => this.drop();
  }

  update(facet, shared) {
    write(this.title, isBlank(facet.title) ? "Unnamed" : facet.title);
    mark(this.title, "title", facet.title);
    mark(this.clear, "aria-label", `Clear ${facet.title}`);
    mark(this.body, "aria-label", facet.title);
    write(this.note, facet.note);
    this.note.hidden = !facet.note;
    this.facet = facet;
    this.shared = shared;
    this.show();
  }

  // The reader's own choice is shown at once; Python's counts follow.
  show() {
    const choice = this.memory.choiceOf(this.facet);
    const open = !this.memory.folded.has(this.column);
    const chosen = choice.values.length + choice.excluded.length + (choice.range ? 1 : 0);
    mark(this.fold, "aria-expanded", open);
    mark(this.root, "data-chosen", chosen ? "" : null);
    write(this.badge, chosen && !open ? whole(chosen) : "");
    mark(this.badge, "aria-label", chosen && !open ? `${chosen} chosen` : null);
    this.clear.hidden = !chosen;
    this.body.hidden = !open;
    if (open) this.draw(choice);
  }

  toggle() {
    const { folded } = this.memory;
    if (!folded.delete(this.column)) folded.add(this.column);
    this.show();
  }

  drop() {
    if (!this.fold.matches(":focus")) this.fold.focus({ preventScroll: true });
    this.take({ values: [], excluded: [], range: null });
  }

  take(choice) {
    this.choose(this.column, choice);
    this.show();
  }
}

function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
