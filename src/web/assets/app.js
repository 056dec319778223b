// The keyboard, dropped files, selected lines. Pages work without it.
"use strict";
(() => {
  const entries = () => [...document.querySelectorAll(".entry, .remark")].filter((entry) => entry.offsetParent);
  const isTyping = (target) => target.closest("textarea, select, [contenteditable]")
    || (target.tagName === "INPUT" && !["checkbox", "radio", "submit"].includes(target.type));

  // Moves the focus to the entry `by` steps away; from outside the list to the first that is in sight.
  function step(by) {
    const all = entries();
    if (!all.length) return;
    const at = all.findIndex((entry) => entry.contains(document.activeElement));
    const seen = all.findIndex((entry) => entry.getBoundingClientRect().bottom > 80);
    const next = at < 0 ? Math.max(seen, 0) : Math.min(Math.max(at + by, 0), all.length - 1);
    all[next].focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  }

  const current = () => document.activeElement.closest(".entry, .remark");
  // What a key of this page does: an element that carries it, in the current entry or else in the page.
  function act(key) {
    const carries = `[data-key="${key}"]`;
    const found = current()?.querySelector(carries) ?? document.querySelector(carries);
    if (!found || found.disabled) return false;
    if (found.tagName === "SELECT") {
      found.focus();
    } else {
      found.click();
      if (found.tagName === "SUMMARY") found.parentElement.querySelector("input:not([type='hidden']), select, button")?.focus();
    }
    return true;
  }
  const follow = (selector) => document.querySelector(selector)?.click();
  const keys = {
    j: () => step(1),
    k: () => step(-1),
    n: () => follow("a[rel='next']"),
    p: () => follow("a[rel='prev']"),
    x: () => current()?.querySelector("input[type='checkbox']")?.click(),
    "/": () => {
      const box = document.querySelector("#q, [data-search]");
      if (box) { box.focus(); box.select(); } else { location.href = "/"; }
    },
    "?": () => document.getElementById("keys")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target)) {
      // Without this a search box would also lose its text.
      if (event.key === "Escape") { event.preventDefault(); event.target.blur(); }
      return;
    }
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && event.target.classList.contains("entry")) {
      event.target.querySelector("a.open")?.click();
    } else if (keys[event.key]) {
      event.preventDefault();
      keys[event.key]();
    } else if (/^[1-9]$/.test(event.key)) {
      document.querySelectorAll(".top nav a")[Number(event.key) - 1]?.click();
    } else if (/^[a-z]$/.test(event.key) && act(event.key)) {
      event.preventDefault();
    }
  });
  // The list of keys has those of this page too.
  const own = new Map([...document.querySelectorAll("[data-key]")].map((found) => [found.dataset.key, found]).reverse());
  for (const [key, found] of [...own].reverse()) {
    const name = document.createElement("dt");
    name.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    const words = found.dataset.name ?? [...found.childNodes].filter((node) => node.nodeName !== "KBD").map((node) => node.textContent).join("").trim();
    document.querySelector("#keys dl")?.append(name, Object.assign(document.createElement("dd"), { textContent: words }));
  }
  // A page that leads to one of its entries puts the keyboard there.
  document.querySelector(".entry:target, .remark:target")?.focus({ preventScroll: true });
  const shown = document.getElementById("show-keys");
  if (shown) { shown.hidden = false; shown.addEventListener("click", keys["?"]); }

  // Filters of lists apply at once.
  for (const form of document.querySelectorAll("form.filters[method='get']")) {
    form.addEventListener("change", () => form.requestSubmit());
  }

  // A form that takes long says so, and is sent once.
  for (const form of document.querySelectorAll("form[data-busy]")) {
    form.addEventListener("submit", (event) => {
      const button = event.submitter ?? form.querySelector("button");
      // After the browser took the values of the form: a disabled button sends none.
      setTimeout(() => { button.disabled = true; });
      button.textContent = `${form.dataset.busy}\u2026`;
    });
  }
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Files dropped on a box go into its field.
  for (const box of document.querySelectorAll(".drop")) {
    const field = box.querySelector("input[type='file']");
    for (const kind of ["dragenter", "dragover"]) {
      box.addEventListener(kind, (event) => { event.preventDefault(); box.classList.add("over"); });
    }
    for (const kind of ["dragleave", "drop"]) box.addEventListener(kind, () => box.classList.remove("over"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length) field.files = event.dataTransfer.files;
    });
  }

  // Selected lines of a document fill in the form that adds a recommendation.
  const lines = document.querySelector(".lines");
  if (lines) {
    // An address that leads to the first line of a recommendation shows all of its lines.
    const outline = () => {
      const first = document.getElementById(location.hash.slice(1));
      for (const line of lines.querySelectorAll("[data-record]")) {
        line.classList.toggle("asked", line.dataset.record === first?.dataset.record);
      }
    };
    outline();
    addEventListener("hashchange", outline);
    const lineOf = (node) => (node?.nodeType === 1 ? node : node?.parentElement)?.closest("[data-line]");
    const [from, to] = ["from", "to"].map((id) => document.getElementById(id));
    if (from && to) document.addEventListener("selectionchange", () => {
      const selection = document.getSelection();
      if (selection.isCollapsed || !lines.contains(selection.anchorNode) || !lines.contains(selection.focusNode)) return;
      const [a, b] = [selection.anchorNode, selection.focusNode].map((node) => Number(lineOf(node)?.dataset.line));
      if (!a || !b) return;
      from.value = Math.min(a, b);
      to.value = Math.max(a, b);
    });
  }
})();
