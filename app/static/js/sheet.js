// The sheet of the rule desk: cells chosen by arrows, edited by Enter or F2, blocks copied from and to a spreadsheet.
// What was typed goes to the server at once, one act after the other; what comes back replaces every cell that is not open.
import { announce } from "./announce.js";
import { post } from "./page.js";
import { copyText, readBlock } from "./tsv.js";
import { openEditor } from "./sheet_editors.js";

let anchor = null; // the other corner of the chosen range
let open = null; // {cell, editor}
let queue = Promise.resolve();
let newRows = 0;

const sheet = () => document.getElementById("sheet");
const rows = () => [...document.querySelectorAll("#sheet-rows > tr[data-line]")];
const cellsOf = (row) => [...row.querySelectorAll("td[data-cell]")];
const canEdit = (cell) => sheet()?.hasAttribute("data-sheet-edits") && !cell.parentElement.hasAttribute("data-locked");
export const textOf = (cell) => cell.dataset.text ?? cell.querySelector(".sheet-text")?.innerText ?? "";

function place(cell) {
  const all = rows();
  const row = all.indexOf(cell.parentElement);
  return { row, column: cellsOf(cell.parentElement).indexOf(cell) };
}

const at = (row, column) => cellsOf(rows()[row] ?? document.createElement("tr"))[column] ?? null;

function range(cell) {
  const here = place(cell);
  const there = anchor?.isConnected ? place(anchor) : here;
  const picked = [];
  for (let row = Math.min(here.row, there.row); row <= Math.max(here.row, there.row); row += 1) {
    const line = [];
    for (let column = Math.min(here.column, there.column); column <= Math.max(here.column, there.column); column += 1) line.push(at(row, column));
    picked.push(line);
  }
  return picked;
}

function mark(cell) {
  for (const old of document.querySelectorAll("#sheet-rows td[data-chosen]")) old.removeAttribute("data-chosen");
  const picked = range(cell).flat();
  if (picked.length > 1) for (const one of picked) one.setAttribute("data-chosen", "");
}

function go(cell, extend = false) {
  if (!cell) return;
  if (!extend) anchor = cell;
  for (const old of document.querySelectorAll("#sheet-rows td[tabindex='0']")) old.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  mark(cell);
  forRow(cell);
}

// The buttons that act on the chosen rows know which they are.
function forRow(cell) {
  const lines = [...new Set(range(cell).map((line) => line[0].parentElement))];
  const duplicate = document.getElementById("sheet-duplicate");
  const remove = document.getElementById("sheet-remove");
  if (!duplicate || !remove) return;
  duplicate.elements.line.value = lines[0].dataset.line;
  for (const old of remove.querySelectorAll("[name=row]")) old.remove();
  for (const line of lines) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "row", value: `${line.dataset.line}:${line.dataset.version}` });
    remove.append(field);
  }
  for (const button of document.querySelectorAll("[data-sheet-needs-row]")) button.disabled = lines.some((line) => line.hasAttribute("data-locked"));
}

function edit(cell, typed = null) {
  if (!canEdit(cell) || open) return;
  open = openEditor(cell, textOf(cell), typed);
}

function close(keep) {
  if (!open) return null;
  const { cell, editor } = open;
  const before = textOf(cell);
  const text = editor.read();
  open = null;
  editor.remove();
  if (keep && text.trim() !== before.trim()) {
    save([[cell, text]]);
  }
  return cell;
}

function save(pairs) {
  const edits = [];
  for (const [cell, text] of pairs) {
    cell.setAttribute("data-saving", "");
    const shown = cell.querySelector(".sheet-text");
    if (shown) shown.textContent = text;
    cell.dataset.text = text;
    edits.push([cell.parentElement.dataset.line, cell.dataset.cell, text]);
  }
  send(() => ({ edits: JSON.stringify(edits.map(([line, column, text]) => [line, versionOf(line), column, text])) }));
}

const versionOf = (line) => Number(document.getElementById(`row-${line}`)?.dataset.version ?? 0);

