"use strict";
// The page is complete without this script. It adds the search box, opens what a link leads to,
// and lets arrow keys walk the matrix.
(() => {
  const $ = (id) => document.getElementById(id);
  const tools = document.querySelector(".tools");
  const [find, by, found] = [$("find"), $("by"), $("found")];
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // The text of an entry is read once, on the first search: reading 5,000 takes a moment.
  let entries = null;
  const all = () => (entries ??= [...document.querySelectorAll("[data-find]")].map((node) => ({
    node,
    kind: node.dataset.kind,
    agencies: node.dataset.find.split(" "),
    text: plain(node.textContent),
    // A theme keeps most of its wording folded.
    rest: node.querySelector("details"),
  })));
  const openText = ({ node, rest }) =>
    plain([...node.querySelectorAll("h3, p, figure")].filter((part) => !rest.contains(part))
      .map((part) => part.textContent).join(" "));

  const names = { theme: ["theme", "themes"], recommendation: ["recommendation", "recommendations"] };
  const openedByUs = new Set();

  function apply() {
    const words = plain(find.value).split(/\s+/).filter(Boolean);
    const agency = by.value;
    const active = words.length > 0 || agency !== "";
    const counts = {};
    for (const entry of all()) {
      const hit = (!agency || entry.agencies.includes(agency)) &&
        words.every((word) => entry.text.includes(word));
      entry.node.hidden = !hit;
      const count = (counts[entry.kind] ??= [0, 0]);
      count[0] += hit;
      count[1] += 1;
    }
    foldGroups(active);
    for (const entry of all()) {
      if (!entry.rest || entry.node.hidden) continue;
      const open = (entry.open ??= openText(entry));
      unfold(entry.rest, words.some((word) => !open.includes(word)));
    }
    for (const note of document.querySelectorAll(".none")) {
      const inside = [...note.parentElement.querySelectorAll("[data-find]")];
      note.hidden = !active || inside.length === 0 || inside.some((node) => !node.hidden);
    }
    found.textContent = active
      ? Object.keys(names).filter((kind) => counts[kind]).map((kind) => {
          const [n, of] = counts[kind];
          return `${n.toLocaleString("en")} of ${of.toLocaleString("en")} ${names[kind][of === 1 ? 0 : 1]}`;
        }).join(" and ") + " match."
      : "";
    mark(words);
    const rows = all().filter((entry) => entry.kind === "recommendation" && !entry.node.hidden)
      .map((entry) => Number(entry.node.id.slice(1)));
    document.dispatchEvent(new CustomEvent("found", { detail: active ? new Set(rows) : null }));
    // What stood here may be gone: begin with the first hits, below the box.
    if (active && tools.getBoundingClientRect().top <= 0) $("themes").scrollIntoView();
  }

  // Opens what holds a hit; afterwards it is as the reader left it.
  function unfold(details, open) {
    if (open && !details.open) {
      details.open = true;
      openedByUs.add(details);
    } else if (!open && openedByUs.delete(details)) {
      details.open = false;
    }
  }

  // Groups without a hit go away, groups with one open.
  function foldGroups(active) {
    for (const group of document.querySelectorAll("details.group")) {
      const inside = [...group.querySelectorAll("[data-find]")];
      // What holds nothing to find stays as it is.
      if (inside.length === 0) continue;
      const any = inside.some((node) => !node.hidden);
      group.hidden = !any;
      unfold(group, active && any);
    }
  }

  // Paints the words found without touching the document; browsers that cannot do not.
  function mark(words) {
    if (!globalThis.Highlight) return;
    CSS.highlights.delete("hit");
    if (words.length === 0) return;
    const ranges = [];
    for (const { node } of all()) {
      if (node.hidden) continue;
      const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text; text = walker.nextNode()) {
        const lower = text.data.toLowerCase();
        if (lower.length !== text.data.length) continue;
        for (const word of words) {
          for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) {
            const range = new Range();
            range.setStart(text, at);
            range.setEnd(text, at + word.length);
            ranges.push(range);
          }
        }
      }
      if (ranges.length > 2000) break;
    }
    CSS.highlights.set("hit", new Highlight(...ranges));
  }

  function clear() {
    find.value = "";
    by.value = "";
    apply();
  }

  let waiting = 0;
  find.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 150);
  });
  by.addEventListener("change", apply);
  $("clear").addEventListener("click", () => { clear(); find.focus(); });
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      find.focus();
    } else if (event.key === "Escape" && typing) {
      clear();
    }
  });
  tools.hidden = false;

  // What comes into view for the first time takes its true height, and the target moves.
  function settle(target, frames) {
    target.scrollIntoView();
    if (frames > 0) requestAnimationFrame(() => settle(target, frames - 1));
  }

  // A link may lead into a folded group, or to what the search has put away.
  function reveal() {
    const target = location.hash.length > 1 && $(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.closest("[hidden]")) clear();
    for (let node = target; node; node = node.parentElement) {
      if (node.tagName === "DETAILS") node.open = true;
    }
    settle(target, 12);
    if (target.tabIndex === -1) target.focus({ preventScroll: true });
  }
  addEventListener("hashchange", reveal);
  // The same link again changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#"]');
    if (link && link.hash === location.hash) setTimeout(reveal);
  });
  reveal();

  // What is folded stays folded on paper, but for the themes and the matrix.
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("#themes > details:not([open]), .as-table:not([open])")];
    for (const part of unfolded) part.open = true;
  });
  addEventListener("afterprint", () => { for (const part of unfolded) part.open = false; });

  // One stop for the tab key; arrows lead to the next filled cell.
  const cells = [...document.querySelectorAll(".matrix td a")];
  cells.forEach((cell, n) => { cell.tabIndex = n === 0 ? 0 : -1; });
  document.querySelector(".matrix")?.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td a");
    const move = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!cell || !move) return;
    event.preventDefault();
    const rows = cell.closest("table").rows;
    let [y, x] = [cell.closest("tr").rowIndex + move[0], cell.closest("td").cellIndex + move[1]];
    for (; rows[y]?.cells[x]; y += move[0], x += move[1]) {
      const next = y > 0 && rows[y].cells[x].querySelector("a");
      if (!next || x === 0) continue;
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
      return;
    }
  });
})();
