"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;

  // The theme: as the system has it, light, dark. Storage may be refused to files.
  const themes = ["auto", "light", "dark"];
  const stored = () => { try { return localStorage.getItem("palisade-theme"); } catch { return null; } };
  let theme = themes.includes(stored()) ? stored() : "auto";
  const dress = () => {
    if (theme === "auto") delete root.dataset.theme; else root.dataset.theme = theme;
    $("theme").textContent = "Theme: " + theme;
  };
  $("theme").hidden = false;
  $("theme").addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try { localStorage.setItem("palisade-theme", theme); } catch { /* it holds for this view */ }
    dress();
  });
  dress();

  // A link to a finding or a rule opens it.
  const reveal = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id && $(id);
    if (!target) return;
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
    const own = target.querySelector(":scope > details");
    if (own) own.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Paper has no folds.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    folded.forEach((d) => { d.open = true; });
  });
  addEventListener("afterprint", () => { folded.forEach((d) => { d.open = false; }); folded = []; });

  const filter = $("filter");
  if (!filter) return;
  filter.hidden = false;
  const groups = [...document.querySelectorAll(".group")].map((section) => ({
    section,
    entry: document.querySelector(`.contents [data-group="${section.id}"]`),
    head: section.querySelector("h3").textContent.toLowerCase(),
    cards: [...section.querySelectorAll(".finding")].map((card) => ({ card, text: null })),
  }));
  const total = groups.reduce((n, g) => n + g.cards.length, 0);
  const boxes = [...filter.querySelectorAll('[name="severity"]')];
  const text = (c) => (c.text ??= (c.card.textContent).toLowerCase());

  const apply = () => {
    const words = $("words").value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set(boxes.filter((b) => b.checked).map((b) => b.value));
    const rule = $("rule").value;
    const group = $("group").value;
    let shown = 0;
    for (const g of groups) {
      let any = false;
      for (const c of g.cards) {
        const fits = (!group || g.section.id === group)
          && severities.has(c.card.dataset.severity)
          && (!rule || c.card.dataset.rule === rule)
          && words.every((w) => g.head.includes(w) || text(c).includes(w));
        c.card.hidden = !fits;
        any ||= fits;
        shown += fits;
      }
      g.section.hidden = !any;
      if (g.entry) g.entry.hidden = !any;
    }
    $("none").hidden = shown > 0;
    $("shown").textContent = shown === total
      ? `${total} finding${total === 1 ? "" : "s"}`
      : `${shown} of ${total} findings`;
  };
  let waiting = 0;
  $("words").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 120); });
  for (const control of [...boxes, $("rule"), $("group")]) control.addEventListener("change", apply);
  $("clear").addEventListener("click", () => {
    $("words").value = "";
    $("rule").value = "";
    $("group").value = "";
    boxes.forEach((b) => { b.checked = true; });
    apply();
    $("words").focus();
  });
  $("unfold").addEventListener("click", () => {
    const cards = [...document.querySelectorAll(".finding:not([hidden]) > details")];
    const open = cards.some((d) => !d.open);
    cards.forEach((d) => { d.open = open; });
    $("unfold").textContent = open ? "Close all" : "Open all";
  });
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      $("words").focus();
    }
  });
  // A browser may have kept what stood in the controls.
  apply();
})();