// One after the other, so that each is sent with the versions the one before brought.
function send(fields) {
  queue = queue.then(async () => {
    const url = sheet()?.dataset.sheetUrl;
    if (!url) return;
    try {
      const answer = await post(url, new URLSearchParams(fields()));
      if (![200, 409, 422].includes(answer.status)) throw new Error(String(answer.status));
      take(await answer.text());
    } catch {
      announce("保存できませんでした。通信を確かめて、もう一度「下書きを保存する」を押してください。");
      for (const cell of document.querySelectorAll("td[data-saving]")) cell.setAttribute("aria-invalid", "true");
    }
  });
  return queue;
}

function take(text) {
  const found = new DOMParser().parseFromString(text, "text/html").getElementById("sheet");
  if (!found) return;
  const focused = document.activeElement?.id;
  const kept = open?.cell.id;
  if (kept) {
    mergeAround(found, kept);
  } else {
    const scroll = document.getElementById("sheet-scroll");
    const where = [scroll?.scrollLeft ?? 0, scroll?.scrollTop ?? 0];
    sheet().replaceWith(found);
    window.htmx?.process(found);
    const fresh = document.getElementById("sheet-scroll");
    if (fresh) [fresh.scrollLeft, fresh.scrollTop] = where;
    const again = focused && document.getElementById(focused);
    if (again?.matches("td")) go(again);
    else again?.focus();
  }
  announce(found.dataset.announce ?? (found.querySelector("[aria-invalid]") ? "保存しました。直すところがあります" : "保存しました"));
}

// A cell is being edited: everything around it is renewed, it alone stays.
function mergeAround(found, kept) {
  for (const row of found.querySelectorAll("tr[data-line]")) {
    const old = document.getElementById(row.id);
    if (!old) continue;
    old.dataset.version = row.dataset.version;
    for (const cell of cellsOf(row)) {
      const mine = document.getElementById(cell.id);
      if (mine && mine.id !== kept) mine.replaceWith(cell);
    }
  }
  const said = found.querySelector("#sheet-findings");
  const old = document.getElementById("sheet-findings");
  if (said && old) old.replaceWith(said);
}

