// What stands behind a warning may be read over the counter: it goes from the screen by itself after some seconds.
import { announce } from "./announce.js";

const HIDDEN = "内容を隠しました。もう一度見るときは、同じボタンを押してください。";

function cover(part) {
  if (!part.isConnected) return;
  const note = document.createElement("p");
  note.className = "hint";
  note.textContent = HIDDEN;
  if (part.contains(document.activeElement)) part.closest("[tabindex]")?.focus();
  part.replaceChildren(note);
  announce("内容を隠しました");
}

export function arriveMasks(root) {
  const parts = root.matches?.("[data-mask-after]") ? [root] : root.querySelectorAll("[data-mask-after]");
  for (const part of parts) {
    const seconds = Number(part.dataset.maskAfter);
    delete part.dataset.maskAfter;
    setTimeout(() => cover(part), seconds * 1000);
  }
}
