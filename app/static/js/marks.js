// Lists whose rows are ticked for one action on all of them: Ctrl+A ticks every row or none, and the number stands beside.
import { announce } from "./announce.js";
import { isTextEntry, layer } from "./page.js";

const boxesOf = (list) => [...list.querySelectorAll("input[type=checkbox]:not(:disabled)")];

function count(list) {
  const ticked = boxesOf(list).filter((box) => box.checked).length;
  for (const place of document.querySelectorAll("[data-marked]")) place.textContent = ticked ? `${ticked}件を選択中` : "選択なし";
  return ticked;
}

function onKey(event) {
  if (event.defaultPrevented || !event.ctrlKey || event.altKey || event.shiftKey || event.key.toLowerCase() !== "a" || isTextEntry(event.target)) return;
  const list = layer().querySelector("[data-mark-all]");
  if (!list) return;
  event.preventDefault();
  const boxes = boxesOf(list);
  const all = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = all;
  count(list);
  announce(all ? `${boxes.length}件をすべて選びました` : "選択をすべて外しました");
}

export function arriveMarks(root) {
  const list = root.querySelector("[data-mark-all]");
  if (list) count(list);
}

export function startMarks() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("change", ({ target }) => {
    const list = target.closest?.("[data-mark-all]");
    if (list) count(list);
  });
}
