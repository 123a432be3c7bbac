// The values of a column: one row each, a click chooses, a click on `not` or an alt-click leaves out.

const TOP = 7;
const SEARCHABLE = 12;
const NOTHING = { values: [], excluded: [], range: null };

class ValuesSection extends Section {
  constructor(...parts) {
    super(...parts);
    this.rows = new Map();
    this.search = element("input", "search", { type: "search", spellcheck: "false", autocomplete: "off" });
    this.list = element("div", "rows", { role: "group" });
    this.none = element("p", "note");
    this.more = element("button", "more", { type: "button" });
    this.body.append(this.search, this.list, this.none, this.more, this.note);
    this.search.value = this.memory.searches.get(this.column) ?? "";
    this.search.oninput = () => this.seek();
    this.search.onkeydown = (event) => this.leaveSearch(event);
    this.more.onclick = () => this.unfold();
    this.list.onclick = (event) => this.press(event);
    this.list.onkeydown = (event) => this.walk(event);
  }

  draw(choice) {
    const { values } = this.facet;
    const few = values.length <= TOP + 1;
    const opened = !few && this.memory.opened.has(this.column);
    const searchable = opened && values.length > SEARCHABLE;
    const isChosen = (value) => choice.values.includes(value.token) || choice.excluded.includes(value.token);
    const shown = values.filter((value, i) => few || opened || i < TOP || isChosen(value));
    const found = searchable && this.search.value ? shown.filter(this.matcher()) : shown;
    this.search.hidden = !searchable;
    mark(this.search, "placeholder", `Search ${whole(values.length)} values`);
    mark(this.search, "aria-label", `Search the values of ${this.facet.title}`);
    mark(this.list, "aria-label", this.facet.title);
    mark(this.list, "data-opened", opened ? "" : null);
    mark(this.list, "data-any", choice.values.length ? "" : null);
    this.none.hidden = found.length > 0;
    write(this.none, values.length ? "No value contains this." : "No values.");
    this.more.hidden = few || (!opened && shown.length === values.length);
    mark(this.more, "aria-expanded", opened);
    write(this.more, opened ? "Show fewer" : `${whole(values.length - shown.length)} more`);
    this.place(found, choice);
  }

  place(found, choice) {
    const longest = Math.max(1, ...this.facet.values.map((value) => value.total));
    const kept = new Set(found.map((value) => value.token));
    for (const [token, row] of this.rows) {
      if (kept.has(token)) continue;
      row.root.remove();
      this.rows.delete(token);
    }
    let before = this.list.firstChild;
    for (const value of found) {
      const row = this.row(value.token);
      row.update(value, stateOf(value.token, choice), longest, this.shared.filtered);
      if (row.root === before) before = before.nextSibling;
      else this.list.insertBefore(row.root, before);
    }
    this.rove();
  }

  row(token) {
    if (!this.rows.has(token)) this.rows.set(token, new Row(token));
    return this.rows.get(token);
  }

  press(event) {
    const button = event.target.closest(".row");
    if (!button) return;
    const choice = this.memory.choiceOf(this.facet);
    const asked = event.altKey || event.target.matches(".leave") ? "excluded" : "chosen";
    const before = stateOf(button.token, choice);
    const stateNow = (token) =>
      token === button.token ? (before === asked ? null : asked) : stateOf(token, choice);
    const tokens = this.facet.values.map((value) => value.token);
    const having = (state) => tokens.filter((token) => stateNow(token) === state);
    this.rove(button);
    this.take({ values: having("chosen"), excluded: having("excluded"), range: null });
  }

  unfold() {
    const { opened } = this.memory;
    if (!opened.delete(this.column)) opened.add(this.column);
    this.show();
    if (!this.search.hidden) this.search.focus();
    else this.root.scrollIntoView({ block: "nearest" });
  }

  matcher() {
    const wanted = plain(this.search.value);
    return (value) => plain(value.label).includes(wanted);
  }

  seek() {
    this.memory.searches.set(this.column, this.search.value);
    this.show();
  }

  leaveSearch(event) {
    if (event.key === "Escape" && this.search.value) {
      event.preventDefault();
      this.search.value = "";
      this.seek();
    }
    if (event.key === "ArrowDown") {
      event.preventDefault();
      this.list.firstChild?.focus();
    }
  }

  walk(event) {
    if (event.altKey && event.key === "Enter") {
      event.preventDefault();
      this.press(event);
      return;
    }
    const row = event.target.closest(".row");
    const goal = {
      ArrowDown: row?.nextSibling,
      ArrowUp: row?.previousSibling,
      Home: this.list.firstChild,
      End: this.list.lastChild,
    }[event.key];
    if (!row || !(event.key.startsWith("Arrow") || goal) || /Left|Right/.test(event.key)) return;
    event.preventDefault();
    if (goal) this.rove(goal);
    goal?.focus();
  }

  // One stop per facet for the tab key; the arrow keys walk its rows.
  rove(to) {
    const rows = [...this.list.children];
    const stop = to ?? rows.find((row) => row.tabIndex === 0) ?? rows[0];
    for (const row of rows) mark(row, "tabindex", row === stop ? 0 : -1);
  }
}

class Row {
  constructor(token) {
    this.root = element("button", "row", { type: "button", tabindex: -1, "aria-keyshortcuts": "Alt+Enter" });
    this.root.token = token;
    this.sign = element("span", "sign", { "aria-hidden": "true" });
    this.label = element("bdi", "label");
    this.inside = element("span", "inside");
    this.total = element("span", "total");
    this.bar = element("span", "bar", { "aria-hidden": "true" });
    const count = element("span", "count");
    this.leave = element("span", "leave", { "aria-hidden": "true", title: "Leave out (Alt-click)" });
    count.append(this.leave, this.inside, this.total);
    this.root.append(this.sign, this.label, count, this.bar);
  }

  update(value, state, longest, filtered) {
    const stamp = [value.label, value.color, value.total, value.inside, state, longest, filtered].join("\0");
    if (stamp === this.stamp) return;
    this.stamp = stamp;
    const label = isBlank(value.label) ? "(blank)" : value.label;
    const records = `${ofTotal(value.inside, value.total, filtered, whole)} records`;
    const spoken = { chosen: ", chosen", excluded: ", left out" }[state] ?? "";
    write(this.label, label);
    write(this.sign, { chosen: "✓", excluded: "not" }[state] ?? "");
    write(this.leave, state === "excluded" ? "" : "not");
    write(this.inside, filtered ? brief(value.inside) : "");
    write(this.total, filtered ? ` of ${brief(value.total)}` : brief(value.total));
    mark(this.label, "data-blank", label === value.label ? null : "");
    mark(this.root, "data-state", state);
    mark(this.root, "data-empty", value.inside ? null : "");
    mark(this.root, "aria-pressed", { chosen: "true", excluded: "mixed" }[state] ?? "false");
    mark(this.root, "aria-label", `${label}: ${records}${spoken}`);
    mark(this.root, "title", `${label}\n${records}`);
    size(this.bar, "--total", value.total / longest);
    size(this.bar, "--inside", value.inside / longest);
    if (CSS.supports("color", value.color)) this.bar.style.setProperty("--tone", value.color);
    else this.bar.style.removeProperty("--tone");
  }
}

const plain = (text) => text.normalize("NFKC").toLowerCase();

function stateOf(token, choice) {
  if (choice.values.includes(token)) return "chosen";
  return choice.excluded.includes(token) ? "excluded" : null;
}
