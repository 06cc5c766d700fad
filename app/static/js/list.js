// Choosing a row with ↓ ↑ (digits: digits.js), → opens its household, Esc goes back to the box the list came from.
const rowsOf = (list) => [...list.querySelectorAll("[data-row]")];

let asked = null;
let wantsFirst = false;

function listOf(box) {
  return document.getElementById(box.getAttribute("aria-controls"))?.querySelector("[data-list]") ?? null;
}

function enterList(box) {
  const first = listOf(box)?.querySelector("[data-row]");
  first?.focus();
  return Boolean(first);
}

function inBox(event, box) {
  if (event.key === "ArrowDown" && enterList(box)) event.preventDefault();
  if (event.key !== "Enter" || event.ctrlKey) return;
  // The list already answers this text: Enter goes into it. Otherwise it searches at once and goes there then.
  if (box.dataset.settled === box.value && enterList(box)) event.preventDefault();
  else wantsFirst = true;
}

function inList(event, list) {
  const rows = rowsOf(list);
  const here = rows.indexOf(document.activeElement);
  const moves = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 };
  if (event.key in moves && here >= 0) {
    event.preventDefault();
    if (event.key === "ArrowUp" && here === 0) sourceOf(list)?.focus();
    else rows[moves[event.key]]?.focus();
  } else if (event.key === "ArrowRight") {
    document.activeElement.closest("tr")?.querySelector("[data-row-open]")?.click();
  } else if (event.key === "Escape") {
    sourceOf(list)?.focus();
  }
}

function sourceOf(list) {
  return [...document.querySelectorAll("[data-list-source]")].find((box) => listOf(box) === list) ?? null;
}

function onKey(event) {
  if (event.defaultPrevented || event.altKey || !(event.target instanceof Element)) return;
  if (event.target.matches("[data-list-source]")) inBox(event, event.target);
  else if (event.target.closest("[data-list]") && !event.target.matches("input:not([type=checkbox]), select, textarea")) inList(event, event.target.closest("[data-list]"));
}

export function startList() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("htmx:beforeRequest", (event) => {
    const box = event.detail.elt.querySelector?.("[data-list-source]");
    if (box) asked = { box, text: box.value };
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!asked || event.detail.target?.id !== asked.box.getAttribute("aria-controls")) return;
    asked.box.dataset.settled = asked.text;
    if (wantsFirst && document.activeElement === asked.box) enterList(asked.box);
    wantsFirst = false;
  });
}
