// Entering data by the keyboard alone: Enter goes to the next field (Shift+Enter back), from a search box it searches;
// Ctrl+↓ repeats the field above, Ctrl+Delete empties the row.
import { fire, isUsable, primary } from "./page.js";
import { enterSends } from "./preferences.js";

const FIELDS = "input:not([type=hidden], [type=submit], [type=button], [readonly]), select, textarea";

function stops(grid) {
  const seen = new Set();
  return [...grid.querySelectorAll(FIELDS)].filter((field) => {
    if (!isUsable(field) || field.disabled) return false;
    if (field.type !== "radio") return true;
    // One stop for a group of radios: the chosen one, else the first.
    const chosen = grid.querySelector(`input[type=radio][name="${CSS.escape(field.name)}"]:checked`);
    if (seen.has(field.name) || (chosen && chosen !== field)) return false;
    seen.add(field.name);
    return true;
  });
}

function step(grid, field, back) {
  const all = stops(grid);
  const here = all.findIndex((item) => item === field || (item.type === "radio" && item.name === field.name));
  const next = all[here + (back ? -1 : 1)];
  if (next) {
    next.focus();
    if (next.matches("input[type=text]")) next.select();
  } else if (!back) {
    primary()?.focus();
  }
}

// Enter sends for those who want it so: by the screen's own way on where that belongs to the form.
function send(form) {
  const on = primary();
  if (on?.form === form) on.click();
  else form?.requestSubmit();
}

function repeatAbove(field) {
  const cell = field.closest("td, th");
  const above = cell?.parentElement.previousElementSibling?.cells[cell.cellIndex]?.querySelector(FIELDS);
  if (!above) return false;
  if (field.type === "checkbox") field.checked = above.checked;
  else field.value = above.value;
  fire(field, "input", "change");
  return true;
}

// Who is in the case already is only left out; what was typed is taken away.
function emptyRow(field) {
  const row = field.closest(".grid tbody tr");
  if (!row) return false;
  const known = row.querySelector("input[type=hidden][name^=person-]")?.value;
  for (const own of row.querySelectorAll(FIELDS)) {
    if (own.type === "checkbox") own.checked = false;
    else if (!known && own.type !== "radio") own.value = own.matches("select") ? (own.options[0]?.value ?? "") : "";
  }
  fire(field, "input", "change");
  return true;
}

function onKey(event) {
  const field = event.target;
  const grid = field.closest?.("[data-grid]");
  if (event.defaultPrevented || !grid || !field.matches(FIELDS)) return;
  if (event.key === "ArrowDown" && event.ctrlKey) {
    if (repeatAbove(field)) event.preventDefault();
  } else if (event.key === "Delete" && event.ctrlKey) {
    if (emptyRow(field)) event.preventDefault();
  } else if (event.key === "Enter" && !event.ctrlKey && !event.altKey && !field.matches("textarea")) {
    event.preventDefault();
    const search = field.type === "search" && field.closest(".row")?.querySelector("button");
    if (search) search.click();
    else if (enterSends() && !event.shiftKey) send(field.form);
    else step(grid, field, event.shiftKey);
  }
}

export function startGrid() {
  document.addEventListener("keydown", onKey);
}
