// A form that says where (data-autosave) is saved whole a moment after each change. Sending the step overtakes it.
import { announce } from "./announce.js";
import { post } from "./page.js";
import { begin, end } from "./sending.js";

const PAUSE = 300;
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

export function startAutosave() {
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.dataset.autosave) return;
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => save(form), PAUSE));
  });
  document.addEventListener("submit", (event) => clearTimeout(timers.get(event.target)), true);
}
