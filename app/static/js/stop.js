// W-01: for 700 ms nothing is accepted, and the keys that go on elsewhere are dead for as long as it stands.
import { topDialog } from "./page.js";

const GUARD = 700;
const openedAt = new WeakMap();

const standing = () => {
  const dialog = topDialog();
  return dialog?.matches("[data-stop]") ? dialog : null;
};

const isFresh = (dialog) => performance.now() - (openedAt.get(dialog) ?? 0) < GUARD;

function swallow(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function onKey(event) {
  const dialog = standing();
  if (!dialog) return;
  if (isFresh(dialog) || event.key === "F12" || event.key === "Enter" || /^[0-9]$/.test(event.key)) swallow(event);
}

export function noteStop(dialog) {
  openedAt.set(dialog, performance.now());
}

export function startStop() {
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("click", (event) => {
    const dialog = standing();
    if (dialog && isFresh(dialog)) swallow(event);
  }, true);
  // Esc is the safe button (data-key), never a way around the dialog.
  document.addEventListener("cancel", (event) => {
    if (event.target.matches("[data-stop]")) event.preventDefault();
  }, true);
}
