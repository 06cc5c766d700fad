// A form that says where (data-autosave) is saved whole a moment after each change, and when the typing rests. Sending the step overtakes it.
import { announce } from "./announce.js";
import { post } from "./page.js";
import { begin, end } from "./sending.js";

const PAUSE = 300;
const TYPING = 1000;
const timers = new WeakMap();

const clock = () => new Date().toLocaleTimeString("ja-JP", { hour: "2-digit", minute: "2-digit" });

async function save(form) {
  const mark = {};
  begin(mark);
  try {
    const answer = await post(form.dataset.autosave, new URLSearchParams(new FormData(form)));
    announce(answer.ok ? `保存済み ${clock()}` : "まだ保存されていません。次へ進むときに保存します");
  } catch {
    announce("まだ保存されていません。サーバーにつながりません");
  } finally {
    end(mark);
  }
}

// A field that goes with its screen says once more that it was changed: the step itself has been sent by then.
const isStill = (form) => form.isConnected && form.getAttribute("aria-busy") !== "true";

function later(form, pause) {
  if (!form?.dataset.autosave) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => isStill(form) && save(form), pause));
}

// What the server has put in order among what is typed (data-unsaved) is kept as if it had been typed.
export function arriveUnsaved(root) {
  for (const form of root.querySelectorAll("[data-unsaved]")) later(form, PAUSE);
}

export function startAutosave() {
  document.addEventListener("change", ({ target }) => later(target.form, PAUSE));
  // Half a word too: the screen may be gone before the field is left.
  document.addEventListener("input", ({ target }) => later(target.form, TYPING));
  document.addEventListener("submit", ({ target }) => clearTimeout(timers.get(target)), true);
  // A button that has the screen put in order: between the tick and the answer its parts do not fit each other.
  document.addEventListener("htmx:beforeRequest", ({ target }) => {
    if (target.matches("button:not([name=sides])")) clearTimeout(timers.get(target.form));
  });
}