function paste(cell, text) {
  const block = readBlock(text);
  if (!block.length) return;
  const start = range(cell)[0][0];
  const { row, column } = place(start);
  const picked = range(cell);
  const filled = block.length === 1 && block[0].length === 1 && picked.flat().length > 1;
  const columns = cellsOf(start.parentElement).map((one) => one.dataset.cell);
  const pairs = [];
  if (filled) for (const one of picked.flat()) pairs.push([one.parentElement.dataset.line, one.dataset.cell, block[0][0], one]);
  else block.forEach((line, down) => line.forEach((word, right) => {
    const target = at(row + down, column + right);
    const name = columns[column + right];
    if (!name) return;
    if (target) pairs.push([target.parentElement.dataset.line, name, word, target]);
    else if (sheet().hasAttribute("data-sheet-adds")) pairs.push([`new:${newRows + down}`, name, word, null]);
  }));
  newRows += block.length;
  const allowed = pairs.filter(([, , , one]) => !one || canEdit(one));
  for (const [, , word, one] of allowed) if (one) { one.setAttribute("data-saving", ""); one.querySelector(".sheet-text").textContent = word; }
  send(() => ({ edits: JSON.stringify(allowed.map(([line, name, word]) => [line, versionOf(line), name, word])) }));
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function step(cell, down, right, extend) {
  const { row, column } = place(cell);
  go(at(row + down, column + right), extend);
}

function inSheet(event, cell) {
  const { key, ctrlKey, shiftKey, altKey } = event;
  if (altKey) return false;
  if (key in STEPS) {
    const [down, right] = STEPS[key];
    const many = ctrlKey ? 10_000 : 1;
    if (many > 1) {
      const { row, column } = place(cell);
      const last = rows().length - 1;
      go(at(down ? (down > 0 ? last : 0) : row, right ? (right > 0 ? cellsOf(cell.parentElement).length - 1 : 0) : column), shiftKey);
    } else step(cell, down, right, shiftKey);
  } else if (key === "Tab" && !ctrlKey) {
    const { row, column } = place(cell);
    const next = at(row, column + (shiftKey ? -1 : 1)) ?? (shiftKey ? at(row - 1, cellsOf(cell.parentElement).length - 1) : at(row + 1, 0));
    if (!next) return false;
    go(next);
  } else if (key === "Home" || key === "End") {
    const { row } = place(cell);
    const to = ctrlKey ? (key === "Home" ? 0 : rows().length - 1) : row;
    go(at(to, key === "Home" ? 0 : cellsOf(cell.parentElement).length - 1), shiftKey);
  } else if ((key === "Enter" && !ctrlKey) || key === "F2") edit(cell);
  else if (key === "Delete" || key === "Backspace") save(range(cell).flat().filter((one) => canEdit(one) && textOf(one)).map((one) => [one, ""]));
  else if (ctrlKey && key.toLowerCase() === "z") send(() => ({ act: "undo" }));
  else if (key === "Escape") go(cell);
  else if (event.keyCode === 229 || (key.length === 1 && !ctrlKey)) {
    edit(cell, event.keyCode === 229 ? "" : key);
    return event.keyCode !== 229;
  } else return false;
  return true;
}

function inEditor(event) {
  if (event.isComposing || event.keyCode === 229) return false;
  const { key, shiftKey, altKey, ctrlKey } = event;
  const text = event.target.matches("textarea");
  if (key === "Escape") go(close(false));
  else if (key === "Enter" && text && (altKey || shiftKey)) {
    event.target.setRangeText("\n", event.target.selectionStart, event.target.selectionEnd, "end");
  } else if (key === "Enter" && !ctrlKey) {
    const cell = close(true);
    go(cell);
    step(cell, shiftKey ? -1 : 1, 0);
  } else if (key === "Tab") {
    if (open.editor.next?.(shiftKey)) return true;
    const cell = close(true);
    go(cell);
    step(cell, 0, shiftKey ? -1 : 1);
  } else return false;
  return true;
}

function onKey(event) {
  if (event.defaultPrevented || !(event.target instanceof Element)) return;
  const editing = open && open.cell.contains(event.target);
  const cell = event.target.closest("#sheet-rows td[data-cell]");
  if (!cell || (!editing && event.target !== cell)) return;
  const taken = editing ? inEditor(event) : inSheet(event, cell);
  if (taken) {
    event.preventDefault();
    event.stopPropagation();
  }
}

function onClipboard(event) {
  const cell = document.activeElement?.closest?.("#sheet-rows td[data-cell]");
  if (!cell || open) return;
  event.preventDefault();
  if (event.type === "paste") return paste(cell, event.clipboardData.getData("text/plain"));
  event.clipboardData.setData("text/plain", copyText(range(cell).map((line) => line.map(textOf))));
  if (event.type === "cut") save(range(cell).flat().filter((one) => canEdit(one) && textOf(one)).map((one) => [one, ""]));
}

function onPress(event) {
  const cell = event.target.closest?.("#sheet-rows td[data-cell]");
  if (open && !open.cell.contains(event.target)) close(true);
  if (!cell || open) return;
  go(cell, event.shiftKey);
  event.preventDefault();
}

function arrive() {
  const table = document.getElementById("sheet-table");
  const first = table?.querySelector("td[data-cell]");
  if (first && !table.querySelector("td[tabindex='0']")) first.tabIndex = 0;
}

export function startSheet() {
  arrive();
  document.addEventListener("htmx:afterSettle", arrive);
  document.addEventListener("keydown", onKey, true);
  for (const type of ["copy", "cut", "paste"]) document.addEventListener(type, onClipboard);
  document.addEventListener("mousedown", onPress);
  document.addEventListener("dblclick", (event) => {
    const cell = event.target.closest?.("#sheet-rows td[data-cell]");
    if (cell) edit(cell);
  });
  document.addEventListener("focusin", (event) => {
    if (event.target.matches?.("#sheet-rows td[data-cell]") && event.target.tabIndex !== 0) go(event.target);
    else if (event.target.matches?.("#sheet-rows td[data-cell]")) { anchor ??= event.target; forRow(event.target); }
  });
  // Leaving the page or pressing «save» sends what stands in the open cell first.
  document.addEventListener("submit", (event) => {
    if (event.target.id === "save-sheet" && open) go(close(true));
  }, true);
}
