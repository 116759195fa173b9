// Search over all pages, without a server: every blank-separated word must occur in a section.
(() => {
  const query = document.getElementById("query");
  const hits = document.getElementById("hits");
  const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
  const excerpt = (text, word) => {
    const at = text.toLowerCase().indexOf(word);
    const from = Math.max(0, at - 40);
    return (from ? "…" : "") + text.slice(from, at + 80) + "…";
  };
  query.addEventListener("input", () => {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    hits.hidden = words.length === 0;
    if (!words.length) return;
    const found = (window.SEARCH || []).filter((entry) => words.every((word) => (entry.h + " " + entry.x).toLowerCase().includes(word)));
    const items = found.slice(0, 30).map((entry) =>
      `<li><a href="${escape(entry.u)}">${escape(entry.t)}${entry.h && entry.h !== entry.t ? " › " + escape(entry.h) : ""}</a> ${escape(excerpt(entry.x, words[0]))}</li>`);
    hits.innerHTML = `<p>${found.length} ${found.length === 1 ? hits.dataset.one : hits.dataset.many}</p><ul>${items.join("")}</ul>`;
  });
  query.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { query.value = ""; hits.hidden = true; }
  });
  // The interactive tables know the dark by a class.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark", dark.matches);
  dark.addEventListener("change", follow);
  follow();
  // What scrolls sideways on a narrow screen can be reached by keyboard.
  const reachable = () => document.querySelectorAll("main :is(table, .output_text)").forEach((wide) => {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  });
  addEventListener("load", reachable);
  addEventListener("resize", reachable);
})();
